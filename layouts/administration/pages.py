"""Lists of administration: people and roles, one person, cover, sessions, looking as somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from cspdash.domain.administration import (
    STATE_WORDS,
    CoverPage,
    Entry,
    KnownPerson,
    LookPage,
    OpenSession,
    PeoplePage,
    PersonPage,
    SessionsPage,
)
from cspdash.domain.roles import spoken
from cspdash.domain.view import COVER, LOOK_AS, PEOPLE, SESSIONS, View
from layouts.administration import fields
from layouts.components import tags as html
from layouts.frame import frame
from layouts.urls import administration_href, href

Typed = Mapping[str, str]
NOTHING: Typed = {}


def people_page(page: PeoplePage) -> Component:
    waiting = len(page.waiting)
    lede: html.Content = f"{len(page.people)} {'person' if len(page.people) == 1 else 'people'}" + (
        f" found for “{page.found}”" if page.found else ""
    )
    lede = [html.B(f"{waiting} to approve"), f" · {lede}"] if waiting else lede
    return frame(
        title="People and roles",
        heading="People and roles",
        lede=lede,
        content=[
            _find(page.found),
            html.Div(
                [
                    _panel("Waiting for a second administrator", _entries(page.waiting)) if waiting else None,
                    _panel("People", _people(page.people)) if page.people else _none("Nobody is found."),
                ],
                className="stack",
            ),
        ],
        identity=href(View(page=PEOPLE)),
    )


def person_page(page: PersonPage, typed: Typed = NOTHING, errors: Typed = NOTHING) -> Component:
    person = page.person
    roles = ", ".join(spoken(role) for role in person.roles) or "none"
    about = " · ".join(filter(None, (person.title, page.unit_name and f"posted to {page.unit_name}")))
    facts = _facts(
        (
            ("Roles at sign-in", roles),
            ("Employee number", person.officer_id or "no officer"),
            ("Last signed in", person.last_signed_in or "not known"),
            ("Access", "taken away" if person.is_disabled else "yes"),
        )
    )
    change = html.A("Take away or give back access", href=administration_href("person", person.user_id))
    main = [
        html.Section([html.H2("Who"), facts, html.P(change)], className="panel"),
        _panel("Roles granted", _entries(page.grants))
        if page.grants
        else _none("No role was granted.", "Roles granted"),
        _panel("Sessions", _sessions(page.sessions)) if page.sessions else _none("Not signed in.", "Sessions"),
    ]
    return frame(
        title=f"{'Error: ' if errors else ''}{person.name}",
        heading=person.name,
        lede=about,
        content=[_two_columns(main, _grant_form(page, typed, errors))],
        identity=administration_href("people", person.user_id),
    )


def cover_page(page: CoverPage, typed: Typed = NOTHING, errors: Typed = NOTHING) -> Component:
    now = sum(entry.state == "now" for entry in page.entries)
    main = [
        _panel("Cover", _entries(page.entries)) if page.entries else _none("No cover is set.", "Cover"),
    ]
    return frame(
        title=f"{'Error: ' if errors else ''}Cover",
        heading="Cover",
        lede=f"{now} in effect · whoever covers a unit sees and supervises it until the last day, then it ends by itself",
        content=[_two_columns(main, _cover_form(page, typed, errors))],
        identity=href(View(page=COVER)),
    )


def sessions_page(page: SessionsPage) -> Component:
    return frame(
        title="Sessions",
        heading="Sessions",
        lede=f"{len(page.sessions)} open {'session' if len(page.sessions) == 1 else 'sessions'}",
        content=[_panel("Open sessions", _sessions(page.sessions)) if page.sessions else _none("Nobody is signed in.")],
        identity=href(View(page=SESSIONS)),
    )


def look_page(page: LookPage, typed: Typed = NOTHING, errors: Typed = NOTHING) -> Component:
    people = [(each.user_id, f"{each.name}: {each.title}" if each.title else each.name) for each in page.people]
    form = fields.form(
        [
            fields.Field("officer", "Look as", "Never an administrator", people),
            fields.Field("reason", "Why", "They can see that you looked, and when; the audit keeps why"),
        ],
        [("look", "Begin")],
        {"kind": "look"},
        typed,
        errors,
    )
    rules = [
        f"You see what they see, for {page.minutes} minutes. It ends by itself.",
        "Nothing can be changed meanwhile: not a plan, not a role.",
        "Every page you open is in the audit under your name and theirs.",
    ]
    side = html.Section([html.H2("Begin"), html.Ul([html.Li(rule) for rule in rules]), form], className="panel")
    rows = [[html.Td(each) for each in line] for line in page.past]
    heads = ("When", "Who looked", "As whom", "Why")
    past = (
        _panel("Looked before", _table("Looked before", heads, rows)) if rows else _none("Nobody has.", "Looked before")
    )
    return frame(
        title=f"{'Error: ' if errors else ''}Look as somebody else",
        heading="Look as somebody else",
        lede="To find out why somebody sees, or does not see, something",
        content=[_two_columns([past], side)],
        identity=href(View(page=LOOK_AS)),
    )


def _grant_form(page: PersonPage, typed: Typed, errors: Typed) -> html.Element:
    heading = html.H2("Give a role")
    if page.is_own:
        words = "Nobody gives a role to themselves. Ask another administrator."
        return html.Section([heading, html.P(words)], className="panel")
    note = html.P("It counts once another administrator has approved it.", className="stamp")
    form = fields.form(
        [
            fields.role_field(),
            fields.unit_field(page.units, "For which unit", "And all below it. Analysts and administrators need none"),
            fields.STARTS,
            fields.Field("ends_on", "Last day", "Leave empty for a role without an end"),
            fields.REASON,
        ],
        [("grant", "Ask for this role")],
        {"kind": "grant", "subject": page.person.user_id},
        typed,
        errors,
    )
    return html.Section([heading, note, form], className="panel")


def _cover_form(page: CoverPage, typed: Typed, errors: Typed) -> html.Element:
    heading = html.H2("Set cover")
    if not page.units:
        words = "You supervise no unit by posting, so there is none you could have covered."
        return html.Section([heading, html.P(words)], className="panel")
    words = (
        "It counts once another administrator has approved it."
        if page.waits
        else "It counts at once, for units you supervise."
    )
    form = fields.form(
        [
            fields.Field("officer", "Who covers", "Employee number, not the collar number"),
            fields.unit_field(page.units, "Which unit", "And all below it"),
            fields.STARTS,
            fields.Field("ends_on", "Last day", "At most 28 days at a time"),
            fields.REASON,
        ],
        [("cover", "Set cover")],
        {"kind": "cover"},
        typed,
        errors,
    )
    return html.Section([heading, html.P(words, className="stamp"), form], className="panel")


def _two_columns(main: Sequence[html.Content], side: html.Element) -> html.Element:
    return html.Div(
        [html.Div(list(main), className="col-chart"), html.Div(side, className="col-side")],
        className="columns with-form",
    )


def _find(found: str) -> html.Element:
    """A form of the browser's own: /people?find=words."""
    box = html.Input(
        name="find", type="search", defaultValue=found, aria_label="Name or employee number", maxLength="80"
    )
    return html.Form(
        [box, html.Button("Find", type="submit", className="button")], action="/people", className="finder"
    )


