"""Plans as they are kept: who may, revisions, two editors at once, evidence that does not move. On both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cspdash.domain.errors import NoData, NotPermitted, PlanChanged, PlanInvalid, UnknownMetric, UnknownOfficer
from cspdash.domain.ports import PlanDraft
from cspdash.domain.view import OFFICER, View
from data_access.engine import open_engine
from data_access.plans import ScorecardPlans
from data_access.reader import ScorecardReader
from tests.support.force import metadata, write
from tests.support.small import DATASETS, OPERATOR, VIEWERS, Small, small, small_force

SGT, PC, OTHER, SUPT, CHIEF = (VIEWERS[name] for name in ("sgt", "pc", "other", "supt", "chief"))
SMART = PlanDraft(
    officer="E2",
    metric="open",
    specific="Close the three oldest",
    target_value="6",
    target_direction="at_most",
    support="Two days off response",
    relevant="Victims wait",
    due_on="2027-01-31",
    review_on="2026-12-20",
)


@pytest.fixture
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Small]:
    """On SQLite; on PostgreSQL for tests that ask for it by `on_both`."""
    with small(tmp_path) as made:
        if getattr(request, "param", "sqlite") == "sqlite":
            yield made
            return
        engine, tables = open_engine(request.getfixturevalue("postgres_url")), metadata(DATASETS)
        tables.create_all(engine)
        write(small_force(), engine, tables)
        old = made.reader.figures
        reader = ScorecardReader(engine, tables, DATASETS, old.catalogue, old.options)
        yield Small(engine, reader, ScorecardPlans(reader.figures), made.audit, made.now)
        engine.dispose()


on_both = pytest.mark.parametrize("deployment", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def plan_id(deployment: Small) -> str:
    return deployment.plans.save("", 0, SMART, None, SGT)


def test_a_new_form_holds_the_figure_of_the_officers_page(deployment: Small) -> None:
    page = deployment.plans.new("E2", "open", "28d", SGT)
    shown = deployment.reader.officer_page(View(page=OFFICER, officer="E2", metric="open"), SGT)
    assert (page.baseline.text, page.baseline.records) == (shown.current.figure.text, shown.current.figure.records)
    assert page.baseline.definition_version == shown.definition.version
    assert page.baseline.data_version == shown.data_version
    assert (page.may_edit, page.may_comment, page.plan_id) == (True, False, "")
    assert page.readers[0] == "PC 2207 Adeyemi"


@on_both
def test_a_plan_is_kept_whole(deployment: Small, plan_id: str) -> None:
    page = deployment.plans.page(plan_id, SGT)
    assert page.draft == SMART
    assert (page.revision, len(page.history)) == (1, 1)
    (line,) = deployment.plans.list(SGT)
    assert (line.aim, line.baseline_text, line.now_text) == ("6 or fewer open investigations", "9", "9")
    assert (line.owner_name, line.unit_name) == ("PS Priya Nair", "Team C, Watford")


def test_evidence_does_not_move_with_the_figures(deployment: Small, plan_id: str) -> None:
    before = deployment.plans.page(plan_id, SGT).baseline
    deployment.add_crime("LATER", "E2")
    assert deployment.plans.page(plan_id, SGT).baseline == before
    assert deployment.plans.list(SGT)[0].now_text == "10"


@on_both
def test_an_edit_keeps_what_was_there(deployment: Small, plan_id: str) -> None:
    deployment.plans.save(plan_id, 1, replace(SMART, target_value="5", support="Three days"), None, SUPT)
    page = deployment.plans.page(plan_id, SGT)
    assert page.revision == 2
    when, who, changes = page.history[0]
    assert (when, who) == ("22 Nov 2026 14:05", "Supt Hale")
    assert changes == (("Figure", "6", "5"), ("Support offered", "Two days off response", "Three days"))


def test_saving_the_same_again_is_no_revision(deployment: Small, plan_id: str) -> None:
    deployment.plans.save(plan_id, 1, SMART, None, SGT)
    assert deployment.plans.page(plan_id, SGT).revision == 1


@on_both
def test_of_two_editors_one_is_told(deployment: Small, plan_id: str) -> None:
    deployment.plans.save(plan_id, 1, replace(SMART, support="First"), None, SUPT)
    with pytest.raises(PlanChanged) as raised:
        deployment.plans.save(plan_id, 1, replace(SMART, support="Second"), None, SGT)
    assert (raised.value.changed_by, raised.value.changed_at) == ("Supt Hale", "22 Nov 2026 14:05")
    assert deployment.plans.page(plan_id, SGT).draft.support == "First"


def test_who_comes_after_the_end_is_told_so(deployment: Small, plan_id: str) -> None:
    ended = replace(SMART, status="closed", result="Down to 5", closed_reason="met")
    deployment.plans.save(plan_id, 1, ended, None, SUPT)
    with pytest.raises(PlanChanged):
        deployment.plans.save(plan_id, 1, replace(SMART, support="More"), None, SGT)


@on_both
def test_of_eight_at_once_one_wins(deployment: Small, plan_id: str) -> None:
    def save(number: int) -> bool:
        try:
            deployment.plans.save(plan_id, 1, replace(SMART, support=f"Number {number}"), None, SGT)
        except PlanChanged:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(save, range(8)))
    page = deployment.plans.page(plan_id, SGT)
    assert sum(won) == 1
    assert page.draft.support == f"Number {won.index(True)}"
    assert (page.revision, len(page.history)) == (2, 2)


@on_both
def test_a_form_sent_twice_at_once_makes_one_plan(deployment: Small) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: deployment.plans.save("", 0, SMART, None, SGT, "form-1"), range(4)))
    assert len(set(made)) == 1
    assert len(deployment.plans.list(SGT)) == 1
    with pytest.raises(PlanChanged):
        deployment.plans.save("", 0, replace(SMART, support="Other"), None, SGT, "form-1")


class TestWhoMay:
    @pytest.mark.parametrize("name", ["sgt", "supt", "chief", "pc"])
    def test_readers(self, deployment: Small, plan_id: str, name: str) -> None:
        page = deployment.plans.page(plan_id, VIEWERS[name])
        assert page.may_edit is (name != "pc")
        assert page.may_comment is (name == "pc")

    @pytest.mark.parametrize("name", ["other", "analyst", "admin"])
    def test_others_are_not_even_told_that_there_is_one(self, deployment: Small, plan_id: str, name: str) -> None:
        viewer = VIEWERS[name]
        for wanted in (plan_id, "no-such-plan"):
            with pytest.raises(NotPermitted, match="does not cover this plan"):
                deployment.plans.page(wanted, viewer)
            with pytest.raises(NotPermitted):
                deployment.plans.save(wanted, 1, SMART, None, viewer)
        assert deployment.plans.list(viewer) == ()
        assert deployment.plans.list(viewer, "E2") == ()

    @pytest.mark.parametrize("name", ["pc", "other", "analyst", "admin"])
    def test_nobody_else_opens_one(self, deployment: Small, name: str) -> None:
        with pytest.raises(NotPermitted):
            deployment.plans.new("E2", "open", "28d", VIEWERS[name])
        with pytest.raises(NotPermitted):
            deployment.plans.save("", 0, SMART, None, VIEWERS[name])

    def test_nobody_opens_one_for_themselves(self, deployment: Small) -> None:
        with pytest.raises(NotPermitted, match="supervisor"):
            deployment.plans.save("", 0, replace(SMART, officer="E1"), None, SGT)

    def test_a_supervisor_answers_in_their_own_plan_like_anybody(self, deployment: Small) -> None:
        mine = deployment.plans.save("", 0, replace(SMART, officer="E1", target_value="0"), None, SUPT)
        page = deployment.plans.page(mine, SGT)
        assert (page.may_edit, page.may_comment) == (False, True)
        with pytest.raises(NotPermitted):
            deployment.plans.save(mine, 1, replace(page.draft, support="A holiday"), None, SGT)

    def test_a_draft_is_its_owners_alone(self, deployment: Small) -> None:
        plan_id = deployment.plans.save("", 0, replace(SMART, status="draft"), None, SGT)
        for viewer in (PC, SUPT, CHIEF, OPERATOR):
            with pytest.raises(NotPermitted):
                deployment.plans.page(plan_id, viewer)
            assert deployment.plans.list(viewer) == ()
        assert [line.status for line in deployment.plans.list(SGT)] == ["draft"]

    def test_the_officer_answers_and_no_more(self, deployment: Small, plan_id: str) -> None:
        deployment.plans.save(plan_id, 1, replace(SMART, officer_comment="With cover, yes."), None, PC)
        with pytest.raises(NotPermitted):
            deployment.plans.save(plan_id, 2, replace(SMART, target_value="9"), None, PC)
        with pytest.raises(PlanInvalid):
            deployment.plans.save(plan_id, 2, replace(SMART, officer_comment="Put differently"), None, SGT)
        page = deployment.plans.page(plan_id, SGT)
        assert (page.draft.officer_comment, page.draft.target_value) == ("With cover, yes.", "6")
        assert page.history[0][1] == "PC Adeyemi"


def test_what_no_plan_is_opened_on(deployment: Small) -> None:
    with pytest.raises(NotPermitted, match="not a measure"):
        deployment.plans.new("E2", "recorded", "28d", SGT)
    with pytest.raises(UnknownMetric):
        deployment.plans.new("E2", "nothing", "28d", SGT)
    with pytest.raises(UnknownOfficer):
        deployment.plans.new("E99", "open", "28d", OPERATOR)
    with pytest.raises(NotPermitted):
        deployment.plans.new("E99", "open", "28d", SGT)


def test_no_figure_no_evidence(deployment: Small) -> None:
    table = deployment.reader.figures.metadata.tables["data_version"]
    with deployment.engine.begin() as connection:
        connection.execute(table.delete().where(table.c.dataset == "investigation"))
    with pytest.raises(NoData):
        deployment.plans.new("E2", "open", "28d", SGT)


def test_a_baseline_belongs_to_its_metric(deployment: Small) -> None:
    baseline = deployment.plans.new("E2", "open", "28d", SGT).baseline
    with pytest.raises(PlanInvalid):
        deployment.plans.save("", 0, SMART, replace(baseline, metric="other"), SGT)


@on_both
def test_plans_come_due(deployment: Small, plan_id: str) -> None:
    assert (deployment.plans.due(SGT), deployment.plans.list(SGT)[0].is_overdue) == (0, False)
    deployment.now[0] += timedelta(days=29)
    assert (deployment.plans.due(SGT), deployment.plans.list(SGT)[0].is_overdue) == (1, True)
    assert (deployment.plans.due(PC), deployment.plans.due(OTHER)) == (1, 0)
    page = deployment.plans.page(plan_id, SGT)
    ended = replace(page.draft, status="closed", result="Down to 5", closed_reason="met")
    deployment.plans.save(plan_id, 1, ended, None, SGT)
    assert deployment.plans.due(SGT) == 0
    assert deployment.plans.page(plan_id, SGT).may_edit is False


def test_a_closed_plan_stays_as_it_is(deployment: Small, plan_id: str) -> None:
    ended = replace(SMART, status="closed", result="Down to 5", closed_reason="met")
    deployment.plans.save(plan_id, 1, ended, None, SGT)
    with pytest.raises(PlanInvalid):
        deployment.plans.save(plan_id, 2, SMART, None, SGT)
    with pytest.raises(PlanInvalid):
        deployment.plans.save(plan_id, 2, replace(ended, officer_comment="Wait"), None, PC)


def test_a_plan_outlives_its_metric_and_its_officer(deployment: Small, plan_id: str) -> None:
    figures = deployment.reader.figures
    without = replace(figures.catalogue, families=figures.catalogue.families[1:])
    plans = ScorecardPlans(
        type(figures)(figures.engine, figures.metadata, DATASETS, without, figures.options, figures.cache)
    )
    (line,) = plans.list(SGT)
    assert (line.metric_title, line.now_text) == ("Open investigations", "–")
    assert plans.page(plan_id, SGT).draft == SMART
    with figures.engine.begin() as connection:
        table = figures.metadata.tables["officer"]
        connection.execute(table.delete().where(table.c.ref == "E2"))
    deployment.bump("organisation")
    with pytest.raises(NotPermitted):
        deployment.plans.page(plan_id, SGT)
    assert deployment.plans.page(plan_id, CHIEF).officer_name == "Officer E2"
