"""T-REDIR: whatever address somebody is to be sent to after signing in, it is one of this site."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import dash
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.auth.links import safe_next, sign_in_href

WISHES = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\evil.example",
    "\\/\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "HTTP://evil.example",
    "//evil.example%2f..",
    "%2f%2fevil.example",
    "/%2fevil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/\tevil.example",
    "/\r\n//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "@evil.example",
    "/@evil.example",
    "//localhost@evil.example",
    "/ /evil.example",
    "/\u2215evil.example",
    "／／evil.example",
)


def leads_to(wish: str) -> str:
    """The host a browser ends up at: it drops tabs and line ends, and reads backslashes as slashes."""
    seen = safe_next(wish)
    for dropped in "\t\r\n":
        seen = seen.replace(dropped, "")
    return urlsplit(urljoin("https://here.example/sign-in", seen.replace("\\", "/"))).netloc


@pytest.mark.parametrize("wish", WISHES)
def test_no_address_leads_elsewhere(app: dash.Dash, wish: str) -> None:
    assert leads_to(wish) == "here.example"
    stranger = app.server.test_client()
    page = stranger.get("/sign-in", query_string={"next": wish}).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"persona": "sgt", "csrf_token": token}
    answer = stranger.post(
        "/sign-in", query_string={"next": wish}, data=form, headers={"Sec-Fetch-Site": "same-origin"}
    )
    place = answer.headers["Location"]
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))
    assert "evil" not in urlsplit(place).netloc


@given(st.text(st.sampled_from("/\\:@?#%2fe.\t\n jh"), max_size=12))
def test_no_spelling_does(wish: str) -> None:
    assert leads_to(wish) == "here.example"
    assert sign_in_href(wish).startswith("/sign-in")


def test_a_page_wanted_by_a_stranger_comes_back_whole(app: dash.Dash) -> None:
    answer = app.server.test_client().get("/workload?unit=watford-int-c&metric=open")
    assert answer.headers["Location"] == "/sign-in?next=%2Fworkload%3Funit%3Dwatford-int-c%26metric%3Dopen"
