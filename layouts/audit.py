"""The audit, for the data protection officer: who looked at what, searched and paged. No names of officers: numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dash.development.base_component import Component

from cspdash.domain.audit import REASONS, AuditLine, AuditPage, AuditQuery, Look, Operation
from cspdash.domain.looking_outside import LookReasons
from cspdash.domain.roles import spoken
from layouts.components import tags as html
from layouts.components.menu import open_menu
from layouts.components.tool_row import more_of
from layouts.frame import frame
from layouts.urls import audit_href

_HEADS = ("Entry", "When", "Who", "Role", "Did", "What", "Whom", "Unit", "Rows", "Why, and to whom")
_FIELDS = (
    ("who", "Who", "text", "Part of a name, or a user's id"),
    ("officer", "Whom", "text", "Employee number"),
    ("unit", "Unit", "text", "Its ref; with all below"),
    ("since", "From", "date", ""),
    ("until", "To", "date", ""),
)
_DID = {Operation.SIGN_IN: "signed in", Operation.SIGN_OUT: "signed out", Operation.VIEW_AS: "looked as"}


def audit_page(page: AuditPage, zone: ZoneInfo, looking: LookReasons) -> Component:
    body = [_table(page, zone, looking), _pager(page)] if page.lines else [html.P("No entry.", className="stamp")]
    return frame(
        title="Audit",
        heading="Audit",
        lede=f"{page.total:,} {'entry' if page.total == 1 else 'entries'}. Reading them is an entry, too.",
        tools=[_operations(page.query), more_of()],
        content=[_search(page.query), html.Section([html.H2("Entries"), *body], className="panel")],
        identity=audit_href(replace(page.query, page=1)),
    )


def looks_panel(looks: tuple[Look, ...], zone: ZoneInfo, looking: LookReasons) -> html.Element:
    """Who looked at me: in which role, at what, when and, from outside the team, why. Who, the data protection officer knows."""
    rows = [
        html.Tr(
            [
                html.Th(_moment(look.at, zone), scope="row"),
                html.Td(spoken(look.role)),
                html.Td(("exported: " if look.operation == Operation.DISCLOSURE else "") + _subject(look.subject)),
                html.Td(looking.words(look.reason) if look.reason else "", className="why"),
            ]
        )
        for look in looks
    ]
    caption = html.Caption("Who looked at your own figures, newest first", className="visually-hidden")
    body = (
        html.Table([caption, html.Tbody(rows)], className="lines") if rows else html.P("Nobody yet.", className="stamp")
    )
    note = (
        "Your page, your records and your plans. Pages of your whole team are not counted. Whoever looks from outside your "
        "team has to say why. "
        "If a look seems wrong to you, ask the data protection officer."
    )
    return html.Section([html.H2("Who looked at me"), body, html.P(note, className="note")], className="panel looks")


def _search(query: AuditQuery) -> html.Element:
    """An ordinary GET form."""
    fields = [
        html.Label([label, _input(name, kind, hint, getattr(query, name))]) for name, label, kind, hint in _FIELDS
    ]
    kept = html.Input(type="hidden", name="operation", defaultValue=query.operation) if query.operation else None
    go = html.Button("Search", type="submit", className="button primary")
    return html.Form(
        [*fields, kept, go, html.A("Reset", href="/audit")], action="/audit", method="GET", className="audit-search"
    )


def _input(name: str, kind: str, hint: str, value: str | date | None) -> html.Element:
    shown = value.isoformat() if isinstance(value, date) else value or None
    return html.Input(type=kind, name=name, defaultValue=shown, title=hint or None, className="form-control")


def _operations(query: AuditQuery) -> html.Element:
    names = [("", "everything"), *((each.value, _word(each)) for each in Operation)]
    items = [
        html.A(
            words,
            href=audit_href(replace(query, operation=name, page=1)),
            aria_current="true" if name == query.operation else None,
        )
        for name, words in names
    ]
    chosen = dict(names).get(query.operation, query.operation)
    arrow = html.Span("▾", className="arrow", aria_hidden="true")
    return open_menu([f"Did: {chosen}", arrow], items, name=f"Did: {chosen}")


def _table(page: AuditPage, zone: ZoneInfo, looking: LookReasons) -> html.Element:
    heads = [html.Th(name, scope="col", className="r" if name in ("Entry", "Rows") else None) for name in _HEADS]
    caption = html.Caption("Entries of the audit, newest first", className="visually-hidden")
    table = html.Table(
        [caption, html.Thead(html.Tr(heads)), html.Tbody([_row(line, zone, looking) for line in page.lines])],
        className="list audit",
    )
    return html.Div(table, className="scroll", role="region", aria_label="Entries", tabIndex="0")


def _row(line: AuditLine, zone: ZoneInfo, looking: LookReasons) -> html.Element:
    entry = line.entry
    who = line.name or entry.user_id
    as_whom = html.Small(f" as {entry.as_user}") if entry.as_user else None
    outside = f"outside own team: {looking.words(entry.look_reason)}" if entry.look_reason else ""
    given = REASONS.get(entry.reason, entry.reason.replace("_", " "))
    why = " · ".join(part for part in (outside, given, entry.recipient) if part)
    return html.Tr(
        [
            html.Th(f"{line.seq:,}", scope="row", className="r"),
            html.Td(_moment(line.at, zone)),
            html.Td([html.Span(who, title=entry.user_id), as_whom]),
            html.Td(spoken(entry.role) if entry.role else "–"),
            html.Td(_word(Operation(entry.operation)), className="out" if entry.operation == "refusal" else None),
            html.Td(html.Span(_subject(entry.subject), title=entry.detail or None)),
            html.Td(entry.officer_id or "–"),
            html.Td(entry.unit_id or "–"),
            html.Td("–" if entry.rows is None else f"{entry.rows:,}", className="r"),
            html.Td(why or (html.Span(entry.reference[:12], title=entry.reference) if entry.reference else "–")),
        ]
    )


def _pager(page: AuditPage) -> html.Element:
    first = (page.page - 1) * page.page_size + 1
    count = f"{first:,} to {first + len(page.lines) - 1:,} of {page.total:,}"
    ways = [
        _step("‹ Newer", page, page.page - 1),
        html.Span(f"Page {page.page:,} of {page.pages:,}", className="stamp"),
        _step("Older ›", page, page.page + 1),
    ]
    return html.Nav(
        [html.Span(count, className="stamp"), html.Span(className="sp"), *ways], className="pager", aria_label="Pages"
    )


def _step(text: str, page: AuditPage, to: int) -> html.Element:
    if not 1 <= to <= page.pages:
        return html.Span(text, className="tool off")
    return html.A(text, href=audit_href(replace(page.query, page=to)), className="tool")


def _moment(at: datetime, zone: ZoneInfo) -> html.Element:
    local = at.astimezone(zone)
    return html.Time(f"{local.day} {local:%b %Y %H:%M:%S}", dateTime=at.isoformat())


def _word(operation: Operation) -> str:
    return _DID.get(operation, operation.value.replace("_", " "))


def _subject(subject: str) -> str:
    return subject.replace("_", " ") or "–"
