"""Viewer -> Scope: which units somebody may see, and whether with names or as totals only. Deny by default.

| role | named officers and records | totals |
|---|---|---|
| constable | the officer alone | own team |
| sergeant | own team | the whole force |
| inspector, superintendent | own unit and all below | the whole force |
| chief_officer | the whole force | the whole force |
| analyst | nobody | the whole force |
| administrator | nobody; the Sources page | nothing |
| operator (the command line, on the machine itself) | the whole force | the whole force |

"Own" is where the officer is posted on the day of asking, read anew on every request; a viewer who is no officer has the
unit of their role. Anyone may see an officer's page who may see that officer named where the officer is posted that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cspdash.domain.errors import NotPermitted
from cspdash.domain.organisation import Organisation
from cspdash.domain.ports import Viewer

ROLES = (
    "constable",
    "sergeant",
    "inspector",
    "superintendent",
    "chief_officer",
    "analyst",
    "administrator",
    "operator",
)
SUPERVISORS = ("sergeant", "inspector", "superintendent", "chief_officer", "operator")
SEES_SOURCES = ("sergeant", "inspector", "superintendent", "chief_officer", "analyst", "administrator", "operator")

OUT_OF_SCOPE = "Your role does not cover this officer."


@dataclass(frozen=True)
class Scope:
    """Positions of the topmost units seen with names, and as totals; and the viewer's own officer number (-1: none)."""

    organisation: Organisation
    named: tuple[int, ...] = ()
    totals: tuple[int, ...] = ()
    own: int = -1
    home: int = -1
    role: str = ""

    def may_total(self, position: int) -> bool:
        tree = self.organisation.tree
        return any(tree.is_below(position, top) for top in (*self.totals, *self.named))

    def may_name(self, position: int) -> bool:
        return any(self.organisation.tree.is_below(position, top) for top in self.named)

    def may_officer(self, number: int, day: date) -> bool:
        """Whether this officer may be seen by name, with figures and records."""
        if number == self.own and number >= 0:
            return True
        unit = int(self.organisation.posted(day).unit[number])
        return self.may_name(unit if unit >= 0 else 0)

    @property
    def may_sources(self) -> bool:
        return self.role in SEES_SOURCES

    @property
    def may_supervise(self) -> bool:
        return self.role in SUPERVISORS

    def need_total(self, position: int) -> None:
        """Raises NotPermitted."""
        if not self.may_total(position):
            raise NotPermitted(f"Your role does not cover {self.organisation.unit_row(position).name}.")

    def need_named(self, position: int) -> None:
        """Raises NotPermitted."""
        if not self.may_name(position):
            raise NotPermitted(
                f"Your role covers totals only for {self.organisation.unit_row(position).name}, not its records or officers."
            )

    def need_officer(self, number: int, day: date) -> None:
        """Raises NotPermitted, in words that do not say whether the officer exists."""
        if not self.may_officer(number, day):
            raise NotPermitted(OUT_OF_SCOPE)

    @property
    def note(self) -> str:
        """What the viewer is not shown, in one line; "" when they see all."""
        tree = self.organisation.tree
        if any(top == 0 for top in self.named):
            return ""
        names = " and ".join(tree.units[top].name for top in self.named)
        if names and self.totals:
            return f"You see officers and records of {names}; totals elsewhere."
        if self.own >= 0 and self.totals:
            return "You see your own figures, and your team's totals."
        return "You see totals, not officers or records." if self.totals else ""


def scope_of(viewer: Viewer, organisation: Organisation, day: date) -> Scope:
    """The viewer's scope on a day. An unknown role, or an officer posted nowhere, sees nothing but their own page."""
    own = organisation.number.get(viewer.officer_id, -1) if viewer.officer_id else -1
    home = int(organisation.posted(day).unit[own]) if own >= 0 else organisation.tree.position.get(viewer.unit_id, -1)
    if viewer.role in ("chief_officer", "operator"):
        return Scope(organisation, (0,), (0,), own, max(home, 0) if viewer.role == "chief_officer" else 0, viewer.role)
    if viewer.role == "analyst":
        return Scope(organisation, (), (0,), -1, 0, viewer.role)
    if viewer.role == "administrator":
        return Scope(organisation, (), (), -1, -1, viewer.role)
    if own < 0 and viewer.officer_id:
        return Scope(organisation, role=viewer.role)
    if viewer.role in ("sergeant", "inspector", "superintendent") and home >= 0:
        return Scope(organisation, (home,), (0,), own, home, viewer.role)
    if viewer.role == "constable":
        return Scope(organisation, (), (home,) if home >= 0 else (), own, home, viewer.role)
    return Scope(organisation, own=own, role=viewer.role)
