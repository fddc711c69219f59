"""Administration: nobody gives to themselves, a second administrator approves, all ends by itself or at once, all is logged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dash
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cspdash.domain.administration import UnknownEntry
from cspdash.domain.entitlement import EntitlementInvalid
from cspdash.domain.errors import NotPermitted
from cspdash.domain.ports import Viewer
from data_access.audit.tables import ENTRIES
from layouts import ids
from tests.support.asking import ask, props_of, visit, words
from tests.support.small import VIEWERS, Small, app_of, ports_of, signed_in, small

ADMIN, SECOND = VIEWERS["admin"], Viewer("admin-2", "Ama", "administrator")
SGT, SUPT, OTHER = VIEWERS["sgt"], VIEWERS["supt"], VIEWERS["other"]
WHY = "The inspector is on leave until then"
TEAM_A = "stevenage-int-a"


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path) as made:
        yield made


@pytest.fixture
def app(deployment: Small, tmp_path: Path) -> dash.Dash:
    return app_of(deployment, tmp_path)


def today(deployment: Small) -> date:
    return deployment.reader.figures.reading(SGT).today


def logged(deployment: Small, operation: str) -> list[dict[str, Any]]:
    with deployment.audit.engine.connect() as connection:
        rows = connection.execute(select(ENTRIES.c.entry).where(ENTRIES.c.operation == operation)).scalars()
        return [json.loads(row) for row in rows]


def sees(deployment: Small, officer: str, viewer: Viewer) -> bool:
    reading = deployment.reader.figures.reading(viewer)
    return reading.scope.may_officer(reading.organisation.officer(officer), reading.today)


def grant(deployment: Small, **given: Any) -> str:
    first = today(deployment)
    asked = {"user_id": "sgt", "role": "inspector", "unit_id": "csp-stevenage", "starts_on": first, "ends_on": None}
    asked |= {"reason": WHY, "viewer": ADMIN, **given}
    return ports_of(deployment).administering[0].ask_grant(**asked)


def test_a_role_counts_once_a_second_administrator_approved_it(deployment: Small) -> None:
    administration, *_ = ports_of(deployment).administering
    made = grant(deployment)
    assert not sees(deployment, "E5", SGT)
    assert "approve" not in dict(administration.decision("grant", made, ADMIN).acts)
    with pytest.raises(NotPermitted, match="another administrator"):
        administration.decide("grant", made, "approve", "", ADMIN)
    administration.decide("grant", made, "approve", "", SECOND)
    assert sees(deployment, "E5", SGT)
    administration.decide("grant", made, "end", "", ADMIN)
    assert not sees(deployment, "E5", SGT)
    changes = [entry["detail"] for entry in logged(deployment, "administration")]
    assert [change.partition(",")[0] for change in changes] == [
        "none -> inspector asked", "asked -> approved", "approved -> ended",
    ]  # fmt: skip


def test_nobody_gives_a_role_to_themselves(deployment: Small) -> None:
    with pytest.raises(NotPermitted, match="themselves"):
        grant(deployment, user_id="admin", role="chief_officer", unit_id="herts")
    made = grant(deployment, user_id="admin", role="analyst", viewer=SECOND)
    with pytest.raises(NotPermitted, match="for you"):
        ports_of(deployment).administering[0].decide("grant", made, "approve", "", ADMIN)


@pytest.mark.parametrize("persona", ["sgt", "pc", "supt", "chief", "analyst"])
def test_only_administrators_give_roles_and_see_sessions(deployment: Small, persona: str) -> None:
    administration, looks, *_ = ports_of(deployment).administering
    viewer = VIEWERS[persona]
    for refused in (
        lambda: grant(deployment, viewer=viewer),
        lambda: administration.people_page("", viewer),
        lambda: administration.person_page("sgt", viewer),
        lambda: administration.sessions_page(viewer),
        lambda: looks.page(viewer),
        lambda: looks.begin("sgt", WHY, viewer),
    ):
        with pytest.raises(NotPermitted):
            refused()


def cover(deployment: Small, viewer: Viewer, officer: str = "E6", unit: str = "watford-int-c", days: int = 7) -> str:
    first = today(deployment)
    set_cover = ports_of(deployment).administering[0].set_cover
    return set_cover(officer, unit, first, first + timedelta(days=days - 1), WHY, viewer)


def test_a_supervisor_sets_cover_and_it_ends_by_itself(deployment: Small) -> None:
    cover(deployment, SUPT)
    assert sees(deployment, "E2", OTHER)
    deployment.now[0] += timedelta(days=6)
    assert sees(deployment, "E2", OTHER)
    deployment.now[0] += timedelta(days=1)
    assert not sees(deployment, "E2", OTHER)


def test_an_administrators_cover_waits_for_a_second(deployment: Small) -> None:
    made = cover(deployment, ADMIN)
    assert not sees(deployment, "E2", OTHER)
    ports_of(deployment).administering[0].decide("cover", made, "approve", "", SECOND)
    assert sees(deployment, "E2", OTHER)


def test_cover_is_for_ones_own_units_and_for_somebody_else(deployment: Small) -> None:
    with pytest.raises(NotPermitted):
        cover(deployment, SGT, unit=TEAM_A)  # not the sergeant's
    with pytest.raises(NotPermitted, match="own word"):
        cover(deployment, SUPT, officer="E4")
    with pytest.raises(EntitlementInvalid, match="28 days"):
        cover(deployment, SUPT, days=29)
    cover(deployment, SUPT)
    with pytest.raises(NotPermitted, match="not by whoever covers"):
        cover(deployment, OTHER, officer="E1")  # who covers passes it on to nobody
    made = cover(deployment, VIEWERS["other"], officer="E1", unit=TEAM_A)
    with pytest.raises(UnknownEntry):
        ports_of(deployment).administering[0].decision("cover", made, SUPT)


def test_an_ended_session_is_over_at_the_next_request(deployment: Small, app: dash.Dash) -> None:
    administration, *_ = ports_of(deployment).administering
    client = signed_in(app, "sgt")
    assert client.get("/_dash-layout").status_code == 200
    own = next(each for each in administration.sessions_page(ADMIN).sessions if each.name == SGT.name)
    administration.decide("session", own.handle, "end_all", "", ADMIN)
    assert client.get("/_dash-layout").status_code == 401


def submit(app: dash.Dash, client: FlaskClient, address: str, button: str = "admin-do", **typed: str) -> dict[str, Any]:
    """Fills the form of an administration page and presses a button."""
    page = visit(app, client, address)[ids.MAIN]["children"]
    values = {f"admin-{name.replace('_', '-')}.value": value for name, value in typed.items()}
    values |= {"admin-state.data": props_of(page, ids.ADMIN_STATE)["data"], f"{button}.n_clicks": 1}
    return ask(app, client, f"{button}.n_clicks", values)


def look_as(deployment: Small, app: dash.Dash, whom: str) -> FlaskClient:
    client = signed_in(app, "admin")
    answer = submit(app, client, "/look-as", officer=whom, reason=WHY)
    assert answer[ids.URL]["href"] == "/"
    return client


def test_looking_as_somebody_is_bannered_logged_and_ends_by_itself(deployment: Small, app: dash.Dash) -> None:
    client = look_as(deployment, app, "sgt")
    page = visit(app, client, "/workload")
    assert "You look as PS Priya Nair" in words(page[ids.MAIN]["children"])
    assert "PC 2207 Adeyemi" in str(page)
    entry = logged(deployment, "consultation")[-1]
    assert (entry["user_id"], entry["as_user"]) == ("admin", "sgt")
    deployment.now[0] += timedelta(minutes=16)
    after = str(visit(app, client, "/workload?look=2"))
    assert "You look as" not in after
    assert "PC 2207 Adeyemi" not in after


def test_nothing_can_be_changed_while_looking(deployment: Small, app: dash.Dash) -> None:
    client = look_as(deployment, app, "sgt")
    form = visit(app, client, "/plans/new?officer=E2&metric=open")[ids.MAIN]["children"]
    kept = props_of(form, ids.PLAN_STATE)["data"]
    typed = {"plan-specific.value": "Close three", "plan-target-value.value": "3", "plan-state.data": kept}
    answer = ask(app, client, "plan-save.n_clicks", {"plan-save.n_clicks": 1, **typed})
    assert "Not saved" in words(answer[ids.PLAN_ERRORS]["children"])
    assert deployment.plans.list(SGT) == ()
    seen = Viewer("sgt", "x", "sergeant", "E1", seen_by="admin")
    administration, looks, *_ = ports_of(deployment).administering
    for change in (
        lambda: cover(deployment, seen, unit="watford-int-c"),
        lambda: looks.begin("pc", WHY, seen),
        lambda: administration.decide("session", "x", "end", "", seen),
        seen.need_write,
    ):
        with pytest.raises(NotPermitted):
            change()


def test_it_ends_at_the_press_of_a_button(deployment: Small, app: dash.Dash) -> None:
    client = look_as(deployment, app, "pc")
    assert ids.LOOK_STOP in str(visit(app, client, "/officer/E2")[ids.MAIN])
    ask(app, client, "look-stop.n_clicks", {"look-stop.n_clicks": 1})
    assert "You look as" not in str(visit(app, client, "/people"))
    assert [entry["detail"].partition(",")[0] for entry in logged(deployment, "view_as")] == ["begins", "ends"]


def test_nobody_looks_as_an_administrator(deployment: Small) -> None:
    for whom in ("admin",):
        with pytest.raises(NotPermitted):
            ports_of(deployment).administering[1].begin(whom, WHY, SECOND)


def test_the_pages_give_a_role_from_form_to_approval(deployment: Small, app: dash.Dash) -> None:
    client = signed_in(app, "admin")
    wrong = submit(app, client, "/people/sgt", role="", unit="", starts_on="", reason="x")
    text = words(wrong[ids.MAIN]["children"])
    assert "Choose a role" in text
    assert "Enter the first day" in text
    first = today(deployment).isoformat()
    right = submit(app, client, "/people/sgt", role="inspector", unit="csp-stevenage", starts_on=first, reason=WHY)
    where = right[ids.URL]["href"]
    shown = words(visit(app, client, where)[ids.MAIN]["children"])
    assert "Inspector of Stevenage" in shown
    assert "another administrator approves it" in shown
    refused = submit(app, client, where)  # the first button is now Refuse: taking away needs nobody else
    assert "Refused" in words(refused[ids.MAIN]["children"])


def test_a_forged_or_foreign_form_changes_nothing(deployment: Small, app: dash.Dash) -> None:
    admin, supt = signed_in(app, "admin"), signed_in(app, "supt")
    state = props_of(visit(app, admin, "/people/sgt")[ids.MAIN]["children"], ids.ADMIN_STATE)["data"]
    for client, sealed in ((supt, state), (admin, "forged"), (admin, {"kind": "grant", "subject": "sgt"})):
        values = {"admin-do.n_clicks": 1, "admin-state.data": sealed, "admin-role.value": "inspector"}
        answer = ask(app, client, "admin-do.n_clicks", values)
        assert "out of date" in words(answer[ids.ADMIN_ERRORS]["children"])
    assert ports_of(deployment).administering[0].people_page("", ADMIN).waiting == ()
