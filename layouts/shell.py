"""The frame around every page: marking, top bar, side list, and the empty places callbacks fill."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from cspdash.domain.ports import Allowed, AsAt, Headline
from cspdash.domain.view import (
    AUDIT,
    CORRECTIONS,
    COVER,
    LOOK_AS,
    PEOPLE,
    PLANS,
    SESSIONS,
    SOURCES,
    SUMMARY,
    TEAM,
    View,
)
from layouts import ids
from layouts.components import as_at
from layouts.components import tags as html
from layouts.components.link import link
from layouts.export_dialog import export_dialog
from layouts.session_dialog import session_dialog
from layouts.shortcuts import shortcut_sheet

INVENTED = "demonstration: people and records are invented"
_NOTHING_MORE = Allowed()


def index_string(marking: str, lang: str = "en-GB") -> str:
    """The page Dash fills in. The marking also goes to the head and foot of every printed page."""
    printed = escape(marking, quote=True).replace("\\", "")
    return (
        f'<!DOCTYPE html><html lang="{escape(lang)}"><head>{{%metas%}}<title>{{%title%}}</title>{{%favicon%}}{{%css%}}'
        f'<style>@page{{@top-center{{content:"{printed}"}}@bottom-left{{content:"{printed}"}}}}</style></head>'
        "<body>{%app_entry%}<noscript>Scorecards need JavaScript.</noscript>"
        "<footer>{%config%}{%scripts%}{%renderer%}</footer></body></html>"
    )


def shell(marking: str, force_name: str, viewer_name: str, viewer_title: str, mode: str) -> Component:
    """Everything that stays while pages come and go."""
    frame = html.Div(
        [
            html.A("Skip to the page", href=f"#{ids.MAIN}", className="skip", data_does="skip"),
            html.Aside(
                [marking, html.Span(INVENTED) if mode == "demo" else None],
                className="marking",
                aria_label="Handling marking",
            ),
            _top(force_name, viewer_name, viewer_title),
            html.Div(
                [
                    html.Nav(id=ids.SIDE, className="side", aria_label="Scorecards", disable_n_clicks=True),
                    html.Div(id=ids.MAIN, className="page", tabIndex="-1", disable_n_clicks=True),
                ],
                className="shell-frame",
            ),
            html.Div(
                id=ids.ANNOUNCE, className="visually-hidden", aria_live="polite", role="status", disable_n_clicks=True
            ),
            shortcut_sheet(),
            export_dialog(),
            session_dialog(),
            dcc.Location(id=ids.URL, refresh="callback-nav"),
            dcc.Store(id=ids.VERSION),
            dcc.Store(id=ids.MOVED),
            dcc.Store(id=ids.LOOK_REASON),
        ],
        className="scorecards",
    )
    return html.whole(frame)


def side(
    headlines: Sequence[Headline], view: View, plans_due: int = 0, allowed: Allowed = _NOTHING_MORE, waiting: int = 0
) -> list[Component]:
    """Every family's headline for the unit in view, so that the whole scorecard is on screen all the time.

    Below it how much of the force the viewer sees: nobody may take a part for the whole.
    """
    own = View(page=headlines[0].family) if headlines else View()
    places = [
        html.Ul(
            [_place("Summary", View(page=SUMMARY, unit=view.unit), view.page == SUMMARY), _place("My team", own, False)]
        ),
        html.H2("Scorecards"),
        html.Ul([_headline(headline, view) for headline in headlines]),
        html.H2("People and data"),
        html.Ul(
            [
                _place("1:1s and plans", View(page=PLANS), view.page == PLANS, f"{plans_due} due" if plans_due else ""),
                _place("Team list", View(page=TEAM, unit=view.unit), view.page == TEAM),
                _corrections(view, waiting) if allowed.may_correct else None,
                _place("Sources", View(page=SOURCES), view.page == SOURCES),
                _place("Audit", View(page=AUDIT), view.page == AUDIT) if allowed.may_audit else None,
                _place("Cover", View(page=COVER), view.page == COVER) if allowed.may_set_cover else None,
            ]
        ),
        *(_administration(view) if allowed.may_administer else ()),
        html.P(allowed.note, className="scope-note") if allowed.note else None,
    ]
    return [html.whole(*places)]


def _corrections(view: View, waiting: int) -> html.Element:
    figure = f"{waiting} waiting" if waiting else ""
    return _place("Team corrections", View(page=CORRECTIONS), view.page == CORRECTIONS, figure)


def _administration(view: View) -> tuple[html.Element, html.Element]:
    places = ((PEOPLE, "People and roles"), (SESSIONS, "Sessions"), (LOOK_AS, "Look as somebody else"))
    return html.H2("Administration"), html.Ul(
        [_place(name, View(page=page), view.page == page) for page, name in places]
    )


def freshness(as_ats: Sequence[AsAt]) -> list[Component]:
    """How old each source is, in the top bar."""
    return [html.whole(*as_at.freshness(as_ats))]


def not_answering() -> list[Component]:
    """In place of the ages of sources, which nobody knows while the database does not answer."""
    words = [html.I(className="dot", aria_hidden="true"), "Database not answering"]
    return [html.whole(html.Span(words, className="fresh down", role="status"))]


def _place(name: str, view: View, is_here: bool, figure: str = "") -> html.Element:
    content = [name, html.Span(figure)] if figure else name
    return html.Li(link(content, view, aria_current="page" if is_here else None))


def _headline(headline: Headline, view: View) -> html.Element:
    figure = html.Span(headline.text, className="out" if headline.is_outside else None)
    spoken = html.Span(", outside the usual range", className="visually-hidden") if headline.is_outside else None
    is_here = headline.family == view.page
    title = "\n".join(
        filter(None, ("Outside the usual range" if headline.is_outside else "", as_at.told(headline.as_at)))
    )
    return html.Li(
        link(
            [html.Span([headline.title, as_at.old_mark(headline.as_at)], className="name"), figure, spoken],
            headline.view,
            aria_current="page" if is_here else None,
            title=title or None,
        )
    )


def _top(force_name: str, viewer_name: str, viewer_title: str) -> html.Element:
    return html.Header(
        [
            html.A("Scorecards", href="/", className="brand", title=force_name),
            _search(),
            html.Div(id=ids.FRESHNESS, className="freshness", disable_n_clicks=True),
            html.Div([html.Span(viewer_name), html.Small(viewer_title, title=viewer_title)], className="me"),
            html.Form(html.Button("Sign out", type="submit", className="plain"), action="/sign-out", method="POST"),
            html.A("Menu", href=f"#{ids.SIDE}", className="to-menu", data_does="skip"),
        ],
        className="top",
    )


def _search() -> html.Element:
    box = dbc.Input(
        id=ids.SEARCH,
        type="search",
        placeholder="Find a team or a person",
        debounce=200,
        autoComplete="off",
        maxLength=80,
    )
    return html.Div(
        [
            html.Label("Find a team or a person", htmlFor=ids.SEARCH, className="visually-hidden"),
            box,
            html.Kbd("/", aria_hidden="true"),
            html.Div(id=ids.SEARCH_HITS, className="hits", disable_n_clicks=True),
        ],
        className="find",
        role="search",
    )
