"""What the demonstration's people have arranged: cover for a week, and a role that waits for a second administrator."""

from __future__ import annotations

from datetime import timedelta

from cspdash.deployment import Deployment
from cspdash.domain.errors import DomainError
from data_access.demo.cast import COVERED, COVERING

_INSPECTOR, _ADMINISTRATOR, _ASKED_FOR = "insp-watford", "admin", "sgt-stevenage-b"


def set_up(deployment: Deployment) -> None:
    """Once, as the people concerned would do it on the pages. Does nothing where the force is another one."""
    administration, *_ = deployment.administering()
    known = {persona.id: persona.viewer for persona in deployment.personas}
    if not {_INSPECTOR, _ADMINISTRATOR, _ASKED_FOR} <= known.keys():
        return
    inspector, administrator = known[_INSPECTOR], known[_ADMINISTRATOR]
    today = deployment.reader.figures.reading(inspector).today
    week = (today, today + timedelta(days=6))
    try:
        if not administration.cover_page(administrator).entries:
            why = "Team B's sergeant is on leave this week"
            administration.set_cover(f"E{COVERING}", COVERED, *week, why, inspector)
        if not administration.people_page("", administrator).waiting:
            why = "Acts as inspector while the post is vacant"
            administration.ask_grant(_ASKED_FOR, "inspector", "stevenage-intervention", today, None, why, administrator)
    except DomainError:
        return  # an older force without these people
