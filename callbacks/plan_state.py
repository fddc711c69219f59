"""What a plan's form keeps for the server between opening and saving: sealed, so that it comes back as it went out.

The baseline is the evidence of a plan. Sealing it means that the figure saved is the very figure that was on screen,
and that no browser can make one up.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash.development.base_component import Component

from cspdash.auth.sealed import Seal
from cspdash.domain.errors import BadFilter
from cspdash.domain.ports import Baseline, PlanPage, Viewer
from layouts import ids
from layouts.plan_form import state_of


@dataclass(frozen=True)
class PlanState:
    """Opened again: which plan, at which revision, on which evidence. `key` names the form."""

    plan_id: str
    revision: int
    officer: str
    metric: str
    period: str
    baseline: Baseline
    key: str


@dataclass(frozen=True)
class PlanStates:
    """Seals a form's state for one viewer and opens it again for the same one."""

    seal: Seal

    def keep(self, form: Component, page: PlanPage, viewer: Viewer, key: str = "") -> Component:
        """The form with its state sealed. A form shown again after an error keeps its key."""
        facts = {**state_of(page), "viewer": viewer.user_id, "key": key or secrets.token_hex(8)}
        form[ids.PLAN_STATE].data = self.seal.close(facts)
        return form

    def open(self, sealed: object, viewer: Viewer) -> PlanState:
        """Raises BadFilter for a state that is not this viewer's, is too old, or was changed."""
        facts = self.seal.open(sealed)
        if facts is None or facts.pop("viewer", None) != viewer.user_id:
            raise BadFilter("This form is out of date. Copy what you typed, open the plan again and save it there.")
        return PlanState(**{**facts, "baseline": _baseline(facts["baseline"])})


def _baseline(kept: Mapping[str, Any]) -> Baseline:
    return Baseline(**{**kept, "as_at": datetime.fromisoformat(kept["as_at"])})
