"""The Sources page: how fresh each source is, what it refused and why, what is odd in the organisation."""

from __future__ import annotations

from sqlalchemy import select

from cspdash.domain.errors import NotPermitted
from cspdash.domain.org import ISSUE_WORDS
from cspdash.domain.ports import SourceRow, SourcesPage
from cspdash.domain.view import SOURCES, View
from data_access.answers.refused import groups, opened
from data_access.health import health_of
from data_access.queries.organisation import issue_counts
from data_access.reading import Reading
from data_access.row_security import counting, seeing


def sources_page(reading: Reading, asked: View) -> SourcesPage:
    """Of refused rows counts and reasons; for those who mend sources their places and what was refused, never the rows."""
    if not reading.scope.may_sources:
        raise NotPermitted("Your role does not cover the Sources page.")
    state = reading.figures.metadata.tables["source_state"]
    datasets = reading.figures.datasets
    with reading.figures.engine.connect() as connection:
        rows = connection.execute(select(state).order_by(state.c.source, state.c.dataset, state.c.mapping)).all()
        seeing(connection, reading.scope)
        with counting(connection):
            refused = groups(connection, reading, asked)
            odd = issue_counts(connection, reading.figures.metadata)
        rows_of_one = opened(connection, reading, asked)
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
        refused=refused,
        refused_rows=rows_of_one,
        may_act=reading.scope.may_mend_sources and not reading.viewer.is_read_only,
        org_issues=tuple(
            (ISSUE_WORDS.get(kind, kind), count) for kind, count in sorted(odd.items(), key=lambda item: -item[1])
        ),
        health=health,
    )
