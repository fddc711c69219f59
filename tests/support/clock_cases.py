"""Every clock with a due date: what starts it, and a record that it runs for; instants where calendars are awkward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from hypothesis import strategies as st

from tests.support.clocks import LONDON, day, derived, local

Row = dict[str, Any]
Related = Mapping[str, list[Row]]

# Leap days, month and year ends, the bank holidays about them, and both clock changes.
EDGES = tuple(
    date.fromisoformat(text)
    for text in (
        "2023-02-28", "2023-03-01", "2023-08-28", "2023-08-29", "2023-08-30", "2023-08-31", "2023-11-28", "2023-11-29",
        "2023-11-30", "2023-12-01", "2023-12-22", "2023-12-31", "2024-01-01", "2024-02-28", "2024-02-29", "2024-03-01",
        "2024-03-28", "2024-03-30", "2024-03-31", "2024-04-01", "2024-10-26", "2024-10-27", "2024-10-28", "2024-12-24",
        "2027-12-31", "2028-02-28", "2028-02-29",
    )
)  # fmt: skip
CHANGES = tuple(datetime.fromisoformat(f"{on}T{at}:00+00:00") for on in ("2024-03-31", "2024-10-27")
                for at in ("00:00", "00:30", "00:59", "01:00", "01:30", "02:00"))  # fmt: skip
DAYS = st.sampled_from(EDGES) | st.dates(date(2022, 11, 1), date(2029, 12, 31))
TIMES = st.sampled_from((time(0, 0), time(0, 30), time(1, 30), time(12, 0), time(23, 0), time(23, 59, 59)))
INSTANTS = st.sampled_from(CHANGES) | st.builds(lambda on, at: datetime.combine(on, at, tzinfo=UTC), DAYS, TIMES)


def instant(on: date) -> datetime:
    return datetime.combine(on, time(12), tzinfo=LONDON).astimezone(UTC)


def offence(title: str, offence_class: str = "summary", **columns: Any) -> Row:
    return {"ref": "C1", "recorded_at": local("2023-01-11 08:00"), "offence_title": title,
            "offence_class": offence_class, **columns}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A clock: what starts it, and what it is due by. `row` makes the record from the start."""

    dataset: str
    due: str
    row: Callable[[Any], Row]
    related: Callable[[Any], Related] = lambda _start: {}
    starts: st.SearchStrategy[Any] = field(default_factory=lambda: INSTANTS)
    rule: str = ""

    def derived(self, start: Any) -> Row:
        return derived(self.dataset, self.row(start), **self.related(start))


def limit(rule: str, title: str, column: str, due: str = "stl_expires_on", **columns: Any) -> Case:
    given = {"offence_from_on": day("2023-01-10"), **columns}
    return Case("investigation", due, lambda on: offence(title, **{**given, column: on}), starts=DAYS, rule=rule)


DA = {"is_domestic_abuse": True}
TWOC, INSURANCE = "Unauthorised taking of a motor vehicle", "Driving without insurance"
COMMS, ANIMAL = "Communications Act 2003 s.127", "Unnecessary suffering"
EVIDENCE = {"STL_TWOC": TWOC, "STL_RTOA6": INSURANCE, "STL_COMMS": COMMS, "STL_AWA31": ANIMAL}


def _investigation(at: datetime) -> list[Row]:
    return [{"ref": "C1", "recorded_at": at}]


def _contact(at: datetime) -> Row:
    return {"ref": "K1", "victim_ref": "V1", "kind": "contact", "happened_at": at}


CASES: dict[str, Case] = {
    "s.127": limit("STL_S127", "Drunk and disorderly", "offence_from_on"),
    "s.127 due": limit("STL_S127", "Drunk and disorderly", "offence_from_on", "stl_due_on"),
    "s.127 range": limit("STL_S127", "Drunk and disorderly", "offence_to_on", offence_from_on=day("2022-01-01")),
    "s.39A statement": limit("STL_S39A", "Common assault", "first_statement_on", **DA),
    "s.39A offence": limit("STL_S39A", "Common assault", "offence_from_on", "stl_due_on", **DA),
    "s.39A long-stop": limit("STL_S39A", "Common assault", "offence_from_on", **DA),
    "s.39A stopped": limit(
        "STL_S39A", "Common assault", "offence_from_on", first_statement_on=day("2025-03-31"), **DA
    ),
    **{f"{rule} evidence": limit(rule, title, "evidence_known_on") for rule, title in EVIDENCE.items()},
    **{f"{rule} long-stop": limit(rule, title, "offence_from_on") for rule, title in EVIDENCE.items()},
    "accused": Case(
        "suspect_offence", "stl_due_on", lambda on: {"ref": "A1", "investigation_ref": "C1", "suspect_ref": "S1",
                                                    **offence("Drunk and disorderly", offence_from_on=on)}, starts=DAYS,
    ),
    **{
        f"bail {stage}": Case("suspect_release", "bail_due_on", lambda at, stage=stage: {
            "status": "bail", "arrested_at": at, "released_at": at, "bail_stage": stage})
        for stage in ("initial", "first_extension", "second_extension", "court_first")
    },
    "RUI review": Case("suspect_release", "rui_review_due_on", lambda at: {"status": "rui", "released_at": at}),
    "RUI review again": Case("suspect_release", "rui_review_due_on", lambda at: {
        "status": "rui", "released_at": local("2022-01-01 12:00"), "last_review_at": at}),
    "RUI inspector": Case("suspect_release", "rui_inspector_due_on", lambda at: {"status": "rui", "released_at": at}),
    "RUI inspector again": Case("suspect_release", "rui_inspector_due_on", lambda at: {
        "status": "rui", "released_at": local("2022-01-01 12:00"), "last_inspector_review_at": at}),
    "victim contact": Case("victim", "update_due_on", lambda _: {"ref": "V1"}, lambda at: {
        "investigations": _investigation(at)}),
    "victim contact agreed": Case("victim", "update_due_on", lambda _: {"ref": "V1", "agreed_interval_days": 10},
                                  lambda at: {"investigations": _investigation(local("2022-01-01 12:00")),
                                              "events": [_contact(at)]}),
    "key event": Case("victim_event", "told_due_on", lambda at: {"ref": "E1", "kind": "arrest", "happened_at": at}),
    "key event enhanced": Case("victim_event", "told_due_on", lambda at: {
        "ref": "E1", "kind": "arrest", "happened_at": at}, lambda _: {"victims": [{"ref": "V1", "is_enhanced": True}]}),
    "workload review": Case("investigation", "review_due_on", lambda at: {
        **offence("Theft", "either_way"), "recorded_at": at}),
    "workload review again": Case("investigation", "review_due_on", lambda at: {
        **offence("Theft", "either_way"), "last_review_at": at}),
    "stop and search": Case("stop_search_form", "review_due_on", lambda at: {"searched_at": at, "submitted_at": at}),
    "response immediate": Case("incident", "target_at", lambda at: {"grade": "immediate", "graded_at": at}),
    "response prompt": Case("incident", "target_at", lambda at: {"grade": "prompt", "graded_at": at}),
    **{
        f"ACRO {kind}": Case("acro_item", "due_at", lambda at, kind=kind: {"item_type": kind, "opened_at": at})
        for kind in ("biometrics", "record_not_created", "result_not_updated", "impending_stale")
    },
}  # fmt: skip
