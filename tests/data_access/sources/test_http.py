"""JSON over HTTP: every way of paging, letting oneself in, only what changed, and answers that cannot be used."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data_access.sources import web
from tests.support.loopback import Asked, Reply, served
from tests.support.works import Works

HEAD = 'kind = "http"\ntitle = "Intel"\nconnection = "intel"'
DOGS = """
[[dataset]]
dataset = "dog"
path = "/v1/dogs"
rows = "data.items"
PAGING
[dataset.columns]
ref = "id"
kennel_ref = "kennel.ref"
name = "name"
price_pence = {column = "price", scale = 100}
"""


@dataclass
class Service:
    rows: list[dict[str, Any]]
    paging: str = "none"
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    lets_in: Callable[[Asked], bool] = lambda _: True

    def __call__(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if not self.lets_in(asked):
            return Reply({"error": "no"}, 401)
        if self.replies:
            return self.replies.pop(0)
        if asked.path != "/api/v1/dogs":
            return Reply({}, 404)
        rows = [row for row in self.rows if row.get("changed", "") >= asked.params.get("since", "")]
        return self._page(asked, rows)

    def _page(self, asked: Asked, rows: list[dict[str, Any]]) -> Reply:
        params, size = asked.params, int(asked.params.get("size", 2))
        match self.paging:
            case "none":
                return Reply({"data": {"items": rows}})
            case "page":
                start = (int(params["page"]) - 1) * size
            case "offset":
                start = int(params["page"])
            case _:
                start = int(params.get("after", 0))
        following = start + size if start + size < len(rows) else None
        content: dict[str, Any] = {"data": {"items": rows[start : start + size]}}
        link = f"{self.address}/api/v1/dogs?after={following}"
        if self.paging == "next" and following:
            content["next"] = link
        if self.paging == "cursor":
            content["next"] = following
        headers = {"Link": f'<{link}>; rel="next"'} if self.paging == "link" and following else {}
        return Reply(content, headers=headers)


def dog(number: int, **other: Any) -> dict[str, Any]:
    return {"id": number, "name": f"Dog {number}", "kennel": {"ref": "k1"}, "price": 12.34, **other}


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service([dog(number) for number in range(1, 6)])
    with served(service) as address:
        service.address = address
        yield service


@pytest.fixture
def works(tmp_path: Path, service: Service) -> Iterator[Works]:
    works = Works.open(tmp_path)
    works.connections["intel"] = f"{service.address}/api"
    works.source("intel", DOGS.replace("PAGING", ""), HEAD)
    yield works
    works.engine.dispose()


PAGING = {
    "none": "",
    "next": 'paging = "next"\nnext = "next"\nsize_param = "size"\npage_size = 2',
    "link": 'paging = "next"\nnext = "Link"',
    "page": 'paging = "page"\npage_param = "page"\nsize_param = "size"\npage_size = 2',
    "offset": 'paging = "offset"\npage_param = "page"\nsize_param = "size"\npage_size = 2',
    "cursor": 'paging = "cursor"\nnext = "next"\npage_param = "after"',
}


@pytest.mark.parametrize("paging", PAGING)
@pytest.mark.parametrize("count", [0, 1, 4, 5])
def test_every_way_of_paging_brings_every_row_once(works: Works, service: Service, paging: str, count: int) -> None:
    service.paging, service.rows = paging, service.rows[:count]
    works.source("intel", DOGS.replace("PAGING", PAGING[paging]), HEAD)
    result = works.one()
    assert (result.result, result.read) == ("ok", count)
    assert sorted(works.rows()) == [str(number) for number in range(1, count + 1)]
    if paging != "none" and count == 5:
        assert len(service.asked) == 3


def test_values_exactly_as_they_were_sent(works: Works, service: Service) -> None:
    service.rows = [dog(1, price=0.29), dog(2, name=["Rex", "Max"], kennel=None), dog(3, name={"first": "Fly"})]
    works.ingest()
    rows = works.rows()
    assert (rows["1"]["price_pence"], rows["2"]["name"], rows["2"]["kennel_ref"]) == (29, "Rex; Max", None)
    (refused,) = works.table("quarantine")
    assert "name one of its fields after a dot (first)" in refused["reason"]
    assert Decimal("0.29") * 100 == 29


SINCE = DOGS.replace("PAGING", 'watermark = "changed"\nsince = "since"\noverlap = "10m"')


def test_only_what_changed_is_asked_for(works: Works, service: Service) -> None:
    service.rows = [dog(n, changed=f"2026-11-22T1{n}:00:00Z") for n in range(1, 6)]
    works.source("intel", SINCE, HEAD)
    works.ingest()
    service.rows[0] |= {"name": "Max", "changed": "2026-11-22T16:00:00Z"}
    result = works.one()
    assert service.asked[-1].params["since"] == "2026-11-22T14:50:00Z"
    assert (result.read, result.changed, works.rows()["1"]["name"]) == (2, 1, "Max")


def test_without_it_what_is_not_there_any_more_has_gone(works: Works, service: Service) -> None:
    works.ingest()
    del service.rows[2]
    works.ingest()
    assert sorted(works.rows()) == ["1", "2", "4", "5"]


def test_letting_oneself_in(works: Works, service: Service, capfd: Any, caplog: Any) -> None:
    works.credentials |= {"intel": "hush-s3cret-token", "user": "reader:hush-s3cret"}
    basic = base64.b64encode(b"reader:hush-s3cret").decode()
    for auth, name, header, value in (
        ("bearer", "intel", "Authorization", "Bearer hush-s3cret-token"),
        ("basic", "user", "Authorization", f"Basic {basic}"),
        ("header", "intel", "X-Api-Key", "hush-s3cret-token"),
    ):
        service.lets_in = lambda asked, header=header, value=value: asked.headers.get(header) == value  # type: ignore[misc]
        extra = '\nauth_header = "X-Api-Key"' if auth == "header" else ""
        works.source("intel", DOGS.replace("PAGING", ""), f'{HEAD}\nauth = "{auth}"\ncredential = "{name}"{extra}')
        assert works.one().result == "ok"
    service.lets_in = lambda _: False
    result = works.one()
    assert "it does not let us in (401)" in result.result
    del works.credentials["intel"]
    assert "set CSPDASH_CREDENTIAL_INTEL" in works.one().result
    told = "".join([*capfd.readouterr(), caplog.text, *(str(works.table(name)) for name in works.metadata.tables)])
    assert not re.search(f"s3cret|{basic}", told + result.result)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>Sign in</html>", "not JSON"),
        (b'{"data": {"items": [{"id": NaN}]}}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"data": {"items": 3}}', "has no list of rows at 'data.items'"),
        (b'{"error": "none"}', "has no list of rows at 'data.items'"),
        (b'{"data": {"items": [1, 2]}}', "rows that are no objects"),
        (b'{"data": {"items": [{"id": 1, "title": "x", "price": 1, "kennel": {"ref": 1}}]}}', "no row has a 'name'"),
    ],
)
def test_answers_that_cannot_be_used(works: Works, service: Service, content: bytes, words: str) -> None:
    works.ingest()
    before = works.state()
    service.replies = [Reply(content)]
    result = works.one()
    assert words in result.result
    assert works.state() == before


def test_what_rows_leave_out_while_it_is_empty(works: Works, service: Service) -> None:
    service.rows = [{"id": 1, "name": "Rex"}]
    assert "name it under absent" in works.one().result
    works.source("intel", DOGS.replace("PAGING", 'absent = ["kennel.ref", "price"]'), HEAD)
    assert works.one().result == "ok"


def test_it_goes_nowhere_else_and_not_in_circles(works: Works, service: Service) -> None:
    works.source("intel", DOGS.replace("PAGING", PAGING["next"]), HEAD)
    page = {"data": {"items": [dog(1)]}}
    for elsewhere in ("http://127.0.0.2:9/x", "https://evil.example/", "//evil.example/x"):
        service.replies = [Reply({**page, "next": elsewhere})]
        assert "points to another address" in works.one().result
    service.replies = [Reply({}, 302, {"Location": "http://127.0.0.2:9/"})]
    assert "it answered 302" in works.one().result
    service.replies = [Reply({**page, "next": "/api/v1/dogs"})] * 3
    assert "gives the same page again and again" in works.one().result
    works.source("intel", DOGS.replace("PAGING", PAGING["page"]), HEAD)
    service.replies = [Reply({"data": {"items": [dog(1), dog(2)]}})] * 3
    assert "gives the same page again and again" in works.one().result


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://force.example/api", "must begin with https://"),
        ("https://reader:hush@force.example/api", "holds a user or password"),
        ("ftp://force.example", "is no web address"),
        ("http://127.0.0.1:1/api", "it cannot be reached"),
    ],
)
def test_addresses(works: Works, address: str, words: str) -> None:
    works.connections["intel"] = address
    result = works.one()
    assert words in result.result
    assert "hush" not in result.result


def test_an_answer_without_end_or_without_hurry(
    works: Works, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "LARGEST_BYTES", 1000)
    service.replies = [Reply(b" " * 5000)]
    assert "MiB in one answer" in works.one().result
    monkeypatch.setattr(web, "LARGEST_BYTES", 1 << 20)
    monkeypatch.setattr(web, "PAGE_SECONDS", 0.3)
    service.replies = [Reply(b" " * 5000, pause=0.1, at_once=10)]
    began = time.monotonic()
    assert "it took too long" in works.one().result or time.monotonic() - began < 5
