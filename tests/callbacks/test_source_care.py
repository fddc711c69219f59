"""The Sources page at work: refused rows for those who mend sources, and what they may ask for."""

from __future__ import annotations

from typing import Any

import dash
import pytest
from sqlalchemy import func, insert, select

from cspdash.domain.audit import AuditQuery
from cspdash.domain.errors import BadFilter, NoData, NotPermitted
from cspdash.domain.view import SOURCES, View
from data_access.freshness import SourceInfo
from data_access.health import Pulse, asked, keep
from data_access.source_care import AGAIN, ScorecardSourceCare
from layouts import ids
from tests.support.asking import ask, props_of, visit, words
from tests.support.force import NOW
from tests.support.small import OPERATOR, VIEWERS, Small, signed_in

PAGE = View(page=SOURCES)
NEVER_SHOWN = "SECRET-VICTIM-NAME"


@pytest.fixture(autouse=True)
def refused(deployment: Small) -> None:
    """Thirty rows refused for one reason, one for another."""
    figures = deployment.reader.figures
    object.__setattr__(
        figures.options, "sources", {"athena": SourceInfo("Athena", 900, {("investigation", "crimes", "officer_id"): ("oic",)})}
    )  # fmt: skip
    same = {"source": "athena", "dataset": "investigation", "mapping": "crimes", "version": "1", "refused_at": NOW}
    held = f'{{"oic": "12-34", "victim": "{NEVER_SHOWN}"}}'
    many = [
        {**same, "ref": f"C{number:02}", "place": f"crimes, row {number}", "column": "officer_id",
         "reason": f"'{number}' is no employee number", "row": held}
        for number in range(30)
    ]  # fmt: skip
    odd = {**same, "ref": None, "place": "f.csv, line 7", "column": "", "reason": "has 3 fields, not 9", "row": "a;b"}
    with deployment.engine.begin() as connection:
        connection.execute(insert(figures.metadata.tables["quarantine"]), [*many, odd])
        keep(connection, figures.metadata, [Pulse("athena", 2.0, NOW, NOW, NOW, 0, "closed", 4.0, 0.1)])


def opened(deployment: Small, viewer: Any, rows: int = 1) -> Any:
    group = next(each for each in deployment.reader.sources_page(PAGE, OPERATOR).refused if each.rows == 30)
    return deployment.reader.sources_page(group.view.but(rows=rows), viewer).refused_rows


@pytest.mark.parametrize("who", ["sgt", "supt", "chief", "analyst"])
def test_others_see_reasons_and_counts_but_no_row(deployment: Small, who: str) -> None:
    page = deployment.reader.sources_page(PAGE, VIEWERS[who])
    assert [(group.reason, group.rows, group.view) for group in page.refused] == [
        ("'…' is no employee number", 30, None),
        ("has 3 fields, not 9", 1, None),
    ]
    assert page.may_act is False
    with pytest.raises(NotPermitted):
        opened(deployment, VIEWERS[who])


def test_who_mends_sources_sees_where_and_what_was_refused_and_nothing_else(app: dash.Dash, deployment: Small) -> None:
    first, second = opened(deployment, VIEWERS["admin"]), opened(deployment, VIEWERS["admin"], rows=2)
    assert (first.page, first.pages, len(first.rows), len(second.rows)) == (1, 2, 25, 5)
    assert {row.ref for row in (*first.rows, *second.rows)} == {f"C{number:02}" for number in range(30)}
    assert {row.held for row in first.rows} == {"12-34"}
    page = visit(app, signed_in(app, "admin"), f"/sources?bar={first.group.view.bar}")
    shown = words(page[ids.MAIN]["children"])
    assert "12-34" in shown
    assert "Page 1 of 2" in shown
    assert NEVER_SHOWN not in str(page)


def test_a_line_that_could_not_be_read_shows_its_place(deployment: Small) -> None:
    group = next(each for each in deployment.reader.sources_page(PAGE, OPERATOR).refused if each.rows == 1)
    rows = deployment.reader.sources_page(group.view, OPERATOR).refused_rows
    assert [(row.place, row.ref, row.held) for row in rows.rows] == [("f.csv, line 7", "", "")]


def test_a_reason_that_is_gone_says_so(deployment: Small) -> None:
    with pytest.raises(BadFilter, match="any more"):
        deployment.reader.sources_page(PAGE.but(bar="refused:0000"), OPERATOR)


