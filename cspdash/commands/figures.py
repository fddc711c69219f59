"""`cspdash figures` and `cspdash records`: what a page draws, and the rows behind one bar, by the same reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from cspdash.commands.consultation import consultation, looking
from cspdash.commands.place import OK, Place
from cspdash.commands.tables import Format, show
from cspdash.deployment import Deployment
from cspdash.domain.catalogue import Catalogue
from cspdash.domain.errors import BadFilter
from cspdash.domain.ports import AsAt, Bar, Figure, RecordsPage, UnitPage, Viewer
from cspdash.domain.view import OFFICER, View

FIGURE_COLUMNS = (
    ("unit", "id"),
    ("name", "name"),
    ("text", "value"),
    ("numerator", "numerator"),
    ("denominator", "denominator"),
    ("records", "records"),
    ("words", ""),
)
# For a program to read: the bare value beside its text, and on every row how old it is.
FIGURE_CSV_COLUMNS = tuple(
    (name, name) for name in ("unit", "name", "value", "text", "numerator", "denominator", "records", "as_at", "words")
)
ALL_ROWS = 100_000


@dataclass(frozen=True)
class Asked:
    """The options both commands share."""

    metric: str
    unit: str = ""
    period: str = "28d"
    as_at: str = ""
    team: str = "then"
    user: str = ""
    bar: str = ""
    officer: str = ""
    order: str = ""
    reason: str = ""

    def view(self, catalogue: Catalogue) -> View:
        """The same view a page's address holds. Raises BadFilter, UnknownMetric."""
        page = OFFICER if self.officer else family_of(catalogue, self.metric)
        return View(
            page=page,
            unit=self.unit,
            officer=self.officer,
            metric=self.metric,
            period=self.period,
            as_at=_day(self.as_at),
            team=_team(self.team),
            bar=self.bar,
            order=self.order,
        )


def figures(place: Place, asked: Asked, shape: Format) -> int:
    """Prints the bars of a unit."""
    with place.deployment() as deployment:
        viewer, view = _viewer(deployment, asked), asked.view(deployment.catalogue)
        with consultation(deployment, viewer, view, "unit") as consulted:
            page = deployment.reader.unit_page(view, viewer)
            consulted(page.view, len(page.bars), page.look_reason)
        columns = FIGURE_CSV_COLUMNS if shape == "csv" else FIGURE_COLUMNS
        show(place.out, shape, figure_rows(page), columns, figure_facts(deployment, page), "bars")
    return OK


def records(place: Place, asked: Asked, shape: Format, limit: int) -> int:
    """Prints the rows behind one bar, or behind an officer's figure."""
    with place.deployment() as deployment:
        viewer, view = _viewer(deployment, asked), asked.view(deployment.catalogue)
        with consultation(deployment, viewer, view, "records") as consulted:
            page = deployment.reader.records(view, viewer, page_size=limit or ALL_ROWS)
            consulted(page.view, len(page.rows), page.look_reason)
        columns = [(name, label) for name, label, _ in page.columns]
        show(place.out, shape, record_rows(page), [*columns, ("why", "why")], record_facts(deployment, page), "records")
    return OK


def _viewer(deployment: Deployment, asked: Asked) -> Viewer:
    return looking(deployment, deployment.viewer(asked.user), asked.reason)


def family_of(catalogue: Catalogue, metric: str) -> str:
    """The family whose page draws a metric; a look-ahead ("stl_ahead_14") is on its family's. Raises UnknownMetric."""
    for family in catalogue.families:
        for look in family.look_ahead:
            if metric.rpartition("_")[0] == look.metric.slug:
                return family.slug
    return catalogue.metric(metric).family


def figure_rows(page: UnitPage) -> list[dict[str, Any]]:
    """One row a bar, as drawn, and the unit's total last."""
    total = {"unit": page.unit, "name": f"Total {page.unit_name}", "kind": "total", **_figure(page.total), "words": ""}
    events = [source.event_at for source in page.as_at if source.event_at]
    as_at = min(events).isoformat(timespec="seconds") if events else ""  # of several sources, the one furthest behind
    return [{**row, "as_at": as_at} for row in (*(_bar(bar) for bar in page.bars), total)]


def figure_facts(deployment: Deployment, page: UnitPage) -> dict[str, Any]:
    return {
        "marking": deployment.settings.handling_marking,
        "metric": page.view.metric,
        "title": page.metric_title,
        "unit": page.unit,
        "unit_name": page.unit_name,
        "period": page.period_text if page.is_flow else "",
        "as_at": _as_at(page.as_at),
        "sources": [_source(source) for source in page.as_at],
        "definition": page.definition.version,
        "data_version": page.data_version,
        "empty": page.empty,
        "scope": page.scope_note,
    }


def record_rows(page: RecordsPage) -> list[dict[str, Any]]:
    reasons = page.reasons or ("",) * len(page.rows)
    return [{**row, "why": reason} for row, reason in zip(page.rows, reasons, strict=True)]


def record_facts(deployment: Deployment, page: RecordsPage) -> dict[str, Any]:
    shown = f"{len(page.rows)} of {page.total}" if len(page.rows) < page.total else str(page.total)
    return {
        "marking": deployment.settings.handling_marking,
        "metric": page.view.metric,
        "bar": page.bar_name,
        "as_at": _as_at(page.as_at),
        "shown": shown,
        "total": page.total,
    }


def _bar(bar: Bar) -> dict[str, Any]:
    return {"unit": bar.key, "name": bar.name, "kind": bar.kind, **_figure(bar.figure), "words": bar.words}


def _figure(figure: Figure) -> Mapping[str, Any]:
    return {
        "value": figure.value,
        "text": figure.text,
        "numerator": _whole(figure.numerator),
        "denominator": _whole(figure.denominator),
        "records": figure.records,
    }


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _as_at(sources: Iterable[AsAt]) -> str:
    return ", ".join(source.words for source in sources)


def _source(source: AsAt) -> dict[str, Any]:
    return {
        "source": source.source,
        "event_at": source.event_at.isoformat() if source.event_at else None,
        "loaded_at": source.loaded_at.isoformat() if source.loaded_at else None,
        "is_stale": source.is_stale,
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadFilter(f"--as-at {text[:20]!r} is not a day such as 2026-10-31.") from None


def _team(text: str) -> Literal["then", "now"]:
    if text not in ("then", "now"):
        raise BadFilter("--team is then or now.")
    return text  # type: ignore[return-value]
