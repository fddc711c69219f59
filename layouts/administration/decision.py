"""One grant, cover, session or person: what it is, and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from cspdash.domain.administration import DISABLE, ENABLE, DecisionPage
from layouts.administration import fields
from layouts.components import tags as html
from layouts.components.form_parts import saved
from layouts.frame import frame
from layouts.urls import administration_href

_BACK = {"grant": ("/people", "People and roles"), "cover": ("/cover", "Cover"), "session": ("/sessions", "Sessions")}


def decision_page(
    page: DecisionPage,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    told: str = "",
) -> Component:
    """`told` is what was just done."""
    where, words = _BACK.get(page.kind, ("/people", "People and roles"))
    facts = html.Dl(
        [part for label, value in page.facts for part in (html.Dt(label), html.Dd(value))], className="facts"
    )
    needs_reason = any(act in (DISABLE, ENABLE) for act, _ in page.acts)
    asked = [fields.REASON] if needs_reason else []
    state = {"kind": f"decide-{page.kind}", "subject": page.entry_id}
    form = fields.form(asked, page.acts, state, typed or {}, errors or {}) if page.acts else None
    note = html.P(page.note, className="stamp") if page.note else None
    main = html.Section([saved(told) if told else None, facts, note, form], className="panel decision")
    return frame(
        title=f"{'Error: ' if errors else ''}{page.heading}",
        heading=page.heading,
        lede=html.A(f"Back to {words}", href=where),
        content=[main],
        identity=administration_href(page.kind, page.entry_id),
    )
