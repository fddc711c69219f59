"""Who is in a team, said by its supervisor: marked at once, decided by somebody else, and within everybody's scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import dash
import pytest
from sqlalchemy import insert

from cspdash.domain.administration import UnknownEntry
from cspdash.domain.audit import AuditQuery
from cspdash.domain.correcting import APPROVE, REFUSE, WITHDRAW
from cspdash.domain.corrections import CorrectionInvalid
from cspdash.domain.datasets import load_datasets
from cspdash.domain.errors import NotPermitted
from cspdash.domain.view import TEAM, View
from data_access.corrections import ScorecardCorrections
from data_access.organisation import Organisation
from data_access.state import State
from layouts import ids, urls
from tests.support.asking import ask, props_of, visit, words
from tests.support.force import NOW, PRECEDENCE, TODAY, ZONE
from tests.support.small import OPERATOR, VIEWERS, Small, signed_in

TEAM_C, TEAM_A = "watford-int-c", "stevenage-int-a"
SERGEANT, SUPERINTENDENT, CHIEF, OTHER = (VIEWERS[name] for name in ("sgt", "supt", "chief", "other"))
WHY = "Moved to the other team in November"
BARS = View(page="workload", unit=TEAM_C)


@pytest.fixture
def corrections(deployment: Small) -> ScorecardCorrections:
    return ScorecardCorrections(deployment.reader.figures, deployment.audit)


def not_here(corrections: ScorecardCorrections, viewer: Any = SERGEANT, officer: str = "E2", **facts: Any) -> str:
    return corrections.propose("not_here", officer, TEAM_C, facts.get("starts", TODAY), None, WHY, viewer)


def load(deployment: Small) -> None:
    """What the next load does with corrections."""
    figures = deployment.reader.figures
    with deployment.engine.begin() as connection:
        order = {**PRECEDENCE, "correction": 5}
        State(figures.metadata).bump(connection, "posting", deployment.now[0])
        Organisation(connection, figures.metadata, load_datasets(), order).rebuild(ZONE, deployment.now[0])


def bar(deployment: Small, officer: str, unit: str = TEAM_C, viewer: Any = OPERATOR) -> Any:
    page = deployment.reader.unit_page(BARS.but(unit=unit), viewer)
    return next((each for each in page.bars if each.key == f"officer:{officer}"), None)


def test_a_bar_is_disputed_at_once_and_moves_when_it_is_approved(
    deployment: Small, corrections: ScorecardCorrections
) -> None:
    load(deployment)
    before = deployment.reader.unit_page(BARS, SERGEANT)
    made = not_here(corrections)
    assert bar(deployment, "E2").disputed == "disputed: not in Team C, Watford, says PS Priya Nair, 22 Nov"
    assert bar(deployment, "E3").disputed == ""
    assert deployment.reader.unit_page(BARS, SERGEANT).total == before.total  # said, not yet so

    assert corrections.decide(made, APPROVE, SUPERINTENDENT).startswith("Approved")
    load(deployment)
    assert bar(deployment, "E2") is None
    after = deployment.reader.unit_page(BARS, SERGEANT)
    assert after.total.value == before.total.value - 9


def test_somebody_who_is_missing_comes_with_their_work(deployment: Small, corrections: ScorecardCorrections) -> None:
    load(deployment)
    made = corrections.propose("here", "2733", TEAM_C, TODAY, None, WHY, SERGEANT)
    assert "in Team C, Watford, says PS Priya Nair" in bar(deployment, "E5", TEAM_A).disputed
    with pytest.raises(NotPermitted):
        corrections.decide(made, APPROVE, SUPERINTENDENT)  # Watford's, who does not supervise Stevenage
    corrections.decide(made, APPROVE, CHIEF)
    load(deployment)
    assert (bar(deployment, "E5", TEAM_A), bar(deployment, "E5").figure.value) == (None, 6.0)


def test_the_parent_is_the_sum_of_its_children_all_the_way(
    deployment: Small, corrections: ScorecardCorrections
) -> None:
    load(deployment)
    force = deployment.reader.unit_page(BARS.but(unit="herts"), OPERATOR).total.value
    for kind, officer, unit in (("here", "E5", TEAM_C), ("not_here", "E3", TEAM_C)):
        made = corrections.propose(kind, officer, unit, TODAY, None, WHY, SERGEANT)
        corrections.decide(made, APPROVE, CHIEF)
    load(deployment)
    page = deployment.reader.unit_page(BARS.but(unit="herts"), OPERATOR)
    assert page.total.value == force == sum(each.figure.value or 0 for each in page.bars)


@pytest.mark.parametrize("who", ["pc", "analyst", "admin"])
def test_whoever_supervises_nobody_says_nothing(corrections: ScorecardCorrections, who: str) -> None:
    viewer = VIEWERS[who]
    for attempt in (
        lambda: not_here(corrections, viewer),
        lambda: corrections.list(viewer),
        lambda: corrections.form("here", "", TEAM_C, viewer),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert corrections.waiting(viewer) == 0


def test_nobody_speaks_of_a_team_that_is_not_theirs(corrections: ScorecardCorrections) -> None:
    for attempt in (
        lambda: not_here(corrections, OTHER),
        lambda: corrections.form("not_here", "E2", TEAM_C, OTHER),
        lambda: corrections.propose("here", "E2", TEAM_C, TODAY, None, WHY, OTHER),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    made = not_here(corrections)
    with pytest.raises(UnknownEntry):
        corrections.page(made, OTHER)
    with pytest.raises(UnknownEntry):
        corrections.decide(made, REFUSE, OTHER)
    assert corrections.list(OTHER).lines == ()


def test_nobody_decides_what_they_said_and_no_sergeant_decides_at_all(
    deployment: Small, corrections: ScorecardCorrections
) -> None:
    mine, chiefs = not_here(corrections), not_here(corrections, CHIEF, "E3")
    for made, viewer in ((mine, SERGEANT), (chiefs, CHIEF), (chiefs, SERGEANT)):
        with pytest.raises(NotPermitted):
            corrections.decide(made, APPROVE, viewer)
    assert corrections.waiting(SUPERINTENDENT) == 2
    assert [line.is_for_me for line in corrections.list(SUPERINTENDENT).lines] == [True, True]
    assert corrections.decide(mine, WITHDRAW, SERGEANT).startswith("Withdrawn")
    assert corrections.waiting(SUPERINTENDENT) == 1
    with pytest.raises(NotPermitted):
        corrections.decide(mine, APPROVE, SUPERINTENDENT)


def test_nothing_is_changed_looking_as_somebody_else(corrections: ScorecardCorrections) -> None:
    looking = replace(SERGEANT, seen_by="admin")
    with pytest.raises(NotPermitted):
        not_here(corrections, looking)


def test_by_policy_it_counts_at_once(deployment: Small) -> None:
    corrections = ScorecardCorrections(deployment.reader.figures, deployment.audit, "apply")
    made = not_here(corrections)
    load(deployment)
    assert bar(deployment, "E2") is None
    assert corrections.page(made, SERGEANT).acts == ((WITHDRAW, "Take it back"),)
    corrections.decide(made, WITHDRAW, SERGEANT)
    load(deployment)
    assert bar(deployment, "E2").figure.value == 9.0


@pytest.mark.parametrize("number", ["E999", "nobody", "2207", "E2", "1 OR 1=1"])
def test_numbers_that_do_not_fit_are_told_nothing(corrections: ScorecardCorrections, number: str) -> None:
    """Unknown, or in this very team already: the same words, which name nobody."""
    with pytest.raises(CorrectionInvalid) as wrong:
        corrections.propose("here", number, TEAM_C, TODAY, None, WHY, SERGEANT)
    assert set(wrong.value.problems) == {"officer"}
    assert "Adeyemi" not in str(wrong.value)


def test_a_name_outside_ones_teams_is_not_told_by_a_number(corrections: ScorecardCorrections) -> None:
    made = corrections.propose("here", "2733", TEAM_C, TODAY, None, WHY, SERGEANT)
    assert "Shah" not in repr(corrections.page(made, SERGEANT))
    assert "Shah" not in repr(corrections.list(SERGEANT))
    assert "Shah" in repr(corrections.page(made, CHIEF))


def test_the_same_is_said_once(corrections: ScorecardCorrections) -> None:
    not_here(corrections)
    with pytest.raises(CorrectionInvalid, match="PS Priya Nair has said so"):
        not_here(corrections, SUPERINTENDENT)


def test_every_word_and_decision_is_in_the_audit(deployment: Small, corrections: ScorecardCorrections) -> None:
    made = not_here(corrections)
    corrections.decide(made, REFUSE, SUPERINTENDENT)
    lines = deployment.audit_log.search(AuditQuery(operation="alteration"), OPERATOR).lines
    found = [(line.entry.user_id, line.entry.officer_id, line.entry.detail) for line in reversed(lines)]
    assert found == [("sgt", "E2", "says: is not in the unit"), ("supt", "E2", "refuse")]


def test_a_dispute_is_over_on_its_last_day(deployment: Small, corrections: ScorecardCorrections) -> None:
    corrections.propose("not_here", "E2", TEAM_C, TODAY, TODAY, WHY, SERGEANT)
    assert bar(deployment, "E2").disputed
    deployment.now[0] = NOW + timedelta(days=1)
    assert bar(deployment, "E2").disputed == ""


# --- the pages ---
def test_from_the_team_list_to_the_decision(app: dash.Dash, deployment: Small) -> None:
    sergeant, superintendent = signed_in(app, "sgt"), signed_in(app, "supt")
    team = visit(app, sergeant, f"/team?unit={TEAM_C}")
    assert "Not my officer" in words(team[ids.MAIN]["children"])
    form = urls.new_correction_href("not_here", TEAM_C, "E2")
    drawn = visit(app, sergeant, form)
    assert "PC 2207 Adeyemi is not in Team C, Watford." in words(drawn[ids.MAIN]["children"])

    state = _state_of(drawn[ids.MAIN]["children"])
    empty = press(app, sergeant, state, {"admin-starts-on": "", "admin-reason": ""})
    assert "There is a problem" in words(empty[ids.MAIN]["children"])
    done = press(app, sergeant, state, {"admin-starts-on": TODAY.isoformat(), "admin-reason": WHY})
    address = done[ids.URL]["href"]
    assert address.startswith("/corrections/")

    side = words(visit(app, superintendent, "/corrections")[ids.SIDE]["children"])
    assert "Team corrections 1 waiting" in side
    page = visit(app, superintendent, address)
    assert WHY in words(page[ids.MAIN]["children"])
    decided = press(app, superintendent, _state_of(page[ids.MAIN]["children"]), {})
    assert "Approved. It counts" in words(decided[ids.MAIN]["children"])


def test_a_form_of_one_viewer_is_nobody_elses(app: dash.Dash) -> None:
    drawn = visit(app, signed_in(app, "sgt"), urls.new_correction_href("not_here", TEAM_C, "E2"))
    state = _state_of(drawn[ids.MAIN]["children"])
    answer = press(app, signed_in(app, "supt"), state, {"admin-starts-on": TODAY.isoformat(), "admin-reason": WHY})
    assert "out of date" in words(answer[ids.ADMIN_ERRORS]["children"])


def press(app: dash.Dash, client: Any, state: Any, typed: dict[str, str]) -> dict[str, Any]:
    values = {f"{ids.ADMIN_DO}.n_clicks": 1, f"{ids.ADMIN_OTHER}.n_clicks": 0, f"{ids.ADMIN_STATE}.data": state}
    values |= {f"{name}.value": typed.get(name, "") for name in ids.ADMIN_FIELDS}
    return ask(app, client, f"{ids.ADMIN_DO}.n_clicks", values)


def _state_of(tree: Any) -> Any:
    return props_of(tree, ids.ADMIN_STATE)["data"]


def test_who_is_where_reads_like_the_supervisor_knows_it(deployment: Small) -> None:
    page = deployment.reader.team_page(View(page=TEAM, unit=TEAM_C), SERGEANT)
    assert page.may_claim
    assert all(member.may_dispute for member in page.members)
    constable = deployment.reader.team_page(View(page=TEAM, unit=TEAM_C), VIEWERS["pc"])
    assert not constable.may_claim
    assert not any(member.may_dispute for member in constable.members)


def test_work_of_nobody_is_somebodys_to_see_to(deployment: Small) -> None:
    """Watford's unmapped crimes lie above its team: for the superintendent posted there, whom the sergeant may not name."""
    page = deployment.reader.unit_page(BARS.but(unit="csp-watford"), SUPERINTENDENT)
    unmapped = next(each for each in page.bars if each.kind == "unmapped")
    assert unmapped.words == "for Supt 0100 Hale"
    page = deployment.reader.unit_page(BARS.but(unit="csp-watford"), SERGEANT)
    unmapped = next((each for each in page.bars if each.kind == "unmapped"), None)
    assert unmapped is None or unmapped.words in ("", "for the supervisor of Watford")


