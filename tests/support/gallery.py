"""Every page from examples, served by a small Dash application: to look at, and for the browser tests.

.venv/bin/python -m tests.support.gallery [port]        http://127.0.0.1:8059/gallery
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dash import ClientsideFunction, Dash, Input, Output, html
from dash.development.base_component import Component

from cspdash.domain.looking_outside import DEFAULT_REASONS
from cspdash.domain.view import View
from layouts import ask_why, empty, ids, plan_form, search, shell, sign_in, sources, summary, team, urls
from layouts.officer import officer_page
from layouts.plans import plans_page
from layouts.record import record_page
from layouts.unit_page import unit_page, with_records
from tests.support.examples import officers, overviews, record_pages, unit_pages
from tests.support.examples.pieces import SOURCES, headlines

ASSETS = Path(__file__).parents[2] / "assets"
MARKING = "OFFICIAL-SENSITIVE"
_TEAM = unit_pages.team()
_TABLE = unit_pages.replace(_TEAM, view=_TEAM.view.but(table=True))
_PICKED = unit_pages.replace(_TEAM, view=_TEAM.view.but(bar="unmapped"))

PAGES: dict[str, Callable[[], Component]] = {
    "team": lambda: unit_page(_TEAM),
    "team-table": lambda: unit_page(_TABLE),
    "team-records": lambda: with_records(_PICKED, unit_pages.records_of(_PICKED)),
    "force": lambda: unit_page(unit_pages.force()),
    "many": lambda: unit_page(unit_pages.many()),
    "zeros": lambda: unit_page(unit_pages.zeros()),
    "stop-search": lambda: unit_page(unit_pages.stop_search()),
    "no-rows": lambda: unit_page(unit_pages.empty("no_rows")),
    "source-down": lambda: unit_page(unit_pages.empty("source_down")),
    "not-loaded": lambda: unit_page(unit_pages.empty("not_loaded")),
    "too-few": lambda: unit_page(unit_pages.empty("too_few")),
    "record": lambda: record_page(record_pages.record()),
    "officer": lambda: officer_page(officers.officer()),
    "probationer": lambda: officer_page(officers.probationer()),
    "new-plan": lambda: plan_form.plan_page(officers.new_plan(), officers.officer()),
    "wrong-plan": lambda: plan_form.plan_page(officers.wrong_plan()[0], officers.officer(), officers.wrong_plan()[1]),
    "kept-plan": lambda: plan_form.plan_page(officers.kept_plan(), officers.officer()),
    "lone-plan": lambda: plan_form.plan_page(officers.kept_plan(), None),
    "plans": lambda: plans_page(officers.plans(), View(page="plans")),
    "no-plans": lambda: plans_page((), View(page="plans")),
    "summary": lambda: summary.summary_page(overviews.summary()),
    "summary-14": lambda: summary.summary_page(overviews.summary(14)),
    "team-list": lambda: team.team_page(overviews.team()),
    "department": lambda: team.team_page(overviews.department()),
    "sources": lambda: sources.sources_page(overviews.sources()),
    "ask-why": lambda: ask_why.ask_why(
        "Intervention, Watford", DEFAULT_REASONS, 60, "/workload?unit=team-c", "/workload"
    ),
    "not-permitted": lambda: empty.not_permitted("Your role does not cover Stevenage.", "/workload"),
    "not-found": lambda: empty.not_found("No unit has the id 'team-q'.", "/workload"),
    "failed": lambda: empty.failed("7f3a-19c2"),
}
REAL = {
    "/": "summary",
    "/workload": "team",
    "/stl": "zeros",
    "/victim_updates": "force",
    "/stop_search": "stop-search",
    "/team": "team-list",
    "/sources": "sources",
    "/plans": "plans",
    "/plans/new": "new-plan",
    "/officer/E12207": "officer",
}


def gallery() -> Dash:
    """The application; every page of PAGES is at /gallery/<name>, the usual addresses lead to their like."""
    app = Dash(
        "gallery",
        assets_folder=str(ASSETS),
        suppress_callback_exceptions=True,
        update_title="",
        title="Gallery",
        index_string=shell.index_string(MARKING),
    )
    app.layout = shell.shell(MARKING, "Hertfordshire", "PS Priya Nair", "Team C, Watford Intervention", "demo")
    app.callback(
        Output(ids.MAIN, "children"),
        Output(ids.SIDE, "children"),
        Output(ids.FRESHNESS, "children"),
        Input(ids.URL, "pathname"),
        Input(ids.URL, "search"),
    )(_show)
    app.callback(Output(ids.SEARCH_HITS, "children"), Input(ids.SEARCH, "value"))(_find)
    app.clientside_callback(
        ClientsideFunction("cspdash", "open_bar"),
        Output(ids.URL, "href"),
        Input(ids.BARS, "clickData", allow_optional=True),
    )

    @app.server.route("/gallery/sign-in")
    def sign_in_page() -> str:
        people = [_Person(who, f"{who} Example", "", who) for who in ("constable", "sergeant", "chief_officer")]
        return sign_in.sign_in_html(people, MARKING, "Hertfordshire", "token", "Choose who you are from the list.")

    return app


class _Person:
    def __init__(self, key: str, name: str, title: str, role: str) -> None:
        self.id, self.name, self.title, self.role = key, name, title, role


def _show(pathname: str, query: str) -> tuple[Any, Any, Any]:
    view = _view(pathname, query)
    return page_at(pathname, view), shell.side(headlines(view), view, plans_due=2), shell.freshness(SOURCES)


def _view(pathname: str, query: str) -> View:
    name = pathname.removeprefix("/gallery/")
    if name in PAGES:
        pathname = next((path for path, page in REAL.items() if page == name), "/workload")
    return urls.parse(pathname, query)


def page_at(pathname: str, view: View) -> Component:
    name = pathname.removeprefix("/gallery/")
    if pathname.startswith("/workload") and view.bar:
        picked = unit_pages.replace(_TEAM, view=_TEAM.view.but(bar=view.bar, table=view.table))
        return with_records(picked, unit_pages.records_of(picked, view.bar, view.rows))
    if pathname.startswith("/workload"):
        kept = view.but(unit=_TEAM.unit, metric=view.metric or _TEAM.view.metric)
        return unit_page(unit_pages.replace(_TEAM, view=kept))
    made = PAGES.get(name) or PAGES.get(REAL.get(pathname, ""))
    if made:
        return made()
    return html.Main([html.H1("Gallery"), *[html.P(html.A(name, href=f"/gallery/{quote(name)}")) for name in PAGES]])


def _find(text: str | None) -> Any:
    return search.hits(overviews.HITS if "w" in (text or "") else (), text or "")


if __name__ == "__main__":
    gallery().run(port=int(sys.argv[1]) if len(sys.argv) > 1 else 8059)
