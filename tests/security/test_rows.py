"""Whoever asks for whatever: no name, no figure of an officer outside the asker's scope, anywhere in an answer."""

from __future__ import annotations

from itertools import product

import dash
import pytest
from flask.testing import FlaskClient

from layouts import ids
from tests.support.asking import ask, visit, words
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
}
PAGES = ("", "workload", "volume", "team", "plans", "sources", "officer", "nothing")
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
