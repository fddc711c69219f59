"""Every view has one address, and every address one view."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.errors import BadFilter
from cspdash.domain.view import View
from layouts.urls import href, new_plan_href, new_plan_in, parse, plan_href, plan_in

TEXT = st.text(min_size=1, max_size=40).filter(lambda text: text.strip() == text and text not in (".", ".."))
FIELDS: dict[str, Any] = {
    "unit": TEXT,
    "metric": TEXT,
    "period": TEXT,
    "as_at": st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    "team": st.sampled_from(["then", "now"]),
    "sort": st.sampled_from(["org", "value", "name"]),
    "per": st.sampled_from(["total", "fte"]),
    "table": st.booleans(),
    "bar": TEXT,
    "rows": st.integers(1, 100_000),
    "order": TEXT,
}


@given(
    st.fixed_dictionaries({}, optional=FIELDS), st.sampled_from(["", "workload", "team", "sources", "officer"]), TEXT
)
def test_a_view_comes_back_from_its_address(fields: dict[str, Any], page: str, officer: str) -> None:
    view = View(page=page or "summary", officer=officer if page == "officer" else "", **fields)
    path, _, query = href(view).partition("?")
    assert parse(path, query) == view


def test_defaults_are_left_out() -> None:
    assert href(View()) == "/"
    assert href(View(page="stl", unit="csp-watford")) == "/stl?unit=csp-watford"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/officer", ""),
        ("/officer/a/b", ""),
        ("/stl/x", ""),
        ("/", "sort=best"),
        ("/", "team=x"),
        ("/", "as_at=31-10-2026"),
        ("/", "rows=0"),
        ("/", "rows=x"),
        ("/", "rows=1000000"),
        ("/", f"unit={'x' * 300}"),
    ],
)
def test_an_impossible_address_is_refused_in_words(path: str, query: str) -> None:
    with pytest.raises(BadFilter, match="address"):
        parse(path, query)


def test_what_is_not_known_is_ignored() -> None:
    assert parse(None, None) == View()
    assert parse("/stl", "?x=1&unit=a") == View(page="stl", unit="a")


def test_plans_have_addresses_too() -> None:
    assert plan_in(plan_href("p/1")) == "p/1"
    assert plan_in("/plans") == ""
    path, _, query = new_plan_href("E 1", "stl_due_28", "7d").partition("?")
    assert plan_in(path) == "new"
    assert new_plan_in(query) == ("E 1", "stl_due_28", "7d")
