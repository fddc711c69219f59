"""The definition behind the chart, folded away until somebody asks."""

from __future__ import annotations

from cspdash.domain.ports import DefinitionCard
from layouts.components import tags as html
from layouts.components.link import link


def definition_card(card: DefinitionCard) -> html.Element:
    rows = (
        ("Counted", card.kind),
        ("Clock", card.clock),
        ("Left out", card.exclusions),
        ("Target", card.target),
        ("In force", card.in_force),
        ("Usual range", card.usual_range),
        ("Source", card.source),
        ("Owner", card.owner),
        ("Version", card.version),
        ("Restated", link("Past figures that changed", card.restatements) if card.restatements else ""),
    )
    terms = [part for name, text in rows if text for part in (html.Dt(name), html.Dd(text))]
    summary = html.Summary([html.B("Definition"), " ", html.Span(card.title)])
    return html.Details(
        [summary, html.P(card.sentence), html.Dl(terms)],
        id="definition",
        className="panel definition",
        disable_n_clicks=True,
    )
