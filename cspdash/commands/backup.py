"""`cspdash backup` and `cspdash restore`: everything that is not in the sources any more, in one folder, and back.

A backup is a folder with the database, the audit's own database where it has one, the audit's anchor as it was, the
deployment's files, and MANIFEST.json with a checksum of each. Secrets are in none of them.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cspdash import __version__
from cspdash.commands.place import FAILED, OK, WRONG, Place
from cspdash.settings import Settings
from data_access.backup import BackupFailed, digest, load, save, suffix

MANIFEST = "MANIFEST.json"
_KEPT_FILES = ("cspdash.toml", "personas.toml", "clocks.toml")
_KEPT_FOLDERS = ("sources", "catalogue", "datasets")


def backup(place: Place, to: Path) -> int:
    """Makes a new folder below `to`, named by the moment."""
    settings, begun = place.settings(), time.monotonic()
    folder = to / f"cspdash-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    draft = folder.with_name(f"{folder.name}.part")
    draft.mkdir(parents=True, mode=0o700)
    try:
        for name, url in databases(settings).items():
            save(url, draft / f"{name}.{suffix(url)}")
        if settings.audit_anchor_file.is_file():  # after the databases: an anchor may be ahead of them, never behind
            shutil.copy2(settings.audit_anchor_file, draft / "audit.anchor")
        _keep_files(settings.home, draft / "home")
        _write_manifest(draft)
        draft.rename(folder)
    except (BackupFailed, OSError) as error:
        shutil.rmtree(draft, ignore_errors=True)
        place.err.print(f"No backup was made: {error}", highlight=False)
        return FAILED
    place.say(f"Backup in {folder}, {time.monotonic() - begun:.1f} s")
    return OK


def restore(place: Place, saved: Path) -> int:
    """Fills the empty databases of these settings from a backup, after looking at every checksum."""
    settings, begun = place.settings(), time.monotonic()
    if wrong := problems(saved):
        for each in wrong:
            place.err.print(each, highlight=False)
        return WRONG
    try:
        for name, url in databases(settings).items():
            load(url, saved / f"{name}.{suffix(url)}")
        anchor = saved / "audit.anchor"
        if anchor.is_file() and not settings.audit_anchor_file.exists():
            settings.audit_anchor_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(anchor, settings.audit_anchor_file)
    except (BackupFailed, OSError) as error:
        place.err.print(f"Not restored: {error}", highlight=False)
        return FAILED
    place.say(
        f"Restored from {saved}, {time.monotonic() - begun:.1f} s. Now run `cspdash audit verify` and `cspdash doctor`"
    )
    return OK


def databases(settings: Settings) -> Mapping[str, str]:
    """What is saved, by the name of its file."""
    found = {"scorecards": settings.database_url}
    if settings.audit_database_url != settings.database_url:
        found["audit"] = settings.audit_database_url
    return found


def problems(saved: Path) -> list[str]:
    """What is wrong with a backup, a sentence each."""
    try:
        manifest: dict[str, Any] = json.loads((saved / MANIFEST).read_text(encoding="utf-8"))
        files: dict[str, str] = manifest["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{saved} is no backup: it has no {MANIFEST} that can be read"]
    there = {path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file()} - {MANIFEST}
    wrong = [f"{name} is missing from {saved}" for name in sorted(files.keys() - there)]
    wrong += [f"{name} is not in the manifest of {saved}" for name in sorted(there - files.keys())]
    changed = [name for name in sorted(files.keys() & there) if digest(saved / name) != files[name]]
    return [*wrong, *(f"{name} is not what was saved: its checksum is another" for name in changed)]


def _keep_files(home: Path, to: Path) -> None:
    to.mkdir()
    for name in _KEPT_FILES:
        if (home / name).is_file():
            shutil.copy2(home / name, to / name)
    for name in _KEPT_FOLDERS:
        if (home / name).is_dir():
            shutil.copytree(home / name, to / name)


def _write_manifest(folder: Path) -> None:
    files = {path.relative_to(folder).as_posix(): digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    facts = {"program": __version__, "made_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "files": files}
    (folder / MANIFEST).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