def _people(people: Sequence[KnownPerson]) -> html.Element:
    rows = [
        [
            html.Th(html.A(each.name, href=administration_href("people", each.user_id)), scope="row"),
            html.Td(each.title),
            html.Td(", ".join(spoken(role) for role in each.roles) or "none"),
            html.Td(each.officer_id or "–"),
            html.Td(each.last_signed_in or "–"),
            html.Td(
                html.Span("No access", className="tag c")
                if each.is_disabled
                else html.Span("Access", className="tag g")
            ),
        ]
        for each in people
    ]
    return _table("People", ("Name", "Title", "Roles at sign-in", "Employee number", "Last signed in", "Access"), rows)


def _entries(entries: Sequence[Entry]) -> html.Element:
    rows = [
        [
            html.Th(html.A(each.who, href=administration_href(each.kind, each.entry_id)), scope="row"),
            html.Td(each.what),
            html.Td(each.when),
            html.Td(html.Span(STATE_WORDS[each.state], className=_STATE_TAGS.get(each.state, "tag"))),
            html.Td(each.reason),
            html.Td(each.asked_by + (f", approved by {each.approved_by}" if each.approved_by else "")),
        ]
        for each in entries
    ]
    return _table("Grants and cover", ("Who", "What", "When", "State", "Why", "Asked for by"), rows)


_STATE_TAGS = {"waits": "tag c", "now": "tag g"}


def _sessions(sessions: Sequence[OpenSession]) -> html.Element:
    rows = [
        [
            html.Th(html.A(each.name, href=administration_href("session", each.handle)), scope="row"),
            html.Td(spoken(each.role)),
            html.Td(each.method),
            html.Td(each.since),
            html.Td(each.seen),
            html.Td("this may be yours" if each.is_own else ""),
        ]
        for each in sessions
    ]
    return _table("Sessions", ("Who", "Role", "Signed in by", "Since", "Last seen", ""), rows)


def _facts(facts: Sequence[tuple[str, str]]) -> html.Element:
    return html.Dl([part for label, value in facts for part in (html.Dt(label), html.Dd(value))], className="facts")


def _panel(title: str, body: html.Element) -> html.Element:
    scroll = html.Div(body, className="scroll", role="region", aria_label=title, tabIndex="0")
    return html.Section([html.H2(title), scroll], className="panel")


def _none(words: str, title: str = "") -> html.Element:
    return html.Section([html.H2(title) if title else None, html.P(words, className="stamp")], className="panel")


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[html.Element]]) -> html.Element:
    top = html.Thead(html.Tr([html.Th(name, scope="col") if name else html.Td("") for name in heads]))
    return html.Table(
        [html.Caption(caption, className="visually-hidden"), top, html.Tbody([html.Tr(list(row)) for row in rows])],
        className="list",
    )


__all__ = ["cover_page", "look_page", "people_page", "person_page", "sessions_page"]
