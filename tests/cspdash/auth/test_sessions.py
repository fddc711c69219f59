"""Signing in and out, and when a session ends by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.cspdash.auth.site import SAME_SITE, Site, body, post, sign_in, small_site


@pytest.fixture
def site() -> Site:
    return small_site()


def tick_body() -> dict[str, object]:
    return {
        "output": "main.title",
        "outputs": {"id": "main", "property": "title"},
        "inputs": [{"id": "tick", "property": "n_intervals", "value": 1}],
        "changedPropIds": ["tick.n_intervals"],
        "state": [],
    }


def test_the_cookie_is_kept_from_scripts_and_other_sites(site: Site) -> None:
    client = site.stranger()
    cookie = sign_in(client, "sgt").headers["Set-Cookie"]
    assert "HttpOnly" in cookie


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


def test_signing_in_drops_the_session_before(site: Site) -> None:
    client = site.stranger()
    client.get("/sign-in")
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    sign_in(client, "sgt")
    with client.session_transaction() as after:
        assert "planted" not in after


def test_signing_out_ends_it(site: Site) -> None:
    client = site.signed_in()
    answer = client.post("/sign-out", headers=SAME_SITE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert post(client, body()).status_code == 401


def test_who_somebody_is_is_looked_up_each_time(site: Site) -> None:
    client = site.signed_in()
    del site.people["sgt"]
    assert post(client, body()).status_code == 401


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


@pytest.mark.parametrize("forged", ["x", "eyJfdXNlcl9pZCI6InNndCJ9.aaaa.bbbb"])
def test_a_made_up_cookie_opens_nothing(site: Site, forged: str) -> None:
    client = site.stranger()
    client.set_cookie("session", forged)
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
