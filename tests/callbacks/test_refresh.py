"""An open page redraws when figures moved, and only then; a form is never touched."""

from __future__ import annotations

from typing import Any

import dash
import pytest

from layouts import ids
from tests.support.asking import ask, visit, words
from tests.support.small import Small, signed_in


def moved(app: dash.Dash, client: Any, address: str, version: object, told: object = 1) -> dict[str, Any]:
    pathname, _, search = address.partition("?")
    values = {
        "moved.data": told,
        "url.pathname": pathname,
        "url.search": f"?{search}" if search else "",
        "data-version.data": version,
    }
    return ask(app, client, "moved.data", values)


def test_nothing_is_sent_while_nothing_moves(app: dash.Dash) -> None:
    client = signed_in(app, "sgt")
    version = visit(app, client, "/workload")[ids.VERSION]["data"]
    assert moved(app, client, "/workload", version) == {}


def test_a_load_is_shown_and_said(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    before = visit(app, client, "/workload?unit=watford-int-c")
    deployment.add_crime("NEW-1", "E2")
    after = moved(app, client, "/workload?unit=watford-int-c", before[ids.VERSION]["data"])
    assert "14 open investigations" in words(before[ids.MAIN]["children"])
    assert "15 open investigations" in words(after[ids.MAIN]["children"])
    assert after[ids.VERSION]["data"] != before[ids.VERSION]["data"]
    assert after[ids.ANNOUNCE]["children"].startswith("Figures updated at ")


@pytest.mark.parametrize("address", ["/plans/new?officer=E2&metric=open", "/plans/abc"])
def test_a_form_is_left_alone(app: dash.Dash, deployment: Small, address: str) -> None:
    client = signed_in(app, "sgt")
    deployment.add_crime("NEW-1", "E2")
    assert moved(app, client, address, "an older version") == {}


@pytest.mark.parametrize("odd", [None, "x", [], {}, True, -1])
def test_odd_news_and_versions_do_no_harm(app: dash.Dash, odd: object) -> None:
    client = signed_in(app, "sgt")
    assert ids.MAIN in moved(app, client, "/workload", odd)
    version = visit(app, client, "/workload")[ids.VERSION]["data"]
    assert moved(app, client, "/workload", version, told=odd) == {}
