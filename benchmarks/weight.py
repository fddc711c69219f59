"""Bytes over the wire, compressed as a browser asks for it: a first visit, then each page that follows."""

from __future__ import annotations

import re
from html import unescape

import dash
from flask.testing import FlaskClient

from benchmarks.drill import PERSONA, TEAM
from tests.support.asking import ADDRESS, SAME_SITE, body_of
from tests.support.small import signed_in

ASKED = {"Accept-Encoding": "gzip, deflate, br"}
GRAPH = "/_dash-component-suites/dash/dcc/async-graph.js"  # fetched when the first chart comes
PAGES = (
    ("a team", f"/workload?unit={TEAM}"),
    ("a CSP", "/workload?unit=csp-watford"),
    ("the force, as a table", "/workload?unit=herts&table=1"),
    ("records beneath the bars", f"/workload?unit={TEAM}&bar={TEAM}"),
    ("the summary", "/"),
    ("an officer", "/officer/E12207"),
    ("a new plan", "/plans/new?officer=E12207&metric=open_investigations"),
)


def measure(app: dash.Dash) -> None:
    client = signed_in(app, PERSONA)
    index = client.get("/").text
    files = [unescape(each) for each in re.findall(r'(?:src|href)="(/[^"]+)"', index) if each != "/"]
    loads = [("/", _got(client, "/")), *((each, _got(client, each)) for each in (*files, GRAPH))]
    print("Bytes over the wire, and before compression")
    _row("first visit: page, scripts and styles", *_sum(size for _, size in loads))
    for name, size in sorted(loads, key=lambda each: -each[1][0])[:5]:
        _row(f"  {name.partition('?')[0].rpartition('/')[2] or 'page itself'}", *size)
    for name, address in PAGES:
        _row(f"then {name}", *_asked(app, client, address))
    print()


def _sum(sizes: object) -> tuple[int, int]:
    wire, plain = zip(*sizes, strict=True)  # type: ignore[call-overload]
    return sum(wire), sum(plain)


def _row(name: str, wire: int, plain: int) -> None:
    print(f"  {name:<44}{wire:>12,}{plain:>12,}")


def _got(client: FlaskClient, address: str) -> tuple[int, int]:
    answer, plain = client.get(address, headers=ASKED), client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return len(answer.data), len(plain.data)


def _asked(app: dash.Dash, client: FlaskClient, address: str) -> tuple[int, int]:
    pathname, _, search = address.partition("?")
    body = body_of(app, "url.pathname", {"url.pathname": pathname, "url.search": f"?{search}" if search else ""})
    answer = client.post(ADDRESS, json=body, headers={**SAME_SITE, **ASKED})
    plain = client.post(ADDRESS, json=body, headers=SAME_SITE)
    assert answer.status_code == 200
    return len(answer.data), len(plain.data)
