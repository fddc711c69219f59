"""`cspdash init`: a deployment folder with everything in it explained."""

from __future__ import annotations

import textwrap
from pathlib import Path

from cspdash.commands.place import OK, Place
from cspdash.domain.looking_outside import DEFAULT_REASONS
from cspdash.settings import ENVIRONMENT_ONLY, FILE_NAME, Problem, SettingsError, fields_in_order, shown_default

_SOURCE = """\
# One file a source. docs/admin/sources.md explains every key. Rename this one to athena.toml and fill it in.
# [source]
# name = "athena"
# title = "Athena"
# kind = "sql"
# connection = "athena"        # its URL: CSPDASH_CONNECTION_ATHENA in the environment
# stale_after = "15m"
#
# [[dataset]]
# dataset = "investigation"
# table = "crime"
# watermark = "changed"
#
# [dataset.columns]
# ref = "crime_no"
# officer_id = "oic_employee_no"
# recorded_at = "recorded"
"""
_CATALOGUE = """\
# Metrics this force adds, changes or switches off; docs/developer/metrics.md explains every key.
# A metric with a packaged slug changes the keys it names and keeps the rest. `cspdash metrics list` shows them all.
# Rename this file to end in .toml and take the signs away.
# [family]
# slug = "workload"
#
# [[metric]]
# slug = "workload_over_120_days"
# status = "retired"
"""
_FOLDERS = ("sources", "catalogue", "datasets")


def init(place: Place, folder: Path) -> int:
    """Writes a new deployment folder. Raises SettingsError where anything is there already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(Problem("is there already, and not empty", str(folder), "Choose a new folder"))
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / FILE_NAME).write_text(settings_text(), encoding="utf-8")
    (folder / "sources" / "athena.toml.example").write_text(_SOURCE, encoding="utf-8")
    (folder / "catalogue" / "own.toml.example").write_text(_CATALOGUE, encoding="utf-8")
    home = f"cspdash --home {folder}"
    place.say(f"Wrote {folder}. Next: edit {FILE_NAME}, add sources, then `{home} db upgrade` and `{home} doctor`.")
    return OK


def settings_text() -> str:
    """Every setting a file may hold, commented out, at its default."""
    parts = [
        "# Settings of this deployment; docs/settings.md lists them all. Secrets come from the environment only:",
        "# CSPDASH_SECRET_KEY, CSPDASH_AUDIT_KEY, CSPDASH_OIDC_CLIENT_SECRET, CSPDASH_DATABASE_URL with a password,",
        "# CSPDASH_CONNECTION_NAME for each source.",
        "",
    ]
    for name, field in fields_in_order().items():
        if name in ENVIRONMENT_ONLY or name in ("home", "connections", "look_reasons", "oidc_roles"):
            continue
        parts += textwrap.wrap(field.description or "", 110, initial_indent="# ", subsequent_indent="# ")
        parts += [f"#{name} = {_toml(field.default, shown_default(field))}", ""]
    parts += [
        "# URLs of sources by name, where they hold no password.",
        "#[connections]",
        '#hr = "sqlite:////srv/hr.db"',
        "",
        "# What to choose from before names outside one's own team: code (kept in the audit) to words. Replaces the usual list.",
        "#[look_reasons]",
        *(f'#{code} = "{words}"' for code, words in DEFAULT_REASONS.items()),
        "",
        "# App roles of the identity provider to roles here (docs/admin/signing-in.md).",
        "#[oidc_roles]",
        '#"Scorecards.Sergeant" = "sergeant"',
    ]
    return "\n".join(parts) + "\n"


def _toml(default: object, shown: str) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int | float):
        return str(default)
    if isinstance(default, tuple):
        return "[]"
    if default is None:
        return '""'
    return f'"{default if isinstance(default, str | Path) else shown}"'
