"""A breach is never undone by what comes later: for every clock with a due date, each thing that may happen after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspdash.domain.periods import local_day
from tests.support.clock_cases import CASES, DAYS, EVIDENCE, INSTANTS, Related, Row, instant, offence
from tests.support.clocks import LONDON, derived


def _limit_lost(row: Row, at: datetime) -> bool:
    """Out of time, as the figure of limits that have passed counts it."""
    expires, met = row["stl_expires_on"], row["stl_met_on"]
    return expires is not None and expires < local_day(at, LONDON) and met is None


def _between(row: Row, begin: str, end: str, at: datetime) -> bool:
    return row[begin] is not None and row[begin] <= at and (row[end] is None or row[end] > at)


def _bail_ended(row: Row, at: datetime) -> bool:
    due = row["bail_due_on"]
    return _between(row, "bail_from_at", "bail_to_at", at) and due is not None and due < local_day(at, LONDON)


def _rui_overdue(column: str) -> Callable[[Row, datetime], bool]:
    def overdue(row: Row, at: datetime) -> bool:
        due = row[column]
        return _between(row, "rui_from_at", "rui_to_at", at) and due is not None and due < local_day(at, LONDON)

    return overdue


def _passed(due: str, done: str, *, in_scope: str = "") -> Callable[[Row, datetime], bool]:
    """Due before the moment and not done by then; a due day lasts to its end."""

    def passed(row: Row, at: datetime) -> bool:
        by, finished = row[due], row.get(done)
        over = by is not None and (by < at if isinstance(by, datetime) else by < local_day(at, LONDON))
        return over and (finished is None or finished > at) and (not in_scope or bool(row[in_scope]))

    return passed


def _form_late(row: Row, at: datetime) -> bool:
    """Never "in time" again, and until somebody looked, overdue."""
    if row["is_reviewed_in_time"] is not None:
        return row["is_reviewed_in_time"] is False
    return row["review_due_on"] is not None and row["review_due_on"] < local_day(at, LONDON)


@dataclass(frozen=True)
class Breach:
    """A clock that has run out, how that shows, and what may happen afterwards: each makes a record of an instant."""

    case: str
    shows: Callable[[Row, datetime], bool]
    later: Mapping[str, Callable[[Row, Related, datetime], tuple[Row, Related]]]


def sets(*columns: str, **values: Any) -> Callable[[Row, Related, datetime], tuple[Row, Related]]:
    """Something that happens to the record itself: these columns get its time, the others a value."""
    return lambda row, related, at: ({**row, **dict.fromkeys(columns, at), **values}, related)


def sets_day(column: str, **values: Any) -> Callable[[Row, Related, datetime], tuple[Row, Related]]:
    return lambda row, related, at: ({**row, column: local_day(at, LONDON), **values}, related)


def adds(relation: str, **columns: Any) -> Callable[[Row, Related, datetime], tuple[Row, Related]]:
    """Another record besides; the column named "at" says which of its own gets the time."""
    moment = columns.pop("at")
    return lambda row, related, at: (
        row,
        {**related, relation: [*related.get(relation, ()), {"ref": "Z9", **columns, moment: at}]},
    )


def _sent_again_and_reviewed(row: Row, related: Related, at: datetime) -> tuple[Row, Related]:
    again, done = at + timedelta(days=1), at + timedelta(days=2)
    return {**row, "returned_at": at, "resubmitted_at": again, "reviewed_at": done}, related


CHARGES = {"charge": sets("charged_at"), "written charge": sets("written_charge_at"),
           "closing": sets("closed_at", outcome_code="16"), "out of time": sets("closed_at", outcome_code="17"),
           "outcome": adds("disposals", at="given_at", investigation_ref="C1", outcome_code="15"),
           "review": sets("last_review_at")}  # fmt: skip
RELEASED = {"end": sets("ended_at", ended_as="charged"), "review": sets("last_review_at")}
TO_RUI = sets("converted_at", status="rui", previous_status="bail")
TO_BAIL = sets("converted_at", status="bail", previous_status="rui")

BREACHES: dict[str, Breach] = {
    **{name: Breach(name, _limit_lost, CHARGES) for name in ("s.127", "s.127 range", "accused")},
    "s.39A statement": Breach("s.39A statement", _limit_lost, CHARGES),
    "s.39A long-stop": Breach(
        "s.39A long-stop", _limit_lost, {**CHARGES, "statement": sets_day("first_statement_on")}
    ),
    **{
        f"{rule} long-stop": Breach(
            f"{rule} long-stop", _limit_lost, {**CHARGES, "evidence": sets_day("evidence_known_on")}
        )
        for rule in EVIDENCE
    },
    **{f"{rule} evidence": Breach(f"{rule} evidence", _limit_lost, CHARGES) for rule in EVIDENCE},
    "bail initial": Breach("bail initial", _bail_ended, {
        **RELEASED, "conversion": TO_RUI, "arrest": adds("arrests", at="arrested_at", release_ref="R1"),
        "extension": sets("extension_authorised_at", bail_stage="first_extension"),
        "suspension": sets_day("suspended_from")}),
    "bail first_extension": Breach("bail first_extension", _bail_ended, {
        **RELEASED, "conversion": TO_RUI,
        "extension": sets("extension_authorised_at", bail_stage="second_extension")}),
    "RUI review": Breach("RUI review", _rui_overdue("rui_review_due_on"), {
        "end": RELEASED["end"], "conversion": TO_BAIL}),
    "RUI inspector": Breach("RUI inspector", _rui_overdue("rui_inspector_due_on"), {
        **RELEASED, "conversion": TO_BAIL, "sergeant": sets("last_review_at", last_reviewer_rank="Sergeant")}),
    "victim contact": Breach("victim contact", _passed("update_due_on", "ended_at", in_scope="is_in_scope"), {
        "attempt": adds("events", at="happened_at", kind="attempt"),
        "key event": adds("events", at="happened_at", kind="arrest"),
        "outcome": adds("disposals", at="given_at", investigation_ref="C1", outcome_code="16")}),
    **{name: Breach(name, _passed("told_due_on", "updated_at"), {
        "contact": adds("siblings", at="happened_at", kind="contact"),
        "attempt": adds("siblings", at="happened_at", kind="attempt"),
        "opting out": lambda row, related, at: (row, {**related, "victims": [
            {**victim, "opted_out_at": at} for victim in related.get("victims", [{"ref": "V1"}])]}),
    }) for name in ("key event", "key event enhanced")},
    "workload review": Breach("workload review", _passed("review_due_on", "finalised_at"), {
        name: CHARGES[name] for name in ("charge", "closing", "outcome")}),
    "stop and search": Breach("stop and search", _form_late, {
        "review": sets("reviewed_at"), "own review": sets("reviewed_at", reviewer_id="1001", officer_id="1001"),
        "return": sets("returned_at"), "return, sent again, reviewed": _sent_again_and_reviewed}),
    **{f"response {grade}": Breach(f"response {grade}", _passed("target_at", "over_at"), {
        "arrival": sets("attended_at"), "closing": sets("closed_at"), "both": sets("attended_at", "closed_at"),
    }) for grade in ("immediate", "prompt")},
    **{f"ACRO {kind}": Breach(f"ACRO {kind}", _passed("due_at", "closed_at", in_scope="is_in_scope"), {
        "closing": sets("closed_at")}) for kind in ("biometrics", "record_not_created", "impending_stale")},
}  # fmt: skip


def _whole(dataset: str, row: Row, related: Related) -> Row:
    return {**row, **derived(dataset, row, **related)}


@pytest.mark.parametrize(("name", "event"), [(name, event) for name, one in BREACHES.items() for event in one.later])
@settings(max_examples=15)
@given(data=st.data(), over=st.integers(1, 400), after=st.integers(0, 900))
def test_what_comes_later_never_undoes_a_breach(
    name: str, event: str, data: st.DataObject, over: int, after: int
) -> None:
    """A record in breach at a moment stays so there, whatever happens after that moment.

    Clocks that start anew with each act (contact, review) are left by that act itself; see the next test. A new grade
    is a new clock of an incident ([response] upgrade_restarts), and what no source dates cannot be later.
    """
    breach = BREACHES[name]
    case = CASES[breach.case]
    start = data.draw(case.starts)
    row, related = case.row(start), case.related(start)
    before = _whole(case.dataset, row, related)
    due = before[case.due]
    ended = due if isinstance(due, datetime) else instant(due + timedelta(days=1))
    moment = ended + timedelta(hours=over * 6)
    assert breach.shows(before, moment)
    happened = moment + timedelta(days=after, seconds=1)
    now = _whole(case.dataset, *breach.later[event](row, related, happened))
    assert breach.shows(now, moment)
    if case.due.startswith("stl_") or case.dataset == "stop_search_form":
        assert breach.shows(now, happened + timedelta(days=1))


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("RUI review", sets("last_review_at")),
        ("RUI inspector", sets("last_inspector_review_at")),
        ("workload review", sets("last_review_at")),
        ("victim contact", adds("events", at="happened_at", kind="contact")),
    ],
)
@settings(max_examples=15)
@given(start=INSTANTS, over=st.integers(1, 400))
def test_a_late_act_starts_anew_from_its_own_day_and_makes_nothing_due_before_it(
    name: str, act: Callable[[Row, Related, datetime], tuple[Row, Related]], start: datetime, over: int
) -> None:
    case = CASES[name]
    at = instant(case.derived(start)[case.due] + timedelta(days=over))
    found = _whole(case.dataset, *act(case.row(start), case.related(start), at))
    assert found[case.due] > local_day(at, LONDON)


@settings(max_examples=60)
@given(first=DAYS, gap=st.integers(1, 120), over=st.integers(1, 90), charged=st.booleans())
def test_one_suspects_lost_limit_is_not_forgotten_while_another_runs(
    first: date, gap: int, over: int, *, charged: bool
) -> None:
    """Charged too late or dropped too late: lost either way, while the other's limit is still warned of."""
    lost = {"ref": "A", "investigation_ref": "C1", "suspect_ref": "S1", "offence_from_on": first}
    other = {**lost, "ref": "B", "suspect_ref": "S2", "offence_from_on": first + timedelta(days=gap)}
    row = offence("Drunk and disorderly", offence_from_on=first)
    before = derived("investigation", row, accused=[lost, other])
    at = instant(before["stl_expires_on"] + timedelta(days=over))
    assert _limit_lost(before, at)
    after = derived("investigation", row, accused=[{**lost, "charged_at" if charged else "ended_at": at}, other])
    assert _limit_lost(after, at + timedelta(days=1))
    alone = derived("investigation", row, accused=[other])
    assert (after["stl_started_at"], after["stl_due_on"]) == (None, alone["stl_due_on"])
    both = derived("investigation", row, accused=[
        {**lost, "charged_at" if charged else "ended_at": at}, {**other, "charged_at": instant(first)}])  # fmt: skip
    assert _limit_lost(both, at + timedelta(days=1))