def press(app: dash.Dash, who: str, button: str, source: object = "athena") -> str:
    values = {f"{button}.n_clicks": 1, f"{ids.SOURCE_CHOICE}.value": source}
    answer = ask(app, signed_in(app, who), f"{button}.n_clicks", values)
    return str(answer.get(ids.SOURCE_SAID, {}).get("children", answer))


def hashes(deployment: Small) -> list[str]:
    state = deployment.reader.figures.metadata.tables["source_state"]
    with deployment.engine.connect() as connection:
        return list(connection.execute(select(state.c.mapping_hash)).scalars())


def asked_of(deployment: Small) -> set[str]:
    with deployment.engine.connect() as connection:
        return set(asked(connection, deployment.reader.figures.metadata))


def test_an_administrator_has_a_source_tried_now(app: dash.Dash, deployment: Small) -> None:
    page = visit(app, signed_in(app, "admin"), "/sources")
    assert props_of(page[ids.MAIN]["children"], ids.SOURCE_CHOICE)["options"] == [
        {"label": "Athena", "value": "athena"}
    ]
    before = hashes(deployment)
    assert press(app, "admin", ids.SOURCE_TRY).startswith("Asked for.")
    assert asked_of(deployment) == {"athena"}
    assert hashes(deployment) == before


def test_an_administrator_has_everything_read_again(app: dash.Dash, deployment: Small) -> None:
    assert "read and checked again" in press(app, "admin", ids.SOURCE_AGAIN)
    assert hashes(deployment) == [AGAIN]
    assert asked_of(deployment) == {"athena"}


@pytest.mark.parametrize("who", ["sgt", "supt", "chief", "analyst", "pc"])
@pytest.mark.parametrize("button", [ids.SOURCE_TRY, ids.SOURCE_AGAIN])
def test_nobody_else_may(app: dash.Dash, deployment: Small, who: str, button: str) -> None:
    before = hashes(deployment)
    assert "Asked for" not in press(app, who, button)
    assert (asked_of(deployment), hashes(deployment)) == (set(), before)


def test_what_was_asked_is_in_the_audit(app: dash.Dash, deployment: Small) -> None:
    press(app, "admin", ids.SOURCE_AGAIN)
    press(app, "admin", ids.SOURCE_TRY)
    lines = deployment.audit_log.search(AuditQuery(operation="administration"), OPERATOR).lines
    found = [(line.entry.user_id, line.entry.subject_id, line.entry.detail) for line in reversed(lines)]
    assert found == [("admin", "athena", "read all again"), ("admin", "athena", "try now")]


@pytest.mark.parametrize("source", ["", "nobody", None, 7, ["athena"]])
def test_an_unknown_source_is_refused(app: dash.Dash, deployment: Small, source: object) -> None:
    press(app, "admin", ids.SOURCE_TRY, source)
    assert asked_of(deployment) == set()
    with pytest.raises(NoData):
        ScorecardSourceCare(deployment.reader.figures).try_now("nobody", VIEWERS["admin"])


def test_counts_agree_with_the_table(deployment: Small) -> None:
    quarantine = deployment.reader.figures.metadata.tables["quarantine"]
    with deployment.engine.connect() as connection:
        total = connection.execute(select(func.count()).select_from(quarantine)).scalar_one()
    assert sum(group.rows for group in deployment.reader.sources_page(PAGE, OPERATOR).refused) == total


def test_a_thousand_values_of_one_reason_are_one_group(deployment: Small) -> None:
    """More reasons than may stand in one list, and words that a pattern would take for more than they say."""
    quarantine = deployment.reader.figures.metadata.tables["quarantine"]
    same = {
        "source": "hr",
        "dataset": "posting",
        "mapping": "m",
        "version": "1",
        "refused_at": NOW,
        "row": "{}",
        "column": "fte",
    }
    many = [
        {**same, "ref": f"P{number}", "place": f"row {number}", "reason": f"'{number}' is above 100% of_1"}
        for number in range(1_000)
    ]
    other = {**same, "ref": "Q", "place": "row q", "reason": "'7' is above 100x ofx1"}
    with deployment.engine.begin() as connection:
        connection.execute(insert(quarantine), [*many, other])
    found = [group for group in deployment.reader.sources_page(PAGE, OPERATOR).refused if group.source == "hr"]
    assert [(group.reason, group.rows) for group in found] == [
        ("'…' is above 100% of_1", 1_000),
        ("'…' is above 100x ofx1", 1),
    ]
    seen = {
        row.ref
        for page in range(1, 41)
        for row in deployment.reader.sources_page(found[0].view.but(rows=page), OPERATOR).refused_rows.rows
    }
    assert seen == {f"P{number}" for number in range(1_000)}
