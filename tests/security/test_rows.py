"""T-ROWS. Whoever asks for whatever: no name, no figure of an officer outside the asker's scope, anywhere in an answer; and
what is out of scope is refused with 403 and one entry in the audit, by every callback, and nothing else is."""

from __future__ import annotations

import json
from collections import Counter
from itertools import product
from typing import Any
from urllib.parse import parse_qsl

import dash
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from data_access.audit.tables import ENTRIES
from data_access.audit.trail import head
from layouts import ids
from layouts.urls import has_form
from tests.support.asking import ask, body_of, post, visit, words
from tests.support.small import OFFICERS, UNITS, Small

# Worked out by hand from cspdash/domain/scope.py's table, not by the code under test.
MAY_NAME = {
    "sgt": {"E1", "E2", "E3"},
    "pc": {"E2"},
    "other": {"E5", "E6"},
    "supt": {"E1", "E2", "E3", "E4"},
    "chief": {officer[0] for officer in OFFICERS},
    "analyst": set(),
    "admin": set(),
    "dpo": set(),
}
# Units by name (with records), and units as totals; where the address names none, the viewer's own.
WATFORD, FORCE = {"csp-watford", "watford-int-c"}, {unit.ref for unit in UNITS}
NAMED_UNITS = {"sgt": {"watford-int-c"}, "other": {"stevenage-int-a"}, "supt": WATFORD, "chief": FORCE}
TOTALS = {**dict.fromkeys(MAY_NAME, FORCE), "pc": {"watford-int-c"}, "admin": set(), "dpo": set()}
HOME = {"sgt": "watford-int-c", "pc": "watford-int-c", "other": "stevenage-int-a", "supt": "csp-watford"}
OWN = {"sgt": "E1", "pc": "E2", "other": "E6", "supt": "E4"}
PAGES = ("", "workload", "volume", "team", "plans", "sources", "officer", "nothing")
FILES = ("", "workload", "volume", "officer")  # pages that can be exported
BARS = ("", "unmapped", "withheld", "watford-int-c", "officer:E2", "officer:E5", "officer:E99", "x")
# Whole labels and employee numbers: "Hale" is also the name of a persona.
MARKS = {ref: (f"{rank} {collar} {name}", f'"{ref}"', f"/{ref}", f":{ref}") for ref, name, rank, collar, _ in OFFICERS}


def addresses() -> list[str]:
    units = ["", "atlantis", *(unit.ref for unit in UNITS)]
    found = [f"/{page}?unit={unit}" for page, unit in product(PAGES, units)]
    found += [f"/workload?unit={unit}&bar={bar}&metric=open" for unit, bar in product(units, BARS)]
    found += [f"/officer/{officer[0]}" for officer in OFFICERS] + ["/officer/E99", "/officer/"]
    found += [f"/plans/new?officer={officer[0]}&metric=open" for officer in OFFICERS]
    return found


def is_refused(persona: str, address: str) -> bool:
    """Whether it is out of scope, worked out by hand like the tables above; what there is not is not found, and not refused."""
    path, _, search = address.partition("?")
    query, page = dict(parse_qsl(search, keep_blank_values=True)), path.split("/")[1]
    sees_everybody = persona == "chief"
    if path == "/plans/new":
        supervised = MAY_NAME[persona] - {OWN.get(persona, "")} if persona in NAMED_UNITS else set()
        return query["officer"] not in supervised
    if page == "officer":
        asked = path.removeprefix("/officer").strip("/")
        return bool(asked) and asked not in MAY_NAME[persona] and not sees_everybody
    if page == "plans":
        unit = query["unit"]  # without one: everybody has a list, of plans they may read
        return unit in FORCE and unit not in NAMED_UNITS.get(persona, set())
    if page == "sources":
        return persona in ("pc", "dpo")
    unit = query["unit"] or ("herts" if page == "" else HOME.get(persona, "herts"))
    if unit not in FORCE:
        return False
    return unit not in TOTALS[persona] or is_bar_refused(persona, unit, query.get("bar", ""))


def is_bar_refused(persona: str, unit: str, bar: str) -> bool:
    """The same for the records behind a bar of a unit that may be seen as a total."""
    named = NAMED_UNITS.get(persona, set())
    if bar.startswith("officer:"):
        officer = bar.removeprefix("officer:")
        is_seen = (
            officer in MAY_NAME[persona] or persona == "chief"
        )  # who may see everybody is told there is no such officer
        return officer != OWN.get(persona, "") and (unit not in named or not is_seen)
    if bar in ("unmapped", "withheld"):
        return unit not in named
    return bar in FORCE and bar not in named


def told(
    app: dash.Dash, client: FlaskClient, deployment: Small, changed: str, values: dict[str, Any]
) -> tuple[int, int]:
    """(status, refusals written to the audit) of one question."""
    with deployment.audit.engine.connect() as connection:
        before, _ = head(connection)
    status = post(client, body_of(app, changed, values)).status_code
    with deployment.audit.engine.connect() as connection:
        written = connection.scalars(select(ENTRIES.c.entry).where(ENTRIES.c.seq > before)).all()
    return status, sum(json.loads(each)["operation"] == "refusal" for each in written)


