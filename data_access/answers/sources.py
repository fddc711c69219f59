"""The Sources page: how fresh each source is, what it refused and why, what is odd in the organisation."""

from __future__ import annotations

from sqlalchemy import func, select

from cspdash.domain.errors import NotPermitted
from cspdash.domain.org import ISSUE_WORDS
from cspdash.domain.ports import SourceRow, SourcesPage
from cspdash.domain.view import SOURCES, View
from data_access.health import health_of
from data_access.queries.organisation import issue_counts
from data_access.reading import Reading


def sources_page(reading: Reading, asked: View) -> SourcesPage:
    """Counts and reasons only, never the rows refused: those hold personal data."""
    if not reading.scope.may_sources:
        raise NotPermitted("Your role does not cover the Sources page.")
    state, quarantine = (reading.figures.metadata.tables[name] for name in ("source_state", "quarantine"))
    datasets = reading.figures.datasets
    with reading.figures.engine.connect() as connection:
        rows = connection.execute(select(state).order_by(state.c.source, state.c.dataset, state.c.mapping)).all()
        refused = connection.execute(
            select(
                quarantine.c.source,
                quarantine.c.dataset,
                quarantine.c.column,
                quarantine.c.reason,
                func.count().label("n"),
            )
            .group_by(quarantine.c.source, quarantine.c.dataset, quarantine.c.column, quarantine.c.reason)
            .order_by(func.count().desc())
            .limit(100)
        ).all()
        odd = issue_counts(connection, reading.figures.metadata)
        titles = {name: info.title for name, info in reading.options.sources.items()}
        health = health_of(connection, reading.figures.metadata, titles)
    return SourcesPage(
        view=asked.but(page=SOURCES),
        rows=tuple(
            SourceRow(
                row.source,
                datasets[row.dataset].title if row.dataset in datasets else row.dataset,
                row.dataset,
                reading.as_at_of(row.source, [row]),
                row.rows,
                row.refused,
                row.result,
                row.tried_at,
            )
            for row in rows
        ),
        refused=tuple((row.source, row.dataset, f"{row.column}: {row.reason}", row.n) for row in refused),
        org_issues=tuple(
            (ISSUE_WORDS.get(kind, kind), count) for kind, count in sorted(odd.items(), key=lambda item: -item[1])
        ),
        health=health,
    )
