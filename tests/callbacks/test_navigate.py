"""A URL becomes a page, for this viewer, in one answer; one that cannot be had becomes a page that says why."""

from __future__ import annotations

from unittest.mock import patch

import dash
import pytest

from layouts import ids
from tests.support.asking import ask, body_of, ids_in, post, visit, words
from tests.support.small import VIEWERS, Small, signed_in


def test_one_answer_holds_the_whole_page(app: dash.Dash, deployment: Small) -> None:
    answer = visit(app, signed_in(app, "sgt"), "/workload?unit=watford-int-c")
    assert set(answer) == {ids.MAIN, ids.SIDE, ids.FRESHNESS, ids.VERSION}
    assert "Workload: Team C, Watford" in words(answer[ids.MAIN]["children"])
    assert "PC 2207 Adeyemi" in words(answer[ids.MAIN]["children"])
    assert "Workload" in words(answer[ids.SIDE]["children"])
    assert "Athena" in words(answer[ids.FRESHNESS]["children"])
    assert answer[ids.VERSION]["data"] == deployment.reader.live(VIEWERS["sgt"]).state


@pytest.mark.parametrize(
    ("persona", "address", "heading"),
    [
        ("sgt", "/", "Summary: Hertfordshire"),
        ("sgt", "/officer/E2", "PC 2207 Adeyemi"),
        ("sgt", "/team", "Team list: Team C, Watford"),
        ("sgt", "/sources", "Sources"),
        ("sgt", "/plans", "1:1s and plans"),
        ("sgt", "/plans/new?officer=E2&metric=open", "PC 2207 Adeyemi"),
        ("sgt", "/workload?unit=watford-int-c&bar=officer%3AE2", "9 investigations behind this figure"),
        ("pc", "/officer/E2", "PC 2207 Adeyemi"),
        ("chief", "/", "Summary: Hertfordshire"),
        ("admin", "/sources", "Sources"),
        # not theirs, not there, not readable
        ("sgt", "/officer/E5", "Not permitted"),
        ("pc", "/officer/E3", "Not permitted"),
        ("pc", "/plans/new?officer=E2&metric=open", "Not permitted"),
        ("sgt", "/plans/new?officer=E2&metric=recorded", "Not permitted"),
        ("sgt", "/plans/new", "Not permitted"),
        ("sgt", "/plans/none", "Not permitted"),
        ("admin", "/workload?unit=herts", "Not permitted"),
        ("sgt", "/workload?unit=atlantis", "Not found"),
        ("sgt", "/workload?metric=nothing", "Not found"),
        ("sgt", "/workload?period=lately", "Not found"),
        ("sgt", "/workload?as_at=2026-13-01", "Not found"),
        ("sgt", "/workload/x/y", "Not found"),
        ("sgt", "/nothing-of-ours", "Not found"),
        ("sgt", "/officer", "Not found"),
    ],
)
def test_every_address_has_a_page(app: dash.Dash, persona: str, address: str, heading: str) -> None:
    answer = visit(app, signed_in(app, persona), address)
    assert heading in words(answer[ids.MAIN]["children"])
    assert answer[ids.SIDE]["children"]


def test_what_cannot_be_seen_is_not_named(app: dash.Dash) -> None:
    answer = visit(app, signed_in(app, "sgt"), "/workload?unit=stevenage-int-a")
    assert "Team A, Stevenage" in words(answer[ids.MAIN]["children"])
    assert "Shah" not in str(answer)


def test_a_fault_of_ours_becomes_words_and_a_reference(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    with patch.object(deployment.reader, "unit_page", side_effect=RuntimeError("SELECT secret FROM officer")):
        answer = visit(app, client, "/workload")
    said = words(answer[ids.MAIN]["children"])
    assert "Something went wrong" in said
    assert "secret" not in str(answer)
    assert answer[ids.SIDE]["children"]


def test_a_fault_beside_the_page_is_told_too(app: dash.Dash, deployment: Small) -> None:
    body = body_of(app, "url.pathname", {"url.pathname": "/workload", "url.search": ""})
    client = signed_in(app, "sgt")
    with patch.object(deployment.reader, "live", side_effect=RuntimeError("no such table: data_version")):
        answer = post(client, body)
    assert answer.status_code == 200
    told = answer.get_json()["sideUpdate"][ids.MAIN]["children"]
    assert "Something went wrong" in words(told)
    assert "data_version" not in words(told)


@pytest.mark.parametrize("value", [3, 1.5, True, ["/"], {"a": 1}, "/" * 20_000])
def test_an_address_that_is_no_text_is_refused_in_words(app: dash.Dash, value: object) -> None:
    client = signed_in(app, "sgt")
    answer = post(client, body_of(app, "url.pathname", {"url.pathname": value, "url.search": ""}))
    assert answer.status_code == 200
    assert "cannot be read" in answer.text


def test_signing_in_leads_where_one_belongs(app: dash.Dash) -> None:
    for persona, home in {
        "sgt": "/workload?unit=watford-int-c",
        "pc": "/officer/E2",
        "admin": "/sources",
        "chief": "/",
    }.items():
        client = app.server.test_client()
        token = client.get("/sign-in").text.partition('name="csrf_token" value="')[2].partition('"')[0]
        form = {"persona": persona, "csrf_token": token}
        answer = client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.headers["Location"] == home


def test_search_finds_what_the_viewer_may_see(app: dash.Dash) -> None:
    def found(persona: str, typed: object) -> str:
        return words(
            ask(app, signed_in(app, persona), "search.value", {"search.value": typed})
            .get(ids.SEARCH_HITS, {})
            .get("children")
        )

    assert "Adeyemi" in found("sgt", "adey")
    assert "Adeyemi" not in found("other", "adey")
    assert "Watford" in found("other", "watford")
    assert found("sgt", "a") == ""
    assert found("sgt", None) == ""
    assert "matches" in found("sgt", "zzz")


def test_search_takes_text_only(app: dash.Dash) -> None:
    answer = post(signed_in(app, "sgt"), body_of(app, "search.value", {"search.value": ["a"]}))
    assert answer.status_code == 200
    assert "cannot be read" in answer.text


def test_the_graph_carries_addresses_to_click(app: dash.Dash) -> None:
    main = visit(app, signed_in(app, "sgt"), "/workload?unit=watford-int-c")[ids.MAIN]["children"]
    assert ids.BARS in ids_in(main)
    assert "/officer/E2?metric=open" in str(main)
