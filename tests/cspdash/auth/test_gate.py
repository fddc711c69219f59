"""The gate: closed by default, and nothing but what our own page could send gets through."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.auth.gate import PAGES
from tests.cspdash.auth.site import SAME_SITE, Site, body, post, small_site

CALLBACK = "/_dash-update-component"


@pytest.fixture(scope="module")
def site() -> Site:
    return small_site()


class TestStrangers:
    def test_every_route_is_closed_but_the_sign_in_page(self, site: Site) -> None:
        addresses = {re.sub("<[^>]*>", "x", rule.rule) for rule in site.server.url_map.iter_rules()} - {"/sign-in"}
        assert len(addresses) >= 9
        closed = site.server.url_map.bind("localhost")
        for address in addresses:
            for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
                answer = site.stranger().open(address, method=method, headers=SAME_SITE)
                is_page = method == "GET" and closed.match(address)[0] in PAGES
                assert answer.status_code == (302 if is_page else 401), (method, address)
                assert "_dash-config" not in answer.text

    def test_are_sent_back_to_the_page_they_wanted(self, site: Site) -> None:
        answer = site.stranger().get("/stl?unit=csp-watford&metric=stl_due_28")
        assert answer.headers["Location"] == "/sign-in?next=%2Fstl%3Funit%3Dcsp-watford%26metric%3Dstl_due_28"

    def test_cannot_have_a_host_of_their_own_repeated(self, site: Site) -> None:
        for path in ("/stl", "/sign-in", "/_dash-layout"):
            answer = site.stranger().get(path, headers={"Host": "evil.example"})
            assert answer.status_code == 400
            assert "evil" not in answer.text + str(answer.headers)

    def test_from_another_machine_are_refused_in_a_demonstration(self, site: Site) -> None:
        answer = site.stranger().get("/sign-in", environ_base={"REMOTE_ADDR": "10.1.2.3"})
        assert answer.status_code == 403

    @pytest.mark.parametrize("name", ["X-Forwarded-For", "x-forwarded-host", "Forwarded", "Via", "X-Real-IP"])
    def test_from_another_machine_by_a_proxy_on_this_one_neither(self, site: Site, name: str) -> None:
        assert site.stranger().get("/sign-in", headers={name: "10.1.2.3"}).status_code == 403
        assert site.signed_in().get("/stl", headers={name: "10.1.2.3"}).status_code == 403


class TestForgery:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "none"},
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://localhost:9999"},
            {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        ],
    )
    def test_another_sites_request_is_refused(self, site: Site, headers: dict[str, str]) -> None:
        client = site.signed_in()
        for path in (CALLBACK, "/sign-out", "/sign-in"):
            assert client.post(path, json=body(), headers=headers).status_code == 403
        assert post(client, body()).status_code == 200  # still signed in

    def test_our_own_origin_alone_will_do(self, site: Site) -> None:
        answer = site.signed_in().post(CALLBACK, json=body(), headers={"Origin": "http://localhost"})
        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "content_type",
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/x+json", ""],
    )
    def test_a_callback_is_json_only(self, site: Site, content_type: str) -> None:
        answer = site.signed_in().post(CALLBACK, data=json.dumps(body()), headers=SAME_SITE, content_type=content_type)
        assert answer.status_code == 415


class TestCallbackBody:
    def test_what_the_page_sends_is_answered(self, site: Site) -> None:
        answer = post(site.signed_in(), body())
        assert answer.get_json()["response"] == {"main": {"children": "x"}, "side": {"children": "PS Nair"}}

    @pytest.mark.parametrize(
        "wrong",
        [
            [],
            "text",
            3,
            {},
            body(output="nothing.children"),
            body(output=["main"]),
            body(output="side.title"),  # registered, but for the browser
            body(outputs=[]),
            body(outputs=None),
            body(outputs=[{"id": "side", "property": "children"}, {"id": "main", "property": "children"}]),
            body(outputs=[{"id": "main", "property": "children"}, {"id": "side", "property": "children", "x": 1}]),
            body(outputs=[{"id": "main", "property": 3}, {"id": "side", "property": "children"}]),
            body(inputs=[]),
            body(inputs=body()["inputs"] * 2),
            body(inputs=[{"id": "typed", "property": "title"}]),
            body(inputs=[{"id": {"type": "x"}, "property": "value"}]),
            body(inputs=[[{"id": "typed", "property": "value"}]]),
            body(inputs={"id": "typed"}),
            body(state=[]),
            body(state=[{"id": "typed", "property": "value"}]),
            body(changedPropIds="typed.value"),
            body(changedPropIds=[3]),
            body(changedPropIds=["other.value"]),
            body(changedPropIds=["typed.value"] * 100),
            body(background={"token": 1}),
        ],
    )
    def test_anything_else_is_refused(self, site: Site, wrong: object) -> None:
        assert post(site.signed_in(), wrong).status_code == 400

    def test_a_callback_of_the_browser_is_not_ours_to_answer(self, site: Site) -> None:
        theirs = body(output="side.title", outputs={"id": "side", "property": "title"}, state=[])
        answer = post(site.signed_in(), theirs)
        assert (answer.status_code, answer.get_json()) == (400, {"error": "There is no such callback."})

    def test_depth_and_size_are_bounded(self, site: Site) -> None:
        client = site.signed_in()
        deep = client.post(CALLBACK, data="[" * 100_000, headers=SAME_SITE, content_type="application/json")
        large = client.post(
            CALLBACK, data='"' + "x" * 300_000 + '"', headers=SAME_SITE, content_type="application/json"
        )
        broken = client.post(CALLBACK, data='{"output":', headers=SAME_SITE, content_type="application/json")
        assert (deep.status_code, large.status_code, broken.status_code) == (400, 413, 400)

    json_values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "property", "value", "x"]), inner)
        ),
        max_leaves=8,
    )

    @given(st.dictionaries(st.sampled_from([*body(), "cancelJob"]), json_values))
    def test_no_body_makes_the_server_fail(self, site: Site, changes: dict[str, object]) -> None:
        client = getattr(site, "_client", None) or site.signed_in()
        site._client = client  # type: ignore[attr-defined]
        assert post(client, body(**changes)).status_code in (200, 400)
