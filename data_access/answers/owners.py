"""Who sees to work that belongs to nobody: the supervisor of the unit it lies in, or of the next one up that has one."""

from __future__ import annotations

from cspdash.domain.roles import POSTED, higher, role_of_rank
from data_access.reading import Reading


def owner_of(reading: Reading, position: int) -> str:
    """ "PS 0731 Nair", or "the supervisor of Team C" for whoever may not see the name; the force's own words for none."""
    organisation, scope, today = reading.organisation, reading.scope, reading.today
    for at in (position, *reversed(organisation.tree.ancestors(position))):
        leaders = [
            (rank, number) for number in organisation.members(at, today).tolist() if (rank := _rank(reading, number))
        ]
        if leaders:
            _, number = max(leaders, key=lambda leader: (POSTED.index(leader[0]), -leader[1]))
            if scope.is_open_officer(number, today):
                return organisation.officers[number].label
            return f"the supervisor of {organisation.unit_row(at).name}"
    return reading.options.unposted_owner


def _rank(reading: Reading, number: int) -> str:
    """The supervising role of an officer today, acting rank included; "" for none, and for whoever is long absent."""
    officer = reading.organisation.officers[number]
    if officer.duty_state == "absent":
        return ""
    posting = reading.organisation.posting_row(int(reading.organisation.posted(reading.today).row[number]))
    acting = role_of_rank(posting.acting_rank) if posting and posting.acting_rank else ""
    own = role_of_rank(officer.rank)
    return higher(own, acting) if own and acting else own or acting
