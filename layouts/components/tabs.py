"""Which metric: one segment each, with its figure for the unit in view."""

from __future__ import annotations

from collections.abc import Sequence

from cspdash.domain.ports import MetricTab
from layouts.components import tags as html
from layouts.components.as_at import old_mark, told
from layouts.components.link import choice


def tabs(metrics: Sequence[MetricTab]) -> html.Element:
    return html.Nav([_tab(metric) for metric in metrics], className="seg", aria_label="Metric")


def _tab(metric: MetricTab) -> html.Element:
    content: list[html.Content] = [metric.title]
    if metric.text:
        content.append(html.B(metric.text, className="out" if metric.is_outside else None))
    if metric.is_outside:
        content.append(html.Span(", outside the usual range", className="visually-hidden"))
    content.append(old_mark(metric.as_at))
    return choice(
        content,
        metric.view,
        is_chosen=metric.is_current,
        title="\n".join(filter(None, ("Outside the usual range" if metric.is_outside else "", told(metric.as_at))))
        or None,
    )