def test_a_posting_says_how_sure_it_is_and_why(deployment: Small) -> None:
    posting = deployment.reader.figures.metadata.tables["posting"]
    book = {"mapping": "m", "version": "1", "row_hash": "x", "loaded_at": NOW, "starts_on": TODAY, "is_primary": True}
    rows = [
        {**book, "ref": f"a-{officer}", "officer_id": officer, "unit_id": unit, "source": "athena"}
        for officer, unit in (("E1", TEAM_C), ("E2", TEAM_A), ("E4", "csp-watford"), ("E5", TEAM_A), ("E6", TEAM_A))
    ]
    with deployment.engine.begin() as connection:
        connection.execute(insert(posting), rows)
    load(deployment)
    page = deployment.reader.team_page(View(page=TEAM, unit=TEAM_C), OPERATOR)
    said = {member.officer: (member.source, member.confidence, member.reasons) for member in page.members}
    assert said["E1"] == ("Athena", "sure", ())
    assert said["E3"] == ("Hr", "likely", ("hr says Team C, Watford, which counts; athena knows nothing of it.",))
    other = deployment.reader.team_page(View(page=TEAM, unit=TEAM_A), OPERATOR)
    member = next(each for each in other.members if each.officer == "E2")
    assert (member.confidence, member.reasons) == (
        "unsure",
        ("athena says Team A, Stevenage, which counts; hr says Team C, Watford.",),
    )
