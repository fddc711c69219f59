"""`cspdash audit`: verify the chain, search it, drop what need not be kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from cspdash.commands.place import FAILED, OK, Place
from cspdash.commands.tables import Format, show
from cspdash.deployment import OPERATOR, open_audit
from cspdash.domain.audit import AuditLine, AuditQuery, Operation
from cspdash.domain.errors import BadFilter, NoData
from cspdash.settings import Problem, Settings, SettingsError
from data_access.audit.retention import Retention, retain
from data_access.audit.rights import grant
from data_access.audit.trail import AuditTrail
from data_access.audit.verify import Verdict, verify

COLUMNS = tuple(
    (name, name.replace("_", " "))
    for name in (
        "seq",
        "at",
        "user",
        "name",
        "role",
        "as_user",
        "operation",
        "subject",
        "subject_id",
        "officer_id",
        "unit_id",
        "rows",
        "reason",
        "look_reason",
        "recipient",
        "reference",
        "detail",
    )
)
FAULT_COLUMNS = (("seq", "entry"), ("words", "what is wrong"))


@dataclass(frozen=True)
class Asked:
    """The options of a search, as typed."""

    who: str = ""
    officer: str = ""
    unit: str = ""
    operation: str = ""
    since: str = ""
    until: str = ""

    def query(self) -> AuditQuery:
        """Raises BadFilter."""
        known = [each.value for each in Operation]
        if self.operation and self.operation not in known:
            raise BadFilter(f"--operation is one of: {', '.join(known)}.")
        since, until = _day("--since", self.since), _day("--until", self.until)
        return AuditQuery(self.who, self.officer, self.unit, self.operation, since, until)


def verify_chain(place: Place, shape: Format) -> int:
    """Says what was looked at, and every fault; exit code 1 for any."""
    settings = place.settings()
    with _audit(settings) as trail:
        verdict = verify(trail, _key(settings))
        words = {"verdict": "wrong" if verdict.faults else "intact", **_facts(verdict, trail)}
    rows = [{"seq": fault.seq, "words": fault.words} for fault in verdict.faults]
    if shape is Format.table and not rows:
        for name, value in words.items():
            place.out.print(f"{name}: {value}", highlight=False, markup=False)
    else:
        show(place.out, shape, rows, FAULT_COLUMNS, words, "faults")
    return FAILED if verdict.faults else OK


def search(place: Place, asked: Asked, limit: int, shape: Format) -> int:
    query = asked.query()
    with place.deployment() as deployment:
        found = deployment.audit_log.search(query, OPERATOR, page_size=limit)
        rows = [row_of(line, ZoneInfo(deployment.settings.force_timezone)) for line in found.lines]
        facts = {"marking": deployment.settings.handling_marking, "shown": f"{len(rows):,} of {found.total:,}"}
        show(place.out, shape, rows, COLUMNS, facts, "entries")
    return OK


def retain_months(place: Place, keep_months: int | None, archive: Path | None) -> int:
    """Drops months; says which. Raises SettingsError without a key to sign with."""
    settings = place.settings()
    if not _key(settings):
        what = "audit_key is not set, so nothing could be signed off"
        raise SettingsError(Problem(what, "environment variable CSPDASH_AUDIT_KEY", "Set it, and keep it safe"))
    retention = Retention(
        keep_months or settings.audit_keep_months, _key(settings), ZoneInfo(settings.force_timezone), archive
    )
    with _audit(settings) as trail:
        dropped = retain(trail, retention, OPERATOR)
    for each in dropped:
        place.say(f"{each.month}: {each.rows:,} entries dropped, checkpoint signed.")
    if not dropped:
        place.say(f"Nothing is older than {retention.keep_months} whole months.")
    return OK


def grant_role(place: Place, role: str) -> int:
    with _audit(place.settings()) as trail:
        if trail.engine.dialect.name != "postgresql":
            raise BadFilter("SQLite knows no roles: whoever may write the file may write the audit.")
        with trail.engine.begin() as connection:
            grant(connection, role)
    place.say(f"{role} may add entries to the audit and read them.")
    return OK


def row_of(line: AuditLine, zone: ZoneInfo) -> dict[str, Any]:
    """An entry as a row: its own words, the time as the force's clocks show it."""
    entry = line.entry
    facts = {name: getattr(entry, name) for name, _ in COLUMNS if hasattr(entry, name)}
    at = line.at.astimezone(zone).isoformat(timespec="seconds")
    return {**facts, "seq": line.seq, "at": at, "user": entry.user_id, "name": line.name}


@contextmanager
def _audit(settings: Settings) -> Iterator[AuditTrail]:
    """The audit alone: it can be verified when nothing else works. Raises NoData where it cannot be read."""
    trail = open_audit(settings)
    try:
        yield trail
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        where = trail.engine.url.render_as_string(hide_password=True)
        raise NoData(f"audit {where}: cannot be read ({reason}).") from error
    finally:
        trail.engine.dispose()


def _facts(verdict: Verdict, trail: AuditTrail) -> dict[str, str]:
    signatures = "" if verdict.is_signed or not verdict.months else " (signatures not checked: audit_key is not set)"
    anchor = f"{verdict.notes:,} notes up to entry {verdict.anchored_to:,}" if verdict.notes else "no note yet"
    return {
        "entries": f"{verdict.rows:,}, {verdict.first:,} to {verdict.last:,}",
        "head": verdict.last_hash,
        "dropped months": f"{verdict.months}{signatures}",
        "anchor": f"{trail.anchor.path}: {anchor}",
    }


def _key(settings: Settings) -> str:
    return settings.audit_key.get_secret_value() if settings.audit_key else ""


def _day(option: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadFilter(f"{option} {text[:20]!r} is not a day such as 2026-10-31.") from None
