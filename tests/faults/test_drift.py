"""T-DRIFT: what a source gives changes its shape overnight. It is refused or quarantined, yesterday's rows stay, and the
reason is said in plain words; what does no harm goes through."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.support.graph_server import CLIENT, SECRET, SITE_ADDRESS, TENANT, GraphList, GraphServer
from tests.support.loopback import Asked, Reply, make_certificate, served
from tests.support.works import Works

ROWS = 60
Row = dict[str, Any]
YESTERDAY: list[Row] = [{"id": f"d{n}", "name": f"Café {n}", "legs": n % 5, "born": "2026-11-22"} for n in range(ROWS)]
MAPPING = '[dataset.columns]\nref = "id"\nname = "name"\nlegs = "legs"\nborn_on = "born"\n'
SITE = f'tenant = "{TENANT}"\nclient_id = "{CLIENT}"\ncredential = "hub"\nsite = "{SITE_ADDRESS}"'
KINDS = ("sql", "csv", "xlsx", "graph", "http")


@dataclass
class Source:
    """One source of a kind, which `give` makes hold these rows."""

    works: Works
    kind: str
    stack: ExitStack
    rows: list[Row] = field(default_factory=list)
    encoding: str = "utf-8"
    graph: GraphServer = field(default_factory=lambda: GraphServer({"Dogs": GraphList([])}, page=100))

    def declare(self) -> None:
        head, mapping = {
            "sql": ('kind = "sql"', 'table = "dogs"'),
            "csv": ('kind = "files"\nfolder = "drops"', 'files = "*.csv"'),
            "xlsx": ('kind = "files"\nfolder = "drops"', 'files = "*.xlsx"'),
            "http": ('kind = "http"\nconnection = "service"', 'path = "/dogs"'),
            "graph": (
                f'kind = "sharepoint"\n{SITE}\nca_file = "loopback.pem"',
                'list = "Dogs"',
            ),
        }[self.kind]
        self.works.source("dogs", f'[[dataset]]\ndataset = "dog"\n{mapping}\n{MAPPING}', head)
        if self.kind == "http":
            self.works.connections["service"] = self.stack.enter_context(served(self.service))
        if self.kind == "graph":
            self.graph.address = self.stack.enter_context(served(self.graph, make_certificate(self.works.home)))
            self.works.connections |= {"graph": f"{self.graph.address}/v1.0", "graph_login": self.graph.address}
            self.works.credentials["hub"] = SECRET

    def service(self, _: Asked) -> Reply:
        text = json.dumps(self.rows, ensure_ascii=False)
        return Reply(text.encode(self.encoding))

    def give(self, rows: list[Row], columns: list[str] | None = None, encoding: str = "utf-8") -> None:
        self.rows, self.encoding = rows, encoding
        names = columns or list(rows[0])
        match self.kind:
            case "sql":
                made = ["drop table if exists dogs", f"create table dogs ({', '.join(names)})"]
                add = f"insert into dogs values ({', '.join('?' * len(names))})"  # noqa: S608  names and marks of our own
                self.works.sql("dogs", *made, *([add] if rows else []), rows=[tuple(row.values()) for row in rows])
            case "csv":
                out = io.StringIO()
                writer = csv.writer(out)
                writer.writerows([names, *(list(row.values()) for row in rows)])
                self.works.file("dogs.csv", out.getvalue().encode(encoding))
            case "xlsx":
                self.write_workbook(names, rows)
            case "graph":
                self.write_list(names, rows)

    def write_workbook(self, names: list[str], rows: list[Row]) -> None:
        path = self.works.home / "drops" / "dogs.xlsx"
        path.parent.mkdir(exist_ok=True)
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, names)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, list(row.values()))
        book.close()

    def write_list(self, names: list[str], rows: list[Row]) -> None:
        """The list as it is now, and no memory of how it came to be: the reader is told to begin anew."""
        found = self.graph.lists["Dogs"]
        found.columns = [name for name in names if name != "id"]
        found.items.clear()
        for row in rows:
            self.graph.put("Dogs", row["id"], **{name: value for name, value in row.items() if name != "id"})
        self.graph.forget("Dogs")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def renamed(row: Row) -> Row:
    return {("title" if name == "name" else name): value for name, value in row.items()}


def without(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "name"}


Drift = Callable[[Source], None]
DRIFTS: dict[str, tuple[Drift, tuple[str, ...], str]] = {  # what is given, kinds it can happen to, what is said of it
    "column dropped": (lambda s: s.give([*map(without, YESTERDAY)]), KINDS, r"has (no column|a) 'name'"),
    "column renamed": (lambda s: s.give([*map(renamed, YESTERDAY)]), KINDS, r"has (no column|a) 'name'"),
    "column retyped": (
        lambda s: s.give([{**row, "legs": "four"} for row in YESTERDAY]), KINDS, r"60 of 60 rows were refused.*'four' is not",
    ),
    "days written otherwise": (
        lambda s: s.give([{**row, "born": "11/22/2026"} for row in YESTERDAY]), KINDS, r"60 of 60 rows .*is not a date",
    ),
    "column new": (lambda s: s.give([{**row, "colour": "red"} for row in YESTERDAY]), KINDS, ""),
    "columns in another order": (lambda s: s.give([dict(reversed(row.items())) for row in YESTERDAY]), KINDS, ""),
    "byte order mark": (lambda s: s.give(YESTERDAY, encoding="utf-8-sig"), ("csv",), ""),
    "byte order mark, JSON": (lambda s: s.give(YESTERDAY, encoding="utf-8-sig"), ("http",), ""),
    "latin-1": (lambda s: s.give(YESTERDAY, encoding="latin-1"), ("csv",), r"60 of 60 rows were refused.*not in the encoding"),
    "latin-1, JSON": (lambda s: s.give(YESTERDAY, encoding="latin-1"), ("http",), "not JSON"),
    "a million columns": (
        lambda s: s.give(YESTERDAY[:1], [*YESTERDAY[0], *(f"c{n}" for n in range(10**6))]), ("csv",), r"has 1,000,004 columns",
    ),
    "a million columns, JSON": (
        lambda s: s.give([{f"c{n}": 1 for n in range(10**6)}]), ("http",), r"no row has a 'born'|no row has",
    ),
    "no rows": (lambda s: s.give([], list(YESTERDAY[0])), KINDS, r"is empty, and 60 rows|no longer has 60 of the 60"),
    "half the rows": (lambda s: s.give(YESTERDAY[::2]), KINDS, r"no longer has 30 of the 60 rows"),
    "a few rows bad": (
        lambda s: s.give([{**row, "legs": "x"} if n < 3 else row for n, row in enumerate(YESTERDAY)]), KINDS, "",
    ),
}  # fmt: skip
CASES = [(kind, drift) for drift, (_, kinds, _) in DRIFTS.items() for kind in kinds]


def figures(works: Works) -> dict[str, tuple[Any, ...]]:
    """What the rows say, and nothing of when or from where they were read."""
    return {ref: tuple(row[name] for name in ("name", "legs", "born_on")) for ref, row in works.rows().items()}


@pytest.mark.parametrize("kind", KINDS)
def test_yesterday_stays(kind: str, tmp_path: Path, stack: ExitStack, capsys: pytest.CaptureFixture[str]) -> None:
    works = Works.open(tmp_path, max_refused_percent=10)
    stack.callback(works.engine.dispose)
    source = Source(works, kind, stack)
    source.declare()
    source.give(YESTERDAY)
    assert works.one().result == "ok"
    yesterday, tried, lost, wrong = figures(works), 0, 0, 0
    assert len(yesterday) == ROWS

    for drift in (drift for each, drift in CASES if each == kind):
        give, _, said = DRIFTS[drift]
        give(source)
        result = works.one()
        now, tried = figures(works), tried + 1
        lost += len(yesterday.keys() - now.keys())
        wrong += sum(now.get(ref) != row for ref, row in yesterday.items())
        assert result.ok == (said == ""), f"{drift}: {result.result[:300]}"
        assert re.search(said, result.result), f"{drift}: {result.result[:300]}"
        assert len(result.result) < 1500, "plain words, not a thousand names"
        if drift == "a few rows bad":
            assert {row["ref"] for row in works.table("quarantine")} == {"d0", "d1", "d2"}
        source.give(YESTERDAY)
        assert works.one().result == "ok", f"well again after {drift}"
        assert figures(works) == yesterday

    with capsys.disabled():
        print(f"\nT-DRIFT {kind}: {tried} cases tried, rows lost {lost}, wrong figures shown {wrong}")
    assert (lost, wrong) == (0, 0)


def test_every_drift_is_tried_on_every_kind_it_can_happen_to() -> None:
    assert {drift for _, drift in CASES} == DRIFTS.keys()
    assert len(CASES) == len(set(CASES)) >= 45
