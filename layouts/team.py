"""Who belongs to a unit as its supervisor would know it, and what is odd about the postings."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import TeamMember, TeamPage
from cspdash.domain.view import CORRECTIONS, View
from layouts.components import tags as html
from layouts.components.dates import day_text
from layouts.components.link import link
from layouts.frame import frame, identity_of
from layouts.urls import new_correction_href

HEADS = ("Officer", "Rank", "Role", "FTE", "Here since", "Source", "", "")


def title_of(page: TeamPage) -> str:
    return f"Team list: {page.unit_name}"


def team_page(page: TeamPage) -> Component:
    side = [_say(page), _issues(page), _children(page)]
    main = html.Div(
        [_members(page), _unposted(page), html.P(page.scope_note, className="note") if page.scope_note else None],
        className="col-chart",
    )
    return frame(
        title=title_of(page),
        heading=title_of(page),
        lede=_lede(page),
        crumbs=page.crumbs,
        content=[
            html.Div(
                [main, html.Aside(side, className="col-side", aria_label="Postings and units below")],
                className="columns",
            )
        ],
        identity=identity_of(page.view),
    )


def _lede(page: TeamPage) -> html.Content:
    count = len(page.members) + page.withheld
    full_time = sum(member.fte for member in page.members)
    words = f"{count:,} {'officer' if count == 1 else 'officers'}"
    rest = f" · {full_time:g} full-time equivalent" if page.members and not page.withheld else ""
    hidden = f" · names of {page.withheld:,} are not shown to you" if page.withheld else ""
    return [html.B(words), rest, hidden]


def _members(page: TeamPage) -> html.Element:
    if not page.members:
        words = (
            "Officers here are shown to their own supervisors."
            if page.withheld
            else "Nobody is posted to this unit itself."
        )
        return html.Section([html.H2("Officers"), html.P(words, className="stamp")], className="panel")
    top = html.Thead(html.Tr([_head(head) for head in HEADS]))
    table = html.Table(
        [
            html.Caption(title_of(page), className="visually-hidden"),
            top,
            html.Tbody([_member(each, page.unit) for each in page.members]),
        ],
        className="list",
    )
    scroll = html.Div(table, className="scroll", role="region", aria_label="Officers", tabIndex="0")
    return html.Section([html.H2("Officers"), scroll], className="panel")


def _head(text: str) -> html.Element:
    return html.Th(text, scope="col", className="r" if text == "FTE" else None) if text else html.Td("")


def _member(member: TeamMember, unit: str) -> html.Element:
    cells = [
        html.Th(link(member.name, member.view), scope="row"),
        html.Td(member.rank),
        html.Td(member.role),
        html.Td(f"{member.fte:g}", className="r"),
        html.Td(day_text(member.since, "–")),
        html.Td(_source(member)),
        html.Td([member.note, _disputed(member)]),
    ]
    return html.Tr([*cells, html.Td(_not_mine(member, unit), className="ways")])


def _source(member: TeamMember) -> html.Content:
    """Whose posting counts, how sure it is where that is in doubt, and why."""
    if member.confidence in ("", "sure"):
        return member.source
    why = html.Small(member.confidence, className=f"confidence {member.confidence}", title="\n".join(member.reasons))
    spoken = html.Span(f": {' '.join(member.reasons)}", className="visually-hidden") if member.reasons else None
    return [member.source, " ", why, spoken]


def _disputed(member: TeamMember) -> html.Element | None:
    return html.Small(member.disputed, className="disputed") if member.disputed else None


def _not_mine(member: TeamMember, unit: str) -> html.Element | None:
    if not member.may_dispute or member.disputed:
        return None
    address = new_correction_href("not_here", unit, member.officer)
    return html.A("Not my officer", href=address, aria_label=f"{member.name} is not my officer")


def _say(page: TeamPage) -> html.Element | None:
    """Where a supervisor says who is missing."""
    if not page.may_claim:
        return None
    words = "If somebody is shown here who is not in the team, choose “Not my officer” beside the name."
    missing = html.A("Somebody is missing", href=new_correction_href("here", page.unit), className="button")
    every = link("All team corrections", View(page=CORRECTIONS))
    return html.Section(
        [html.H2("Is this your team?"), html.P(words), html.P(missing), html.P(every)], className="panel"
    )


def _unposted(page: TeamPage) -> html.Element | None:
    """Officers whom nobody places: on the force's own page, with who sees to them."""
    if not page.unposted:
        return None
    rows = [_member(each, page.unit) for each in page.unposted]
    table = html.Table(
        [
            html.Caption("Officers whom no source places in a unit", className="visually-hidden"),
            html.Thead(html.Tr([_head(head) for head in HEADS])),
            html.Tbody(rows),
        ],
        className="list",
    )
    scroll = html.Div(table, className="scroll", role="region", aria_label="Unposted officers", tabIndex="0")
    count = f"— {len(page.unposted):,}, for {page.unposted_owner} to place"
    return html.Section([html.H2(["Unposted ", html.Small(count)]), scroll], className="panel")


def _issues(page: TeamPage) -> html.Element:
    if page.issues:
        rows = [html.Li([words, " ", html.Small(source, className="stamp")]) for words, source in page.issues]
        body: html.Element = html.Ul(rows, className="plain-list")
    else:
        body = html.P("The sources agree about this unit.", className="stamp")
    return html.Section([html.H2("Postings to look at"), body], className="panel")


def _children(page: TeamPage) -> html.Element | None:
    if not page.children:
        return None
    rows = [html.Li(link(name, view)) for name, view in page.children]
    return html.Section([html.H2("Units here"), html.Ul(rows, className="plain-list")], className="panel")
