"""T-SESS. Signing in and out, and when a session ends: by itself, or at once."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from cspdash.auth import seen_lately
from cspdash.domain.identity import handle_of
from tests.cspdash.auth.site import SAME_SITE, Site, body, post, sign_in, small_site


@pytest.fixture
def site() -> Site:
    return small_site()


def secret_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("cspdash_session")
    assert cookie is not None
    return cookie.value


def form_token_of(client: FlaskClient) -> str:
    """A form token of somebody who is signed in, whom the sign-in page sends on."""
    with client.session_transaction() as visit:
        visit["form_token"] = "their-own"
    return "their-own"


def tick_body() -> dict[str, object]:
    return {
        "output": "main.title",
        "outputs": {"id": "main", "property": "title"},
        "inputs": [{"id": "tick", "property": "n_intervals", "value": 1}],
        "changedPropIds": ["tick.n_intervals"],
        "state": [],
    }


def test_the_cookie_is_kept_from_scripts_and_other_sites(site: Site) -> None:
    (cookie,) = [
        each
        for each in sign_in(site.stranger(), "sgt").headers.getlist("Set-Cookie")
        if each.startswith("cspdash_session=")
    ]
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_over_tls_it_goes_to_this_very_host_and_nowhere_in_the_clear() -> None:
    site = small_site(is_secure=True)
    answer = sign_in(site.stranger(), "sgt")
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-session=")]
    assert {part.strip() for part in cookie.split(";")[1:]} == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_the_browser_holds_a_long_secret_and_nothing_about_anybody(site: Site) -> None:
    secrets = {site.signed_in().get_cookie("cspdash_session").value for _ in range(20)}  # type: ignore[union-attr]
    assert len(secrets) == 20
    assert all(len(base64.urlsafe_b64decode(each + "=")) == 32 for each in secrets)


def test_an_unknown_persona_stays_outside(site: Site) -> None:
    client = site.stranger()
    answer = sign_in(client, "nobody")
    assert answer.status_code == 400
    assert "Choose who you are" in answer.text
    assert client.get("/").status_code == 302


def test_the_form_needs_its_own_token(site: Site) -> None:
    theirs = site.stranger().get("/sign-in").text.partition("token:")[2].split()[0]
    client = site.stranger()
    client.get("/sign-in")
    for token in (None, "", "x", theirs):
        data = {"persona": "sgt"} | ({"csrf_token": token} if token is not None else {})
        assert client.post("/sign-in", data=data, headers=SAME_SITE).status_code == 403
    assert client.get("/").status_code == 302


def test_a_secret_that_was_planted_is_never_somebodys_session(site: Site) -> None:
    """Session fixation: whatever the browser sent before, signing in makes a new secret."""
    planted, client = "A" * 43, site.stranger()
    client.set_cookie("cspdash_session", planted)
    sign_in(client, "sgt")
    assert client.get_cookie("cspdash_session").value != planted  # type: ignore[union-attr]
    thief = site.stranger()
    thief.set_cookie("cspdash_session", planted)
    assert post(thief, body()).status_code == 401


def test_signing_in_again_makes_a_new_secret_and_ends_the_old_session(site: Site) -> None:
    client, thief = site.signed_in(), site.stranger()
    first = secret_of(client)
    token = form_token_of(client)
    form = {"persona": "supt", "csrf_token": token}
    assert client.post("/sign-in", data=form, headers=SAME_SITE).status_code == 303
    assert secret_of(client) != first
    thief.set_cookie("cspdash_session", first)
    assert post(thief, body()).status_code == 401


def test_a_cookie_from_before_signing_out_opens_nothing(site: Site) -> None:
    client = site.signed_in()
    before = secret_of(client)
    answer = client.post("/sign-out", headers=SAME_SITE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert client.get_cookie("cspdash_session") is None
    client.set_cookie("cspdash_session", before)
    assert post(client, body()).status_code == 401
    assert site.audit.told()[-1] == ("sign_out", "signed out")


def test_an_administrator_ends_it_at_once(site: Site) -> None:
    client, other = site.signed_in(), site.signed_in("supt")
    assert site.store.end_all("sgt", "ended by an administrator", "admin") == 1
    assert post(client, body()).status_code == 401
    assert post(other, body()).status_code == 200


def test_a_leaver_is_out_at_the_next_request(site: Site) -> None:
    client = site.signed_in()
    viewer = site.people.pop("sgt")
    assert post(client, body()).status_code == 401
    assert site.audit.told()[-1] == ("sign_out", "no longer has access")
    site.people["sgt"] = viewer
    assert post(client, body()).status_code == 401  # back again or not: that session is over


def test_another_role_ends_it_at_the_next_request(site: Site) -> None:
    client = site.signed_in()
    site.people["sgt"] = replace(site.people["sgt"], role="constable")
    assert post(client, body()).status_code == 401
    assert site.audit.told()[-1] == ("sign_out", "role changed")
    sign_in(client, "sgt")
    assert post(client, body()).status_code == 200


def test_another_posting_counts_at_the_next_request_and_ends_nothing(site: Site) -> None:
    client = site.signed_in()
    site.people["sgt"] = replace(site.people["sgt"], name="PS Nair, Watford")
    assert post(client, body()).get_json()["response"]["side"]["children"] == "PS Nair, Watford"


def test_a_wiped_store_knows_nobody(site: Site) -> None:
    client = site.signed_in()
    site.store.forget(datetime(2100, 1, 1, tzinfo=UTC))
    assert post(client, body()).status_code == 401
    assert client.get("/").status_code == 302
    assert sign_in(client, "sgt").status_code == 303


def test_a_store_out_of_reach_is_503_in_words(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen_lately, "GRACE_SECONDS", -1.0)
    client = site.signed_in()
    site.store._table.drop(site.store._engine)
    for answer in (post(client, body()), client.get("/"), client.get("/assets/x.js"), client.get("/session")):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "again in a minute" in answer.get_json()["error"]
    assert sign_in(site.stranger(), "sgt").status_code == 503


def test_who_was_signed_in_a_moment_ago_may_go_on_for_two_minutes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(site.sessions._seen_lately, "_clock", lambda: now[0])
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        client, ended = site.signed_in(), site.signed_in()
        for each in (client, ended):
            assert post(each, body()).status_code == 200
        site.store.end_one(handle_of(secret_of(ended)), "ended by an administrator", "admin")
        assert post(ended, body()).status_code == 401
        site.store._table.drop(site.store._engine)
        assert post(client, body()).status_code == 200
        assert post(ended, body()).status_code == 503  # what had ended before stays out
        now[0] += 119
        assert post(client, body()).status_code == 200
        now[0] += 2
        assert post(client, body()).status_code == 503
        now[0] -= 60
        clock.shift(timedelta(minutes=16))
        assert post(client, body()).status_code == 503  # the idle clock runs on, and the end cannot be written


def test_nobody_comes_in_unlogged(site: Site) -> None:
    site.audit.is_away = True
    client = site.stranger()
    assert sign_in(client, "sgt").status_code == 503
    assert client.get_cookie("cspdash_session") is None
    assert site.store.sessions() == []


def test_signing_in_and_out_is_told_to_the_audit(site: Site) -> None:
    client = site.signed_in()
    client.post("/sign-out", headers=SAME_SITE)
    first, last = site.audit.entries
    assert (first.operation, first.user_id, first.role, first.detail) == ("sign_in", "sgt", "sergeant", "demonstration")
    assert (last.operation, last.user_id, last.subject_id) == ("sign_out", "sgt", first.subject_id)
    assert first.subject_id != ""


def test_a_session_ends_when_nobody_does_anything(site: Site) -> None:
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        client = site.signed_in()
        for _ in range(4):
            clock.shift(timedelta(minutes=10))
            assert post(client, body()).status_code == 200
        clock.shift(timedelta(minutes=16))
        assert post(client, body()).status_code == 401


def test_a_page_left_open_keeps_nobody_signed_in(site: Site) -> None:
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        client = site.signed_in()
        clock.shift(timedelta(minutes=10))
        assert post(client, tick_body()).status_code == 200
        clock.shift(timedelta(minutes=10))
        assert post(client, tick_body()).status_code == 401


def test_a_session_ends_after_a_shift(site: Site) -> None:
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        client = site.signed_in()
        for _ in range(48):
            clock.shift(timedelta(minutes=10))
            assert post(client, body()).status_code == 200
        clock.shift(timedelta(minutes=1))
        assert post(client, body()).status_code == 401


def test_how_long_is_left_is_told_without_counting_as_activity(site: Site) -> None:
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        client = site.signed_in()
        clock.shift(timedelta(minutes=10))
        assert client.get("/session").get_json() == {"seconds": 300, "may_extend": True}
        clock.shift(timedelta(minutes=4))
        assert client.get("/session").get_json() == {"seconds": 60, "may_extend": True}
        assert client.post("/session", headers=SAME_SITE).get_json() == {"seconds": 900, "may_extend": True}
        clock.shift(timedelta(minutes=14))
        assert post(client, body()).status_code == 200
        assert site.stranger().get("/session").status_code == 401


def test_no_extension_goes_beyond_a_shift(site: Site) -> None:
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        client = site.signed_in()
        for _ in range(47):
            clock.shift(timedelta(minutes=10))
            assert client.post("/session", headers=SAME_SITE).status_code == 200
        clock.shift(timedelta(minutes=5))
        assert client.post("/session", headers=SAME_SITE).get_json() == {"seconds": 300, "may_extend": False}
        clock.shift(timedelta(minutes=6))
        assert client.post("/session", headers=SAME_SITE).status_code == 401
        assert site.audit.told()[-1] == ("sign_out", "longer than a shift")


@pytest.mark.parametrize("forged", ["x", "A" * 43, "eyJfdXNlcl9pZCI6InNndCJ9.aaaa.bbbb", "x" * 4000])
def test_a_made_up_cookie_opens_nothing(site: Site, forged: str) -> None:
    client = site.stranger()
    client.set_cookie("cspdash_session", forged)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("wish", "goes_to"),
    [
        ("/stl?unit=csp-watford", "/stl?unit=csp-watford"),
        ("/officer/E10234", "/officer/E10234"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https:evil.example", "/"),
        ("http://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/%09/evil.example", "/%09/evil.example"),
        ("/\t/evil.example", "/"),
        ("/\r\nSet-Cookie: x=y", "/"),
        ("/stl//evil", "/"),
        ("/sign-in", "/"),
        ("/sign-out", "/"),
        ("/_dash-layout", "/"),
        ("/" + "a" * 3000, "/"),
    ],
)
def test_signing_in_leads_to_a_page_of_this_site(site: Site, wish: str, goes_to: str) -> None:
    client = site.stranger()
    client.get("/sign-in")
    with client.session_transaction() as kept:
        token = kept["form_token"]
    form = {"persona": "sgt", "csrf_token": token}
    answer = client.post("/sign-in", query_string={"next": wish}, data=form, headers=SAME_SITE)
    assert answer.headers["Location"] == goes_to
