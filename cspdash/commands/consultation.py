"""What a command shows is logged before it is printed, as a page is before it is drawn.

Names outside the own team of whoever is asked as need `--reason`, one of the force's list; the operator leads no team.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from cspdash.deployment import OPERATOR, Deployment
from cspdash.domain.audit import AuditEntry, Operation
from cspdash.domain.consulted import subject_of
from cspdash.domain.errors import BadFilter, NotPermitted, ReasonNeeded
from cspdash.domain.looking_outside import StandingReason
from cspdash.domain.ports import Viewer
from cspdash.domain.view import View


class Consulted(Protocol):
    """Logs the view as it was answered, how many rows, and why it was looked at outside the own team."""

    def __call__(self, view: View, rows: int, look_reason: str = "") -> None: ...


@contextmanager
def consultation(deployment: Deployment, viewer: Viewer, asked: View, kind: str) -> Iterator[Consulted]:
    """Call what it yields with the answer; a refusal is logged by itself. Raises AuditUnavailable."""

    def consulted(view: View, rows: int, look_reason: str = "") -> None:
        about = subject_of(view, rows, kind=kind, look_reason=look_reason)
        deployment.audit.write(entry_of(viewer, Operation.CONSULTATION, **about.facts()))

    try:
        yield consulted
    except ReasonNeeded as needed:
        codes = ", ".join(deployment.settings.look_reasons)
        raise BadFilter(
            f"This names officers or records of {needed.place}, outside {'your' if _is_operator(viewer) else 'their'} own "
            f"team. Say why with --reason: {codes}."
        ) from needed
    except NotPermitted:
        deployment.audit.write(entry_of(viewer, Operation.REFUSAL, **subject_of(asked, kind=kind).facts()))
        raise


def entry_of(viewer: Viewer, operation: Operation, **facts: Any) -> AuditEntry:
    """What the operator did, as whomever they asked."""
    as_user = "" if _is_operator(viewer) else viewer.user_id
    return AuditEntry.by(OPERATOR, operation, as_user=as_user, **facts)


def looking(deployment: Deployment, viewer: Viewer, reason: str) -> Viewer:
    """The viewer with the reason of this one command, wherever it looks. Raises BadFilter for one not on the list."""
    if not reason:
        return viewer
    known = deployment.settings.look_reasons
    if reason not in known:
        raise BadFilter(f"--reason is one of: {', '.join(known)}.")
    force = deployment.reader.figures.reading(viewer).organisation.tree.units[0].ref
    said = StandingReason(force, is_alone=False, reason=reason, until=datetime.max.replace(tzinfo=UTC))
    return replace(viewer, looks=(said,))


def _is_operator(viewer: Viewer) -> bool:
    return viewer.user_id == OPERATOR.user_id
