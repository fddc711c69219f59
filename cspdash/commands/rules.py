"""`cspdash rules explain`: the clocks of records that are handed in, worked out as an ingest would; no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cspdash.commands.explained import Shape
from cspdash.commands.place import FAILED, OK, Place
from cspdash.commands.tables import plain
from cspdash.domain.clocks import Clocks, load_clocks
from cspdash.domain.datasets import Dataset, load_datasets
from cspdash.domain.errors import BadFilter
from cspdash.domain.periods import Moment
from cspdash.domain.standing.clock import Standing
from cspdash.domain.standing.of_record import standings
from cspdash.domain.wording import time_text
from cspdash.settings import FILE_NAME
from data_access.json_lines import JsonLines, Record
from data_access.mapping import did_you_mean

WIDTH = 120
_ZONE = "Europe/London"  # where no deployment says otherwise


@dataclass(frozen=True)
class Rules:
    """What explains a record: a deployment's, or the packaged."""

    datasets: Mapping[str, Dataset]
    clocks: Clocks
    zone: ZoneInfo

    @classmethod
    def of(cls, place: Place) -> Rules:
        """Those of the folder given, or of this one if it is a deployment; else the packaged ones."""
        if place.home is None and not Path(FILE_NAME).is_file():
            return packaged()
        settings = place.settings()
        zone = ZoneInfo(settings.force_timezone)
        clocks = load_clocks(zone, [settings.home], settings.bank_holiday_additions)
        return cls(load_datasets([settings.home / "datasets"]), clocks, zone)

    def dataset(self, name: str) -> Dataset:
        """Raises BadFilter."""
        if name not in self.datasets:
            known = [each.name for each in self.datasets.values() if each.kind == "record"]
            raise BadFilter(f"There is no dataset {name[:40]!r}. {did_you_mean(name[:40], known)}")
        return self.datasets[name]


@lru_cache(maxsize=1)
def packaged() -> Rules:
    """What the package ships."""
    zone = ZoneInfo(_ZONE)
    return Rules(load_datasets(), load_clocks(zone, (), ()), zone)


def explain(place: Place, name: str, file: Path | None, at: str, shape: Shape) -> int:
    """Prints every derived column of every record and its reason; problems go to standard error, with their line."""
    rules = Rules.of(place)
    dataset = rules.dataset(name)
    now = datetime.now(UTC)
    moment = moment_of(at, rules.zone, now)
    lines = JsonLines(dataset, rules.datasets, rules.clocks, rules.zone, max(now, moment.at))
    source = str(file) if file else "standard input"
    bad = 0
    with _lines(file) as given:
        if shape is Shape.table:
            place.out.print(f"{dataset.title}, judged at {time_text(moment.at, rules.zone)}", highlight=False)
        for found in lines.read(given):
            if isinstance(found, Record):
                _show(place.out, shape, dataset, found, moment)
            else:
                bad += 1
                for problem in found:
                    print(printable(f"{source}, {problem}"), file=sys.stderr)
    if bad:
        word = "record was" if bad == 1 else "records were"
        place.say(f"{bad} {word} not explained; the rest stands.")
    return FAILED if bad else OK


def moment_of(text: str, zone: ZoneInfo, now: datetime) -> Moment:
    """The moment to judge at: now; the end of a local day; an instant, local unless it carries a zone. Raises BadFilter."""
    if not text:
        return Moment.live(now, zone)
    wrong = f"--at {printable(text[:40])!r} is not a day or time such as 2024-03-27 or 2024-03-27T14:05."
    try:
        found = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError:
        raise BadFilter(wrong) from None
    if not 1901 <= found.year <= 2199:
        raise BadFilter(f"{wrong} The year must lie between 1901 and 2199.")
    if not isinstance(found, datetime):
        return Moment.of_day(found, zone)
    at = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    return Moment(at.astimezone(zone).date(), at, zone)


@contextmanager
def _lines(file: Path | None) -> Iterator[Iterable[str]]:
    """Lines of a file or of standard input; the reader refuses values with bytes that are no UTF-8. Raises BadFilter."""
    if file is None:
        yield (raw.decode(errors="surrogateescape") for raw in sys.stdin.buffer)
        return
    try:
        with file.open(encoding="utf-8", errors="surrogateescape") as opened:
            yield opened
    except OSError as error:
        raise BadFilter(f"{file} cannot be read: {error.strerror}. Name a file of JSON lines.") from error


def _show(out: Console, shape: Shape, dataset: Dataset, record: Record, moment: Moment) -> None:
    found = standings(dataset, {**record.row, **record.derived}, moment)
    if shape is Shape.json:
        out.file.write(json.dumps(as_json(dataset, record, found, moment), ensure_ascii=False) + "\n")
        return
    table = _table(min(out.width, WIDTH), record, found)
    if out.is_terminal:
        out.print(table)
        return
    with out.capture() as captured:
        out.print(table)
    out.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def _table(width: int, record: Record, found: Iterable[Standing]) -> Table:
    """A clock a row, and below it what it explains."""
    table = Table(box=None, show_header=False, pad_edge=False, width=width)
    table.add_column(width=22, overflow="fold")
    table.add_column(width=14, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    table.add_row(Text(printable(str(record.row["ref"])), "bold"), f"line {record.line}", "")
    for each in found:
        table.add_row(Text(each.clock), Text(each.state), Text(printable(each.words)))
        facts = [name for name in each.columns if not _is_told(record.derived[name], each.sentence)]
        columns = "  ".join(f"{name}={_short(record.derived[name])}" for name in facts)
        table.add_row("", "", Text(printable(columns), "dim"))
    if table.row_count == 1:
        table.add_row("", "", "This dataset has no rule, so nothing is worked out.")
    return table


def as_json(dataset: Dataset, record: Record, found: Iterable[Standing], moment: Moment) -> dict[str, Any]:
    """Derived columns by name; under `clocks`, what explains which of them; `reason` is all of it to be read out."""
    clocks = list(found)
    return {
        "line": record.line,
        "dataset": dataset.name,
        "ref": record.row["ref"],
        "at": moment.at.isoformat(timespec="seconds"),
        **{name: _plain(value) for name, value in record.derived.items()},
        "reason": " ".join(each.words for each in clocks if each.words),
        "missing": [each.missing for each in clocks if each.missing],
        "clocks": [
            {
                "clock": each.clock,
                "state": each.state,
                "sentence": each.sentence,
                "judged": each.judged,
                "due": _plain(each.due),
                "missing": each.missing,
                "authority": each.authority,
                "columns": list(each.columns),
            }
            for each in clocks
        ],
    }


def _is_told(value: Any, sentence: str) -> bool:
    """Whether a derived column is a sentence that stands there already."""
    return isinstance(value, str) and len(value) > len("STL_S127") and value in sentence


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _short(value: Any) -> str:
    """A derived value beside its name; sentences are told already."""
    text = plain(_plain(value))
    return text if len(text) <= 32 else f"{text[:31]}…"


def printable(text: str) -> str:
    """Text of somebody else's without what would move the cursor or colour the screen."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
