"""SharePoint lists against a Graph-shaped server over TLS: delta, paging, throttling, tokens, resync, deletions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from data_access.sources import web
from tests.support.following import eventually, following
from tests.support.graph_server import CLIENT, SECRET, SITE_ADDRESS, TENANT, GraphList, GraphServer
from tests.support.loopback import Reply, make_certificate, served
from tests.support.works import Works

HEAD = f"""kind = "sharepoint"
title = "Hub"
tenant = "{TENANT}"
client_id = "{CLIENT}"
credential = "hub"
site = "{SITE_ADDRESS}"
ca_file = "loopback.pem"
timezone = "Europe/London"
"""
DOGS = """
[[dataset]]
dataset = "dog"
list = "Dogs of the force"
[dataset.columns]
ref = {column = "id", prefix = "D"}
kennel_ref = "KennelLookupId"
name = "Title"
coat = {column = "Coat", map = {Smooth = "smooth", Rough = "rough"}}
weight = "Weight"
is_good = "Good"
born_on = "Born"
seen_at = "Seen"
changed_at = "lastModifiedDateTime"
"""
NAME = "Dogs of the force"
COLUMNS = ["Title", "Kennel", "Coat", "Weight", "Good", "Born", "Seen", "Number", "Tags", "Link"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def graph(certificate: Path) -> Iterator[GraphServer]:
    server = GraphServer({NAME: GraphList(list(COLUMNS))})
    with served(server, certificate) as address:
        server.address = address
        yield server


@pytest.fixture
def works(tmp_path: Path, graph: GraphServer, certificate: Path) -> Iterator[Works]:
    works = Works.open(tmp_path)
    (tmp_path / "loopback.pem").write_bytes(certificate.read_bytes())
    works.connections |= {"graph": f"{graph.address}/v1.0", "graph_login": graph.address}
    works.credentials["hub"] = SECRET
    works.source("hub", DOGS, HEAD)
    for number in range(1, 6):
        graph.put(NAME, str(number), Title=f"Dog {number}")
    yield works
    works.engine.dispose()


def names(works: Works) -> dict[str, str]:
    return {ref: row["name"] for ref, row in sorted(works.rows().items())}


def test_at_first_everything_page_by_page_then_only_what_changed(works: Works, graph: GraphServer) -> None:
    result = works.one()
    assert (result.result, result.read, result.changed) == ("ok", 5, 5)
    graph.asked.clear()
    assert (works.one().read, len(graph.graph_calls())) == (0, 1), "one question, where nothing is new"

    graph.put(NAME, "2", Title="Max", modified="2026-11-22T11:00:00Z")
    graph.drop(NAME, "3")
    result = works.one()
    assert (result.read, result.changed) == (2, 2)
    assert names(works) == {"D1": "Dog 1", "D2": "Max", "D4": "Dog 4", "D5": "Dog 5"}
    (state,) = works.table("source_state")
    assert state["event_at"] == datetime(2026, 11, 22, 11, tzinfo=UTC)
    assert state["rows"] == 4


def test_columns_by_their_types(works: Works, graph: GraphServer) -> None:
    # A day is kept as midnight of the site's zone: in summer that is the evening before in UTC.
    graph.put(NAME, "1", Title=" Rex ", KennelLookupId="7", Coat="Rough", Weight=7.25, Good=True,
              Born="2026-06-30T23:00:00Z", Seen="2026-06-22T00:30:00Z", modified="2026-11-22T09:00:00Z")  # fmt: skip
    works.ingest()
    row = works.rows()["D1"]
    assert (row["name"], row["kennel_ref"], row["coat"], row["weight"], row["is_good"]) == (
        "Rex",
        "7",
        "rough",
        7.25,
        True,
    )
    assert (row["born_on"], row["seen_at"]) == (date(2026, 7, 1), datetime(2026, 6, 22, 0, 30, tzinfo=UTC))
    assert row["changed_at"] == datetime(2026, 11, 22, 9, tzinfo=UTC)
    empty = works.rows()["D2"]
    assert {empty[name] for name in ("kennel_ref", "coat", "weight", "is_good", "born_on", "seen_at")} == {None}


def test_choices_links_and_objects(works: Works, graph: GraphServer) -> None:
    works.source("hub", DOGS.replace('"Title"', '"Tags"').replace('"KennelLookupId"', '"Link.Url"'), HEAD)
    graph.put(NAME, "1", Tags=["Good", "Old"], Link={"Url": "https://force.example/k7", "Description": "K7"})
    graph.put(NAME, "2", Tags=[{"LookupId": 1, "LookupValue": "Quick"}, {"LookupId": 2, "LookupValue": "Small"}])
    for number in "345":
        graph.drop(NAME, number)
    works.ingest()
    assert names(works) == {"D1": "Good; Old", "D2": "Quick; Small"}
    assert works.rows()["D1"]["kennel_ref"] == "https://force.example/k7"
    works.source("hub", DOGS.replace('"Title"', '"Link"'), HEAD)
    works.ingest()
    assert "is an object: name one of its fields after a dot (Description, Url)" in str(works.table("quarantine"))


def test_a_list_forgotten_is_read_anew_and_what_went_meanwhile_goes(works: Works, graph: GraphServer) -> None:
    works.ingest()
    graph.drop(NAME, "3")
    graph.forget(NAME)
    del graph.lists[NAME].items["3"]
    graph.put(NAME, "9", Title="Dog 9")
    assert works.one().result == "ok"
    assert list(names(works)) == ["D1", "D2", "D4", "D5", "D9"]
    graph.asked.clear()
    works.ingest()
    assert len(graph.graph_calls()) == 1, "from where that got to"


def test_an_item_gone_where_references_are_not_ids_makes_it_read_everything(works: Works, graph: GraphServer) -> None:
    works.source("hub", DOGS.replace('{column = "id", prefix = "D"}', '"Number"'), HEAD)
    for number in range(1, 6):
        graph.put(NAME, str(number), Title=f"Dog {number}", Number=f"N{number}")
    works.ingest()
    graph.drop(NAME, "4")
    graph.put(NAME, "5", Title="Max", Number="N5")
    works.ingest()
    assert names(works) == {"N1": "Dog 1", "N2": "Dog 2", "N3": "Dog 3", "N5": "Max"}


def test_of_an_item_that_comes_twice_the_later_counts(works: Works, graph: GraphServer) -> None:
    graph.page = 10
    answers = [
        Reply({"id": "x"}),
        Reply({"value": [{"name": name} for name in COLUMNS]}),
    ]
    items = [{"id": "1", "fields": {"Title": title}} for title in ("zz old", "aa new")]
    pages = [
        Reply({"value": items[:1], "@odata.nextLink": f"{graph.address}/v1.0/more"}),
        Reply({"value": items[1:], "@odata.deltaLink": f"{graph.address}/v1.0/delta"}),
    ]
    graph.replies = [answers[0], pages[0], answers[1], pages[1]]
    works.ingest()
    assert names(works) == {"D1": "aa new"}


def test_throttled_it_waits_as_told(works: Works, graph: GraphServer, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(web, "sleep_using_event", lambda _event: waited.append)
    graph.replies = [Reply(status=429, headers={"Retry-After": "7"}), Reply(status=503, headers={"Retry-After": "2"})]
    works.ingest()
    assert (waited, len(names(works))) == ([7.0, 2.0], 5)
    graph.replies = [Reply(status=429) for _ in range(20)]
    result = works.one()
    assert "Hub could not be read: it is too busy (429)" in result.result
    assert len(waited) == 2 + web.TRIES - 1
    graph.replies = [Reply(status=429, headers={"Retry-After": "86400"})]
    assert "it asks to wait 86400 seconds" in works.one().result
    assert len(names(works)) == 5


def test_a_token_that_runs_out_half_way_is_renewed(works: Works, graph: GraphServer) -> None:
    graph.calls_a_token = 3
    assert works.one().result == "ok"
    assert len(names(works)) == 5
    assert len(graph.tokens) >= 2


def test_one_token_serves_many_looks(works: Works, graph: GraphServer) -> None:
    with following(works, 0.05):
        eventually(lambda: len(names(works)) == 5)
        eventually(lambda: len(graph.graph_calls()) > 10)
        graph.put(NAME, "1", Title="Max")
        eventually(lambda: names(works)["D1"] == "Max", seconds=5)
    assert len(graph.tokens) == 1


def test_a_wrong_secret_and_what_is_said_of_it(works: Works, graph: GraphServer, caplog: Any, capfd: Any) -> None:
    works.credentials["hub"] = "an0ther-s3cret"
    result = works.one().result
    assert "signing in failed (invalid_client, AADSTS7000215)" in result
    del works.credentials["hub"]
    assert "set CSPDASH_CREDENTIAL_HUB" in works.one().result
    said = "".join(
        [result, caplog.text, *capfd.readouterr(), *(str(works.table(name)) for name in works.metadata.tables)]
    )
    assert not re.search("s3cret|token-", said)


def test_columns_that_went_and_lists_that_are_none(works: Works, graph: GraphServer) -> None:
    works.ingest()
    graph.lists[NAME].columns.remove("Weight")
    graph.put(NAME, "1", Title="Max")
    assert "has no column 'Weight'; it has Title, Kennel, Coat" in works.one().result
    assert names(works)["D1"] == "Dog 1"
    works.source("hub", DOGS.replace(NAME, "Cats"), HEAD)
    assert "it answered 404 for /v1.0/sites/" in works.one().result


def test_only_microsoft_or_this_machine_is_asked(works: Works) -> None:
    for name in ("graph", "graph_login"):
        before, works.connections[name] = works.connections[name], "https://graph.evil.example/v1.0"
        assert f"the connection '{name}' may only lead to this machine" in works.one().result
        works.connections[name] = before


def test_a_page_elsewhere_is_not_followed(works: Works, graph: GraphServer) -> None:
    columns = Reply({"value": [{"name": name} for name in COLUMNS]})
    graph.replies = [Reply({"id": "x"}), Reply({"value": [], "@odata.nextLink": "https://127.0.0.2:1/next"}), columns]
    assert "points to another address" in works.one().result


@pytest.mark.parametrize(
    "content", [b"<html>sign in</html>", b"[1]", b'{"value": 3}', b'{"value": []}', b"[" * 100_000]
)
def test_garbage_is_refused_and_nothing_changes(works: Works, graph: GraphServer, content: bytes) -> None:
    works.ingest()
    before = works.state()
    graph.replies = [Reply(content)]
    assert not works.one().ok
    assert works.state() == before


def test_without_trust_in_the_certificate_nothing_is_sent(works: Works, graph: GraphServer) -> None:
    works.source("hub", DOGS, HEAD.replace('ca_file = "loopback.pem"\n', ""))
    assert "signing in failed (its certificate is not trusted)" in works.one().result
    assert graph.asked == []
