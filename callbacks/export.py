"""What is on screen as a file: asked again as the viewer, written, counted and hashed, logged, and only then given away."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import dash
from dash import ClientsideFunction, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

import cspdash
from callbacks import sent
from callbacks.boundary import in_words
from callbacks.drawn import wish
from callbacks.pages import Pages
from cspdash.domain.audit import REASONS, Operation
from cspdash.domain.consulted import Subject, subject_of
from cspdash.domain.errors import AuditUnavailable, BadFilter
from cspdash.domain.ports import Viewer
from cspdash.domain.roles import spoken
from cspdash.domain.view import ADMINISTRATION, AUDIT, OFFICER, PLANS, RECORD, RESTATEMENTS, SOURCES, SUMMARY, TEAM
from cspdash.exports.document import Document, File
from cspdash.exports.files import file_of
from cspdash.exports.of_pages import Setting, audit_document, officer_document, summary_document, unit_document
from layouts import ids, urls
from layouts.export_dialog import LONGEST_RECIPIENT, problems

ALL_ROWS = 100_000
NO_EXPORT = (PLANS, RECORD, RESTATEMENTS, SOURCES, TEAM, *ADMINISTRATION)
Answer = tuple[Any, Any, Any]  # file, what is wrong, what is announced


class Asked(NamedTuple):
    """What the dialog holds."""

    form: str
    reason: str
    recipient: str


class Incomplete(Exception):
    """What is still to be said before a file can be made, by the field it belongs to."""

    def __init__(self, wrong: dict[str, str]) -> None:
        self.wrong = wrong
        super().__init__("; ".join(wrong.values()))


def register(app: dash.Dash, pages: Pages, setting: Setting, viewer: Callable[[], Viewer]) -> None:
    @app.callback(
        Output(ids.EXPORT_FILE, "data"),
        Output(ids.EXPORT_ERRORS, "children"),
        Output(ids.ANNOUNCE, "children", allow_duplicate=True),
        Input(ids.EXPORT_GO, "n_clicks"),
        State(ids.URL, "pathname"),
        State(ids.URL, "search"),
        State(ids.EXPORT_FORM, "value"),
        State(ids.EXPORT_REASON, "value"),
        State(ids.EXPORT_RECIPIENT, "value"),
        prevent_initial_call=True,
        running=[(Output(ids.EXPORT_GO, "disabled"), True, False)],
        on_error=_not_made,
    )
    def export(clicks: object, pathname: object, search: object, *typed: object) -> Answer:
        if not sent.count(clicks):
            raise PreventUpdate
        form, reason, recipient = (sent.text(value, "form").strip() for value in typed)
        path, query = sent.text(pathname, "address"), sent.text(search, "address")
        try:
            made = give_away(pages, setting, viewer(), path, query, Asked(form, reason, recipient[:LONGEST_RECIPIENT]))
        except Incomplete as lacking:
            return no_update, problems(lacking.wrong), "The file is not made yet."
        content = base64.b64encode(made.content).decode()
        return {"content": content, "filename": made.name, "type": made.mime, "base64": True}, None, "The file is made."

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("cspdash", "exported"), Input(ids.EXPORT_FILE, "data")
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("cspdash", "export_told"), Input(ids.EXPORT_ERRORS, "children")
    )


def give_away(pages: Pages, setting: Setting, viewer: Viewer, path: str, query: str, asked: Asked) -> File:
    """The file of an address, logged as disclosed. Raises Incomplete, NotPermitted, BadFilter, AuditUnavailable."""
    with pages.consultations.asked(viewer, wish(path, query)):
        viewer.need_write()  # an administrator who looks as somebody else takes nothing along
        with pages.reader.as_one():
            document, about = _document(pages, setting, viewer, path, query)
    if wrong := lacking(document, asked):
        raise Incomplete(wrong)
    now = datetime.now(UTC).astimezone(setting.zone)
    made = file_of(document.with_facts(_said(viewer, asked, now)), asked.form, now)
    what = f"{asked.form}:{about.subject}:{about.subject_id}"
    pages.consultations.write(
        viewer,
        Operation.DISCLOSURE,
        replace(about, subject="export", subject_id=what, rows=document.rows),
        reason=asked.reason,
        recipient=asked.recipient,
        reference=hashlib.sha256(made.content).hexdigest(),
    )
    return made


def lacking(document: Document, asked: Asked) -> dict[str, str]:
    """What must be said before such a file is given away, by field."""
    wrong = {}
    if asked.reason and asked.reason not in REASONS:
        wrong[ids.EXPORT_REASON] = "Choose a reason from the list"
    if document.is_person_level and not asked.reason:
        wrong[ids.EXPORT_REASON] = "Choose why: this file names people or records"
    if document.is_person_level and not asked.recipient:
        wrong[ids.EXPORT_RECIPIENT] = "Say who will get it"
    return wrong


def _document(pages: Pages, setting: Setting, viewer: Viewer, path: str, query: str) -> tuple[Document, Subject]:
    view = urls.parse(path, query)
    if view.page == AUDIT:
        found = pages.consultations.audit.search(urls.audit_query_in(query), viewer, ALL_ROWS)
        return audit_document(found, setting), Subject(
            "audit", officer_id=found.query.officer, unit_id=found.query.unit
        )
    if view.page in NO_EXPORT:
        raise BadFilter("This page cannot be exported. Open a scorecard, an officer or the summary.")
    if view.page == SUMMARY:
        summary = pages.reader.summary_page(view, viewer)
        return summary_document(summary, setting), subject_of(view.but(unit=summary.unit))
    if view.page == OFFICER:
        officer = pages.reader.officer_page(view, viewer)
        records = pages.reader.records(officer.view.but(rows=1), viewer, ALL_ROWS) if officer.records else None
        unit = officer.crumbs[-1].view.unit if officer.crumbs else ""
        about = subject_of(officer.view.but(unit=unit), look_reason=officer.look_reason)
        return officer_document(officer, records, setting), about
    unit_page = pages.reader.unit_page(view, viewer)
    behind = pages.reader.records(view.but(rows=1), viewer, ALL_ROWS) if view.bar else None
    why = (behind.look_reason if behind else "") or unit_page.look_reason
    return unit_document(unit_page, behind, setting), subject_of(unit_page.view.but(bar=view.bar), look_reason=why)


def _said(viewer: Viewer, asked: Asked, now: datetime) -> tuple[tuple[str, str], ...]:
    """Who made the file, when, why and for whom."""
    return (
        ("Exported by", f"{viewer.name}, {viewer.title or spoken(viewer.role)} ({viewer.user_id})"),
        ("Exported at", f"{now.day} {now:%b %Y %H:%M}"),
        ("Reason", REASONS.get(asked.reason, "")),
        ("Recipient", asked.recipient),
        ("Made with", f"cspdash {cspdash.__version__}"),
    )


def _not_made(error: Exception) -> Answer:
    """Whatever stops it is said in the dialog; what cannot be logged is a 503."""
    if isinstance(error, AuditUnavailable):
        raise error
    return no_update, problems({"": in_words(error)}), "The file is not made."
