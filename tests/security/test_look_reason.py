"""Before names outside one's own team: nothing is read or shown until a reason is chosen; then it is in every entry.

ASVS 5.0 8.2.4 (context of access) and the force's own rule: by the server, for every callback, whatever the browser says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dash
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from cspdash.domain.audit import AuditQuery
from cspdash.domain.entitlement import RoleGrant
from cspdash.domain.errors import DatabaseUnavailable
from cspdash.domain.view import View
from data_access.audit.tables import ENTRIES
from data_access.reading import Figures
from layouts import ids
from layouts.ask_why import HEADING
from tests.callbacks.test_corrections import not_here
from tests.callbacks.test_plan import Editor
from tests.security.test_scope_everywhere import addresses, named_in
from tests.support.asking import ask, body_of, post, visit, words
from tests.support.everybody import FORMER, MAY_NAME, Everybody, everybody
from tests.support.everybody import PERSONAS as EVERYBODY
from tests.support.exported import export, file_in
from tests.support.force import TODAY
from tests.support.small import OFFICERS, OPERATOR, VIEWERS, Small, app_of, ports_of, signed_in, small

TEAM_C, TEAM_A = "watford-int-c", "stevenage-int-a"
LABELS = {ref: f"{rank} {collar} {name}" for ref, name, rank, collar, _ in OFFICERS}
RECORDS = "/workload?unit={}&metric=open&bar={}"
NAMED = (
    f"/workload?unit={TEAM_C}",
    f"/volume?unit={TEAM_C}&period=12m",
    RECORDS.format(TEAM_C, "officer%3AE2"),
    RECORDS.format(TEAM_C, TEAM_C),
    RECORDS.format("csp-watford", TEAM_C),
    "/officer/E2",
    "/officer/E2?metric=open",
    "/record/investigation/CE2-0",
    f"/record/investigation/CE2-0?unit={TEAM_C}&metric=open&bar=officer%3AE2",
    f"/team?unit={TEAM_C}",
    f"/plans?unit={TEAM_C}",
    "/plans/new?officer=E2&metric=open",
    f"/corrections/new?kind=not_here&officer=E2&unit={TEAM_C}",
)
WHOLE = (RECORDS.format("csp-watford", "csp-watford"), RECORDS.format("csp-watford", "unmapped"))
TOTALS = ("/", "/?unit=csp-watford", "/workload?unit=herts", "/workload?unit=csp-watford", "/sources", "/plans")


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path, asks_reason=True) as made:
        yield made


@pytest.fixture
def app(deployment: Small, tmp_path: Path) -> dash.Dash:
    return app_of(deployment, tmp_path)


@pytest.fixture
def chief(app: dash.Dash) -> FlaskClient:
    return signed_in(app, "chief")


def say(app: dash.Dash, client: FlaskClient, address: str, reason: object = "conduct") -> dict[str, Any]:
    """A click on a reason at an address."""
    pathname, _, search = address.partition("?")
    values = {"url.pathname": pathname, "url.search": f"?{search}" if search else ""}
    return ask(app, client, "look-reason.data", {**values, "look-reason.data": {"reason": reason, "at": 1}})


def redraw(app: dash.Dash, client: FlaskClient, address: str) -> dict[str, Any]:
    pathname, _, search = address.partition("?")
    values = {"url.pathname": pathname, "url.search": f"?{search}" if search else ""}
    return ask(app, client, "moved.data", {**values, "moved.data": {"at": 1}, "data-version.data": "older"})


def main_of(answer: dict[str, Any]) -> Any:
    return answer[ids.MAIN]["children"]


def is_question(answer: dict[str, Any]) -> bool:
    return HEADING in words(main_of(answer))


def names_in(answer: object) -> set[str]:
    text = json.dumps(answer)
    return {ref for ref, label in LABELS.items() if label in text or f'"C{ref}-' in text}


def logged(deployment: Small, operation: str = "consultation") -> list[dict[str, Any]]:
    with deployment.audit.engine.connect() as connection:
        found = [json.loads(text) for text in connection.scalars(select(ENTRIES.c.entry).order_by(ENTRIES.c.seq))]
    return [each for each in found if each["operation"] == operation]


def lapse(deployment: Small) -> None:
    """Time goes by for every reason said."""
    table = deployment.reader.figures.metadata.tables["session"]
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    with deployment.engine.begin() as connection:
        for row in connection.execute(select(table.c.sid_hash, table.c.looks).where(table.c.looks.is_not(None))).all():
            kept = [[*each[:3], past] for each in json.loads(row.looks)]
            where = table.c.sid_hash == row.sid_hash
            connection.execute(update(table).where(where).values(looks=json.dumps(kept)))


# --- before and after ---


@pytest.mark.parametrize("address", [*NAMED, *WHOLE])
def test_nothing_is_read_or_shown_before_and_everything_after(
    app: dash.Dash, chief: FlaskClient, deployment: Small, address: str
) -> None:
    read: list[str] = []

    def watch(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        read.append(statement)

    event.listen(deployment.engine, "before_cursor_execute", watch)
    before = visit(app, chief, address)
    event.remove(deployment.engine, "before_cursor_execute", watch)
    assert is_question(before)
    assert names_in(before) == set()
    assert not [each for each in read if "offence_title" in each], "records were read"
    assert logged(deployment) == []

    after = say(app, chief, address)
    assert not is_question(after)
    assert "Not permitted" not in words(main_of(after)), words(main_of(after))
    assert "went wrong" not in words(main_of(after))
    assert [each["look_reason"] for each in logged(deployment)] == ["conduct"]
    assert not is_question(visit(app, chief, address))  # and is not asked again
    assert {each.get("look_reason") for each in logged(deployment)} == {"conduct"}


def test_one_reason_opens_every_page_of_its_part_of_the_force_and_no_other(
    app: dash.Dash, chief: FlaskClient, deployment: Small
) -> None:
    say(app, chief, NAMED[0], "supervision")
    for address in (*NAMED, *WHOLE):
        assert not is_question(visit(app, chief, address)), address
    assert {each["look_reason"] for each in logged(deployment)} == {"supervision"}
    for address in ("/officer/E5", f"/workload?unit={TEAM_A}", "/record/investigation/CE5-0", f"/team?unit={TEAM_A}"):
        answer = visit(app, chief, address)
        assert is_question(answer), address
        assert names_in(answer) == set()
    assert "conduct" not in str(logged(deployment))
    say(app, chief, "/officer/E5", "conduct")
    assert [each["look_reason"] for each in logged(deployment)][-1] == "conduct"
    visit(app, chief, "/officer/E2")
    assert [each["look_reason"] for each in logged(deployment)][-1] == "supervision"


@pytest.mark.parametrize("address", TOTALS)
def test_totals_need_no_reason_and_name_nobody(
    app: dash.Dash, chief: FlaskClient, deployment: Small, address: str
) -> None:
    deployment.add_crime("CE4-0", "E4")  # the superintendent's own, at the CSP itself
    answer = visit(app, chief, address)
    assert not is_question(answer)
    assert names_in(answer) == set()
    assert not [each for each in logged(deployment) if "look_reason" in each]


def test_an_officer_beside_units_is_one_bar_until_a_reason_is_said(
    app: dash.Dash, chief: FlaskClient, deployment: Small
) -> None:
    deployment.add_crime("CE4-0", "E4")
    page = deployment.reader.unit_page
    view, viewer = View(page="workload", unit="csp-watford", metric="open"), VIEWERS["chief"]
    shown = {bar.key: bar for bar in page(view, viewer).bars}
    assert (shown["withheld"].name, shown["withheld"].figure.value) == ("1 officer", 1)
    assert is_question(visit(app, chief, f"/team?unit={shown['withheld'].target_view.unit}"))  # type: ignore[union-attr]
    say(app, chief, "/team?unit=csp-watford")
    assert LABELS["E4"] in json.dumps(visit(app, chief, "/workload?unit=csp-watford&metric=open"))


@pytest.mark.parametrize(
    ("persona", "unit", "officer"), [("sgt", TEAM_C, "E2"), ("supt", "csp-watford", "E2"), ("pc", "", "E2")]
)
def test_nobody_is_asked_in_their_own_command(
    app: dash.Dash, deployment: Small, persona: str, unit: str, officer: str
) -> None:
    client = signed_in(app, persona)
    addresses = [f"/workload?unit={unit}", f"/team?unit={unit}", "/plans", f"/officer/{officer}"]
    addresses += ["/", *NAMED, RECORDS.format(unit, unit)] if persona != "pc" else []
    for address in addresses:
        answer = visit(app, client, address)
        assert not is_question(answer), address
        assert "Not permitted" not in words(main_of(answer)), address
    assert not [each for each in logged(deployment) if "look_reason" in each]


def test_a_grant_is_asked_and_cover_is_not(app: dash.Dash, deployment: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    client, granted = signed_in(app, "sgt"), deployment.reader.figures.granted
    assert "Not permitted" in words(main_of(visit(app, client, "/officer/E5")))
    day = deployment.reader.figures.reading(OPERATOR).today

    def also(figures: Figures, viewer: Any, found: Any) -> Any:
        known = granted(viewer, found)
        return replace(known, grants=(RoleGrant("sergeant", TEAM_A, day),)) if viewer.user_id == "sgt" else known

    monkeypatch.setattr(Figures, "granted", also)
    assert is_question(visit(app, client, "/officer/E5"))
    say(app, client, "/officer/E5", "cover")
    assert LABELS["E5"] in json.dumps(visit(app, client, "/officer/E5"))
    assert not is_question(visit(app, client, "/officer/E2"))


# --- every other callback ---


def test_a_file_is_not_made_before_and_says_why_after(app: dash.Dash, chief: FlaskClient, deployment: Small) -> None:
    refused = export(app, chief, "/officer/E2").get_json()["response"]
    assert ids.EXPORT_FILE not in refused
    assert "outside your own team" in words(refused[ids.EXPORT_ERRORS]["children"])
    assert logged(deployment, "disclosure") == []
    say(app, chief, "/officer/E2", "audit")
    assert file_in(export(app, chief, "/officer/E2"))
    entry = logged(deployment, "disclosure")[0]
    assert entry["look_reason"] == "audit"
    assert entry["reason"]  # why it is given away is said besides


def test_a_plan_is_neither_opened_nor_saved_before(app: dash.Dash, chief: FlaskClient, deployment: Small) -> None:
    sergeant = Editor(app, "sgt")
    sergeant.fill()
    plan = str(sergeant.save()[ids.URL]["href"])
    for address in (plan, f"{plan}?saved=1"):
        answer = visit(app, chief, address)
        assert is_question(answer)
        assert "Close the three oldest" not in json.dumps(answer)
    listed = visit(app, chief, "/plans")
    assert names_in(listed) == set()
    assert "Team C, Watford · 1" in words(main_of(listed)).replace("  ", " ")
    say(app, chief, f"/plans?unit={TEAM_C}", "audit")
    assert LABELS["E2"] in json.dumps(visit(app, chief, f"/plans?unit={TEAM_C}"))
    assert "Close the three oldest" in json.dumps(visit(app, chief, plan))
    assert logged(deployment)[-1]["look_reason"] == "audit"


def test_a_form_that_is_open_when_the_reason_lapses_can_be_saved(
    app: dash.Dash, chief: FlaskClient, deployment: Small
) -> None:
    say(app, chief, "/plans/new?officer=E2&metric=open")
    editor = Editor(app, "chief", client=chief)
    editor.fill()
    lapse(deployment)
    saved = editor.save()
    assert str(saved[ids.URL]["href"]).startswith("/plans/")
    assert is_question(visit(app, chief, saved[ids.URL]["href"]))  # the next page asks


def test_corrections_name_nobody_before(app: dash.Dash, chief: FlaskClient, deployment: Small) -> None:
    corrections = ports_of(deployment).administering[2]
    made = not_here(corrections)  # type: ignore[arg-type]
    listed = visit(app, chief, "/corrections")
    assert names_in(listed) == set()
    assert "An officer" in words(main_of(listed))
    assert is_question(visit(app, chief, f"/corrections/{made}"))
    say(app, chief, f"/corrections/{made}")
    assert LABELS["E2"] in json.dumps(visit(app, chief, f"/corrections/{made}"))


def test_a_search_finds_who_is_where_and_no_figure(app: dash.Dash, chief: FlaskClient, deployment: Small) -> None:
    """A directory: without it nobody outside could be found at all. It is logged as typed; what is behind a hit asks."""
    found = ask(app, chief, "search.value", {"search.value": "Adeyemi"})
    assert LABELS["E2"] in json.dumps(found)
    assert "CE2-" not in json.dumps(found)
    assert logged(deployment)[-1] | {"subject": "search", "detail": "Adeyemi"} == logged(deployment)[-1]
    assert is_question(visit(app, chief, "/officer/E2"))


def test_the_live_redraw_goes_on_when_a_reason_lapses_and_the_next_page_asks(
    app: dash.Dash, chief: FlaskClient, deployment: Small
) -> None:
    assert is_question(redraw(app, chief, "/officer/E2"))  # never a way around the question
    say(app, chief, "/officer/E2")
    lapse(deployment)
    deployment.bump()
    drawn = redraw(app, chief, "/officer/E2")
    assert LABELS["E2"] in json.dumps(drawn)
    assert logged(deployment)[-1]["look_reason"] == "conduct"
    assert is_question(redraw(app, chief, "/officer/E5"))
    assert is_question(visit(app, chief, "/officer/E2"))
    again = say(app, chief, "/officer/E2", "audit")
    assert LABELS["E2"] in json.dumps(again)
    assert logged(deployment)[-1]["look_reason"] == "audit"


def test_a_redraw_of_the_question_announces_nothing(app: dash.Dash, chief: FlaskClient) -> None:
    assert redraw(app, chief, "/officer/E2")[ids.ANNOUNCE]["children"] == ""


# --- everybody, everywhere ---

OWN = {**MAY_NAME, "chief": {"CC"}}  # by hand: whoever sees no more than they lead sees all of it


@pytest.fixture(scope="module")
def all_of_them(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everybody]:
    """Everybody; the sergeant of Team B1 was also given CSP A, by two administrators."""
    with everybody(tmp_path_factory.mktemp("asked"), asks_reason=True) as made:
        people = {each.id: each.viewer for each in EVERYBODY}
        ask_grant, decide = made.administration.ask_grant, made.administration.decide
        given = ask_grant("sgt-b", "inspector", "csp-a", TODAY, None, "Runs the enquiry in CSP A", people["admin"])
        decide("grant", given, "approve", "", people["admin-2"])
        yield made


@pytest.mark.parametrize("persona", ["chief", "sgt-b", "supt", "covering", "acting"])
def test_before_a_reason_no_page_names_anybody_outside_the_own_team(all_of_them: Everybody, persona: str) -> None:
    client, asked, questions = all_of_them.clients[persona], addresses(), 0
    for number, address in enumerate(asked):
        answer = visit(all_of_them.app, client, address)
        allowed = OWN[persona] | FORMER.get(persona, set())
        if address.startswith("/cover"):
            allowed = allowed | {"S2"}  # who covers is no figure of theirs
        assert named_in(answer) <= allowed, (persona, address, named_in(answer) - allowed)
        questions += HEADING in json.dumps(answer)
        if number % 5 == 0:
            assert named_in(redraw(all_of_them.app, client, address)) <= allowed, (persona, address)
    print(f"{persona}: {len(asked)} addresses, {questions} questions")
    assert (questions > 0) == (persona in ("chief", "sgt-b")), questions


# --- what a browser may say ---


@pytest.mark.parametrize(
    "reason", ["", "because", "Complaint or conduct matter", None, 7, ["conduct"], {"conduct": 1}, "x" * 5000]
)
def test_only_a_code_of_the_list_is_a_reason(
    app: dash.Dash, chief: FlaskClient, deployment: Small, reason: object
) -> None:
    values = {"url.pathname": "/officer/E2", "url.search": "", "look-reason.data": {"reason": reason}}
    answer = post(chief, body_of(app, "look-reason.data", values))
    assert answer.status_code in (200, 400)
    assert names_in(answer.text) == set()
    assert is_question(visit(app, chief, "/officer/E2"))
    assert logged(deployment) == []


def test_what_a_reason_counts_for_is_not_the_browsers_to_say(app: dash.Dash, chief: FlaskClient) -> None:
    sent = {"reason": "conduct", "unit_id": "herts", "unit": "herts", "is_alone": False, "until": "2099-01-01"}
    ask(app, chief, "look-reason.data", {"url.pathname": "/officer/E2", "url.search": "", "look-reason.data": sent})
    assert not is_question(visit(app, chief, "/officer/E2"))
    assert is_question(visit(app, chief, "/officer/E5"))


def test_a_reason_opens_nothing_that_the_role_does_not(app: dash.Dash, deployment: Small) -> None:
    for persona in ("sgt", "analyst", "pc", "admin"):
        client = signed_in(app, persona)
        answer = say(app, client, "/officer/E5")
        assert "Not permitted" in words(main_of(answer)), persona
        assert names_in(answer) == set()
    assert deployment.identity.sessions.sessions()
    assert not [each for each in deployment.identity.sessions.sessions() if each.looks]


def test_a_reason_is_one_sessions_and_ends_with_it(app: dash.Dash, chief: FlaskClient) -> None:
    say(app, chief, "/officer/E2")
    assert is_question(visit(app, signed_in(app, "chief"), "/officer/E2"))
    assert not is_question(visit(app, chief, "/officer/E2"))
    assert is_question(visit(app, signed_in(app, "chief"), "/officer/E2"))  # nor from memory


def test_no_address_holds_a_reason(app: dash.Dash, chief: FlaskClient) -> None:
    assert is_question(visit(app, chief, "/officer/E2?look_reason=conduct&reason=conduct&look-reason=conduct"))
    assert "look" not in json.dumps(say(app, chief, "/officer/E2").get(ids.URL, {}))


def test_while_the_database_is_away_a_page_is_shown_again_only_under_its_reason(
    app: dash.Dash, chief: FlaskClient, deployment: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(app, chief, "/officer/E2")
    visit(app, chief, "/officer/E2")

    def away(_figures: Figures) -> object:
        raise DatabaseUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(Figures, "versions", away)
        assert LABELS["E2"] in json.dumps(visit(app, chief, "/officer/E2"))
        assert logged(deployment)[-1]["look_reason"] == "conduct"
        lapse(deployment)
        assert names_in(visit(app, chief, "/officer/E2")) == set()


# --- who reads it afterwards ---


def test_it_is_in_the_audit_its_export_and_in_who_looked_at_me(
    app: dash.Dash, chief: FlaskClient, deployment: Small
) -> None:
    say(app, chief, "/officer/E2", "data_quality")
    dpo = signed_in(app, "dpo")
    shown = words(main_of(visit(app, dpo, "/audit?officer=E2")))
    assert "outside own team: Checking the data" in shown
    text = file_in(export(app, dpo, "/audit?officer=E2"))[1].decode("utf-8-sig")
    assert "Why outside own team" in text
    assert "data_quality" in text
    mine = words(main_of(visit(app, signed_in(app, "pc"), "/officer/E2")))
    assert "Chief officer officer Checking the data" in mine
    assert "ACC Reed" not in mine
    line = deployment.audit_log.search(AuditQuery(officer="E2", operation="consultation"), OPERATOR).lines[-1]
    assert line.entry.look_reason == "data_quality"


def test_an_administrator_who_looks_as_somebody_is_asked_as_they_would_be(app: dash.Dash, deployment: Small) -> None:
    looks = ports_of(deployment).administering[1]
    client = signed_in(app, "admin")
    looks.begin("chief", "Reported that a page is empty", VIEWERS["admin"])
    answer = visit(app, client, "/officer/E2")
    assert is_question({ids.MAIN: {"children": answer[ids.MAIN]["children"][-1]}})
    say(app, client, "/officer/E2", "data_quality")
    entry = logged(deployment)[-1]
    assert (entry["user_id"], entry["as_user"], entry["look_reason"]) == ("admin", "chief", "data_quality")
