"""What is shown while the database does not answer: the viewer's own page as it last was, for an hour, or words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dash
import pytest

from callbacks.drawn import STALE
from callbacks.last_good import MOST, LastGood
from cspdash.domain.errors import DatabaseUnavailable
from data_access.reading import Figures
from layouts import ids
from tests.callbacks.test_refresh import moved
from tests.support.asking import visit, words
from tests.support.small import SAME_SITE, VIEWERS, Small, signed_in

BANNER = "The database is not answering."
NOW = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


def test_a_page_is_kept_for_its_viewer_and_not_for_ever() -> None:
    now = [NOW]
    kept: LastGood[str] = LastGood(lambda: now[0])
    kept.keep(VIEWERS["sgt"], "/workload?", "a page")

    assert kept.find(VIEWERS["pc"], "/workload?") is None
    found = kept.find(VIEWERS["sgt"], "/workload?")
    assert found is not None
    assert (found.page, found.at) == ("a page", NOW)
    now[0] = NOW + timedelta(minutes=61)
    assert kept.find(VIEWERS["sgt"], "/workload?") is None


def test_only_so_many_are_kept() -> None:
    kept: LastGood[int] = LastGood()
    for number in range(MOST + 1):
        kept.keep(VIEWERS["sgt"], f"/{number}", number)
    assert kept.find(VIEWERS["sgt"], "/0") is None
    assert kept.find(VIEWERS["sgt"], "/1") is not None


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch, deployment: Small) -> list[bool]:
    """The database answers unless the list holds True."""
    down = [False]
    versions = Figures.versions

    def asked(figures: Figures) -> object:
        if down[-1]:
            raise DatabaseUnavailable
        return versions(figures)

    monkeypatch.setattr(Figures, "versions", asked)
    return down


def test_a_page_seen_before_is_shown_as_it_was_and_another_is_not(app: dash.Dash, outage: list[bool]) -> None:
    client, other = signed_in(app, "sgt"), signed_in(app, "supt")
    before = words(visit(app, client, "/workload")[ids.MAIN]["children"])
    outage[-1] = True
    shown = visit(app, client, "/workload")
    unseen = words(visit(app, client, "/volume")[ids.MAIN]["children"])
    foreign = words(visit(app, other, "/workload")[ids.MAIN]["children"])

    assert words(shown[ids.MAIN]["children"]).startswith(BANNER)
    assert before in words(shown[ids.MAIN]["children"])
    assert shown[ids.VERSION]["data"] == STALE
    assert "Database not answering" in words(shown[ids.FRESHNESS]["children"])
    for page in (unseen, foreign):
        assert "Not answering just now" in page
        assert "open investigations" not in page


def test_an_open_page_stays_is_said_to_be_old_once_and_is_drawn_again(app: dash.Dash, outage: list[bool]) -> None:
    client = signed_in(app, "sgt")
    version = visit(app, client, "/workload")[ids.VERSION]["data"]
    outage[-1] = True
    old = moved(app, client, "/workload", version)
    assert words(old[ids.MAIN]["children"]).startswith(BANNER)
    assert moved(app, client, "/workload", STALE) == {}
    elsewhere = moved(app, client, "/volume", version)  # drawn by another process: nothing is taken off the screen
    assert set(elsewhere) == {ids.FRESHNESS, ids.VERSION, ids.ANNOUNCE}

    outage[-1] = False
    new = moved(app, client, "/workload", STALE)
    assert BANNER not in words(new[ids.MAIN]["children"])
    assert new[ids.VERSION]["data"] == version


def test_a_form_in_hand_is_left_alone(app: dash.Dash, outage: list[bool]) -> None:
    client = signed_in(app, "sgt")
    outage[-1] = True
    told = moved(app, client, "/plans/new?officer=E2&metric=open", "a version")
    assert set(told) == {ids.FRESHNESS, ids.VERSION, ids.ANNOUNCE}


def test_open_pages_hear_of_the_outage_and_of_its_end(app: dash.Dash, outage: list[bool]) -> None:
    client = signed_in(app, "sgt")
    version = visit(app, client, "/workload")[ids.VERSION]["data"]
    seen = client.get("/live", headers=SAME_SITE)
    outage[-1] = True
    during = client.get("/live", headers={**SAME_SITE, "If-None-Match": seen.headers["ETag"]})
    assert (during.status_code, during.get_json()["state"]) == (200, STALE)
    assert client.get("/live", headers={**SAME_SITE, "If-None-Match": during.headers["ETag"]}).status_code == 304
    outage[-1] = False
    after = client.get("/live", headers={**SAME_SITE, "If-None-Match": during.headers["ETag"]})
    assert (after.status_code, after.get_json()["state"]) == (200, version)