def asked_of(address: str, **others: Any) -> dict[str, Any]:
    pathname, _, search = address.partition("?")
    return {f"{ids.URL}.pathname": pathname, f"{ids.URL}.search": f"?{search}" if search else "", **others}


@pytest.mark.parametrize("persona", sorted(MAY_NAME))
def test_what_is_out_of_scope_is_refused_and_logged_and_nothing_else(
    app: dash.Dash, clients: dict[str, FlaskClient], deployment: Small, persona: str
) -> None:
    """Every address as a page; of five, two as a redraw of one and two as a file."""
    counted: Counter[bool] = Counter()
    for number, address in enumerate(addresses()):
        refused = is_refused(persona, address)
        counted[refused] += 1
        expected = (403, 1) if refused else (200, 0)
        drawn = told(app, clients[persona], deployment, f"{ids.URL}.pathname", asked_of(address))
        assert drawn == expected, (persona, address, "page")
        if number % 5 in (0, 1) and not has_form(address.partition("?")[0]):
            moved = {f"{ids.MOVED}.data": 1, f"{ids.VERSION}.data": "before"}
            redrawn = told(app, clients[persona], deployment, f"{ids.MOVED}.data", asked_of(address, **moved))
            assert redrawn == expected, (persona, address, "redraw")
        if number % 5 in (2, 3) and address.partition("?")[0].split("/")[1] in FILES:
            file = {f"{ids.EXPORT_GO}.n_clicks": 1, f"{ids.EXPORT_FORM}.value": "csv"}
            made = told(app, clients[persona], deployment, f"{ids.EXPORT_GO}.n_clicks", asked_of(address, **file))
            assert made == expected, (persona, address, "file")
    print(f"{persona}: {counted[True]} of {counted.total()} addresses out of scope, each refused and logged")
    assert counted[True] > 10 or persona == "chief"
    assert counted[False] > 10


@pytest.mark.parametrize("persona", sorted(MAY_NAME))
def test_no_address_shows_an_officer_out_of_scope(
    app: dash.Dash, clients: dict[str, FlaskClient], persona: str
) -> None:
    for address in addresses():
        answer = str(visit(app, clients[persona], address))
        for ref in MARKS.keys() - MAY_NAME[persona]:
            label = MARKS[ref][0]
            assert label not in answer, (persona, address, label)
            if ref not in address:  # what was typed may stand in the address; nothing else may
                assert not [mark for mark in MARKS[ref][1:] if mark in answer], (persona, address, ref)


@pytest.mark.parametrize("persona", sorted(MAY_NAME))
def test_no_search_finds_an_officer_out_of_scope(app: dash.Dash, clients: dict[str, FlaskClient], persona: str) -> None:
    for ref, name, rank, collar, _ in OFFICERS:
        for typed in (ref, name, collar, f"{rank} {collar}", name[:3], name.upper()):
            found = ask(app, clients[persona], "search.value", {"search.value": typed}).get(ids.SEARCH_HITS, {})
            text = words(found.get("children"))
            for other in MARKS.keys() - MAY_NAME[persona]:
                assert MARKS[other][0] not in text, (persona, typed)
            assert (MARKS[ref][0] in text) is (ref in MAY_NAME[persona] and len(typed) > 1), (persona, typed)


def test_an_answer_does_not_tell_who_exists(app: dash.Dash, clients: dict[str, FlaskClient]) -> None:
    def said(ref: str) -> str:
        return words(visit(app, clients["sgt"], f"/officer/{ref}")[ids.MAIN]["children"])

    assert said("E5") == said("E99")


def test_nor_do_the_records_behind_a_bar(app: dash.Dash, clients: dict[str, FlaskClient]) -> None:
    def said(ref: str) -> str:
        address = f"/workload?unit=watford-int-c&bar=officer:{ref}&metric=open"
        return words(visit(app, clients["sgt"], address)[ids.MAIN]["children"])

    assert said("E5") == said("E99")


def test_a_move_counts_from_the_next_request(
    app: dash.Dash, clients: dict[str, FlaskClient], deployment: Small
) -> None:
    table = deployment.reader.figures.metadata.tables["posting_resolved"]
    sees = "PC 2207 Adeyemi"
    assert sees in str(visit(app, clients["sgt"], "/officer/E2"))
    try:
        with deployment.engine.begin() as connection:
            connection.execute(table.update().where(table.c.officer_id == "E2").values(unit_id="stevenage-int-a"))
        deployment.bump("organisation")
        assert sees not in str(visit(app, clients["sgt"], "/officer/E2"))
        assert sees in str(visit(app, clients["other"], "/officer/E2"))
    finally:
        with deployment.engine.begin() as connection:
            connection.execute(table.update().where(table.c.officer_id == "E2").values(unit_id="watford-int-c"))
        deployment.bump("organisation")
