"""What a command shows is logged before it is printed, as a page is before it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cspdash.deployment import OPERATOR, Deployment
from cspdash.domain.audit import AuditEntry, Operation
from cspdash.domain.consulted import subject_of
from cspdash.domain.errors import NotPermitted
from cspdash.domain.ports import Viewer
from cspdash.domain.view import View

Consulted = Callable[[View, int], None]  # the view as it was answered, and how many rows


@contextmanager
def consultation(deployment: Deployment, viewer: Viewer, asked: View, kind: str) -> Iterator[Consulted]:
    """Call what it yields with the answer; a refusal is logged by itself. Raises AuditUnavailable."""

    def consulted(view: View, rows: int) -> None:
        deployment.audit.write(entry_of(viewer, Operation.CONSULTATION, **subject_of(view, rows, kind=kind).facts()))

    try:
        yield consulted
    except NotPermitted:
        deployment.audit.write(entry_of(viewer, Operation.REFUSAL, **subject_of(asked, kind=kind).facts()))
        raise


def entry_of(viewer: Viewer, operation: Operation, **facts: Any) -> AuditEntry:
    """What the operator did, as whomever they asked."""
    as_user = "" if viewer == OPERATOR else viewer.user_id
    return AuditEntry.by(OPERATOR, operation, as_user=as_user, **facts)
