"""Who may sign in, and who somebody is at each request. On both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, select, update

from cspdash.domain.identity import SignInRefused, StoreUnavailable, Vouched, person_id_of
from data_access.engine import open_engine
from data_access.people import DatabaseDirectory
from tests.support.force import ZONE, metadata, write
from tests.support.small import small_force

SERGEANT = Vouched("https://login.force.test", "sub-1", "PS Priya Nair", ("sergeant",), "E1", "Sergeant")


@dataclass
class Place:
    engine: Engine
    tables: MetaData
    directory: DatabaseDirectory
    now: list[datetime]

    def set_officer(self, ref: str, **values: Any) -> None:
        table = self.tables.tables["officer"]
        with self.engine.begin() as connection:
            connection.execute(update(table).where(table.c.ref == ref).values(values))


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    is_sqlite = request.param == "sqlite"
    engine = open_engine(f"sqlite:///{tmp_path}/x.db" if is_sqlite else request.getfixturevalue("postgres_url"))
    tables, now = metadata(), [datetime(2026, 11, 22, 14, 5, tzinfo=UTC)]
    write(small_force(), engine, tables)
    tables.create_all(engine)
    yield Place(engine, tables, DatabaseDirectory(engine, tables, ZONE, lambda: now[0]), now)
    engine.dispose()


def refused(place: Place, who: Vouched) -> str:
    with pytest.raises(SignInRefused) as caught:
        place.directory.signed_in(who)
    return caught.value.reason


def test_somebody_new_is_known_from_their_first_sign_in(place: Place) -> None:
    viewer = place.directory.signed_in(SERGEANT)
    assert (viewer.name, viewer.role, viewer.officer_id, viewer.title) == (
        "PS Priya Nair",
        "sergeant",
        "E1",
        "Sergeant",
    )
    assert place.directory.find(viewer.user_id) == viewer
    (person,) = place.directory.people()
    assert (person.subject, person.signed_in_at, person.disabled_at) == ("sub-1", place.now[0], None)


def test_a_person_is_issuer_and_subject_together(place: Place) -> None:
    ids = {
        place.directory.signed_in(who).user_id
        for who in (
            SERGEANT,
            replace(SERGEANT, issuer="https://elsewhere.test"),
            replace(SERGEANT, subject="sub-2"),
            replace(SERGEANT, name="PS P Nair-Jones"),  # the same person, married
        )
    }
    assert len(ids) == 3
    assert person_id_of("a", "b\nc") != person_id_of("a\nb", "c") or "\n" in "a\nb"


def test_nobody_without_a_role(place: Place) -> None:
    assert refused(place, replace(SERGEANT, roles=())) == "no role"
    assert refused(place, replace(SERGEANT, roles=("operator", "king"))) == "no role"


def test_a_role_that_is_taken_away_counts_at_once(place: Place) -> None:
    viewer = place.directory.signed_in(SERGEANT)
    refused(place, replace(SERGEANT, roles=()))
    assert place.directory.find(viewer.user_id) is None


def test_the_strongest_role_counts(place: Place) -> None:
    assert place.directory.signed_in(replace(SERGEANT, roles=("administrator", "sergeant"))).role == "sergeant"


@pytest.mark.parametrize("number", ["", "E99"])
def test_an_officers_role_needs_an_officer_hr_knows(place: Place, number: str) -> None:
    assert refused(place, replace(SERGEANT, officer_id=number)) in ("no employee number", "unknown officer")


def test_police_staff_need_none(place: Place) -> None:
    viewer = place.directory.signed_in(replace(SERGEANT, roles=("analyst",), officer_id="S123"))
    assert (viewer.role, viewer.officer_id) == ("analyst", "")


@pytest.mark.parametrize(
    "change",
    [{"left_on": date(2026, 11, 22)}, {"left_on": date(2020, 1, 1)}, {"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)}],
)
def test_a_leaver_is_nobody_at_the_next_request(place: Place, change: dict[str, Any]) -> None:
    viewer = place.directory.signed_in(SERGEANT)
    place.set_officer("E1", **change)
    assert place.directory.find(viewer.user_id) is None
    assert refused(place, SERGEANT) in ("left the force", "unknown officer")


def test_somebody_is_in_until_the_day_they_leave_in_local_time(place: Place) -> None:
    viewer = place.directory.signed_in(SERGEANT)
    place.set_officer("E1", left_on=date(2026, 6, 11))
    place.now[0] = datetime(2026, 6, 10, 22, 59, tzinfo=UTC)
    assert place.directory.find(viewer.user_id)
    place.now[0] = datetime(2026, 6, 10, 23, 0, tzinfo=UTC)  # midnight in London
    assert place.directory.find(viewer.user_id) is None


def test_disabled_until_enabled_again(place: Place) -> None:
    viewer = place.directory.signed_in(SERGEANT)
    place.directory.disable(viewer.user_id, "p-admin", "under investigation")
    assert place.directory.find(viewer.user_id) is None
    assert refused(place, SERGEANT) == "disabled"
    person = place.directory.person(viewer.user_id)
    assert person is not None
    assert (person.disabled_by, person.disabled_why, person.disabled_at) == (
        "p-admin",
        "under investigation",
        place.now[0],
    )
    place.directory.enable(viewer.user_id)
    assert place.directory.find(viewer.user_id) == viewer


def test_kerberos_lets_in_whom_an_administrator_admitted(place: Place) -> None:
    by_ticket = Vouched("FORCE.TEST", "sgt1", "", None)
    assert refused(place, by_ticket) == "not admitted"
    person_id = place.directory.admit(replace(by_ticket, name="PS Nair", roles=("sergeant",), officer_id="E1"))
    viewer = place.directory.signed_in(by_ticket)
    assert (viewer.user_id, viewer.role, viewer.officer_id, viewer.name) == (person_id, "sergeant", "E1", "PS Nair")


def test_people_are_found_by_name_or_number_and_no_pattern(place: Place) -> None:
    place.directory.signed_in(SERGEANT)
    place.directory.signed_in(Vouched("i", "100%_x", "Ola Bright", ("administrator",)))
    found = {text: len(place.directory.people(text)) for text in ("", "nair", "E1", "%", "_", "100%_", "' OR 1=1 --")}
    assert found == {"": 2, "nair": 1, "E1": 1, "%": 1, "_": 1, "100%_": 1, "' OR 1=1 --": 0}


def test_the_unit_of_somebody_who_is_no_officer_stays(place: Place) -> None:
    chief = Vouched("i", "c", "ACC Reed", ("chief_officer",))
    viewer = place.directory.signed_in(chief)
    place.directory.place(viewer.user_id, "herts")
    assert place.directory.signed_in(chief).unit_id == "herts"


def test_a_database_that_is_away_says_so(place: Place) -> None:
    viewer = place.directory.signed_in(SERGEANT)
    place.tables.tables["person"].drop(place.engine)
    for question in (
        lambda: place.directory.find(viewer.user_id),
        lambda: place.directory.signed_in(SERGEANT),
        place.directory.people,
    ):
        with pytest.raises(StoreUnavailable):
            question()


def test_no_two_rows_for_one_person(place: Place) -> None:
    place.directory.signed_in(SERGEANT)
    place.directory.signed_in(SERGEANT)
    with place.engine.connect() as connection:
        assert len(connection.execute(select(place.tables.tables["person"])).all()) == 1
