"""What somebody may see beyond their posting: roles granted by administrators, and cover for a colleague's unit.

Both have a first and a last day, both included, a reason, and an end that comes by itself. Nothing here is a right yet:
cspdash.domain.scope turns it into units. The rules by which one is asked for and approved stand in `check_grant` and
`check_cover`; docs/admin/administration.md says the same in a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cspdash.domain.errors import DomainError
from cspdash.domain.roles import GRANTABLE, POSTED, spoken

LONGEST_COVER_DAYS = 28
LONGEST_GRANT_DAYS = 366
SHORTEST_REASON, LONGEST_REASON = 10, 300


class EntitlementInvalid(DomainError):
    """A grant or cover does not hold together: `problems` maps a field to what is wrong and what to do."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems.values()))


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """One role given to one person for one unit and all below it (a role without units, such as analyst: "")."""

    role: str
    unit_id: str
    starts_on: date
    ends_on: date | None = None

    def counts_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Cover:
    """One officer supervises a unit and all below it for a colleague who is away."""

    unit_id: str
    starts_on: date
    ends_on: date

    def counts_on(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Entitlements:
    """All that is approved and not ended for one person, whatever the day."""

    grants: tuple[RoleGrant, ...] = ()
    covers: tuple[Cover, ...] = ()


NOTHING = Entitlements()


def check_grant(
    role: str, unit_id: str, starts_on: date | None, ends_on: date | None, reason: str, today: date
) -> None:
    """Raises EntitlementInvalid."""
    problems: dict[str, str] = {}
    if role not in GRANTABLE:
        problems["role"] = f"Choose a role: {', '.join(spoken(each).lower() for each in GRANTABLE)}."
    elif role in POSTED and not unit_id:
        problems["unit"] = f"Choose the unit that the {spoken(role).lower()} is responsible for."
    problems |= _check_days(starts_on, ends_on, today, LONGEST_GRANT_DAYS, may_be_open=True)
    problems |= check_reason(reason)
    if problems:
        raise EntitlementInvalid(problems)


def check_cover(
    officer_id: str, unit_id: str, starts_on: date | None, ends_on: date | None, reason: str, today: date
) -> None:
    """Raises EntitlementInvalid."""
    problems: dict[str, str] = {}
    if not officer_id:
        problems["officer"] = "Enter the employee number of whoever covers."
    if not unit_id:
        problems["unit"] = "Choose the unit that is covered."
    problems |= _check_days(starts_on, ends_on, today, LONGEST_COVER_DAYS, may_be_open=False)
    problems |= check_reason(reason)
    if problems:
        raise EntitlementInvalid(problems)


def _check_days(
    starts_on: date | None, ends_on: date | None, today: date, longest: int, *, may_be_open: bool
) -> dict[str, str]:
    if starts_on is None:
        return {"starts_on": "Enter the first day."}
    if starts_on < today:
        return {"starts_on": "The first day cannot be past: nobody is given what they have already seen."}
    if ends_on is None:
        return {} if may_be_open else {"ends_on": "Enter the last day: cover ends by itself."}
    if ends_on < starts_on:
        return {"ends_on": "The last day lies before the first."}
    if ends_on > starts_on + timedelta(days=longest - 1):
        return {"ends_on": f"At most {longest} days at a time: set the last day to {_last(starts_on, longest)}."}
    return {}


def _last(starts_on: date, longest: int) -> str:
    last = starts_on + timedelta(days=longest - 1)
    return f"{last.day} {last:%B %Y} or before"


def check_reason(reason: str) -> dict[str, str]:
    """What is wrong with a reason, by field; {} for nothing."""
    length = len(reason.strip())
    if length < SHORTEST_REASON:
        return {"reason": "Say why, in a few words others will understand later."}
    return {"reason": f"At most {LONGEST_REASON} characters."} if length > LONGEST_REASON else {}
