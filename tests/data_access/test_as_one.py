"""All of a page is answered from the data of one moment, and the database is asked once for it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import event

from cspdash.domain.view import View
from tests.support.asking import visit
from tests.support.small import VIEWERS, app_of, signed_in, small

VIEW = View(page="workload", unit="watford-int-c")


def test_a_change_in_the_middle_is_seen_by_none_of_it(tmp_path: Path) -> None:
    with small(tmp_path) as deployment:
        reader, viewer = deployment.reader, VIEWERS["sgt"]
        with reader.as_one():
            version, before = reader.data_version(), reader.unit_page(VIEW, viewer).total
            deployment.add_crime("new", "E2")
            assert reader.data_version() == version
            assert reader.unit_page(VIEW, viewer).total == before
            with reader.as_one():  # a part of the page that asks for the same
                assert reader.data_version() == version
        assert reader.data_version() != version
        assert reader.unit_page(VIEW, viewer).total.numerator == before.numerator + 1


def test_a_page_asks_for_versions_freshness_and_plans_once(tmp_path: Path) -> None:
    with small(tmp_path) as deployment:
        app = app_of(deployment, tmp_path)
        client = signed_in(app, "sgt")
        visit(app, client, "/workload?unit=watford-int-c")
        asked: list[str] = []
        event.listen(deployment.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        visit(app, client, "/workload?unit=watford-int-c&look=2")  # the same page, not drawn before; figures are cached
        questions = [sql for sql in asked if sql.startswith("SELECT") and "FROM session" not in sql]
        assert len(questions) == 3, questions
