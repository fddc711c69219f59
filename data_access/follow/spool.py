"""Rows that were read and wait to be written: some in memory, the rest in a file without a name, as JSON."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from data_access.convert import Unreadable
from data_access.mapped import plain
from data_access.sources.reading import Chunk, Malformed

IN_MEMORY = 50_000  # rows
_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})


class Spool:
    """Takes chunks, gives them back in order, once. `folder` is private to this user and has room for a whole source."""

    def __init__(self, folder: Path, in_memory: int = IN_MEMORY) -> None:
        self._folder, self._room = folder, in_memory
        self._held: list[Chunk] = []
        self._file: IO[str] | None = None
        self.rows = 0
        self.has_other = False  # rows taken away, or lines that are no rows

    def add(self, chunk: Chunk) -> None:
        self.rows += chunk.size
        self.has_other = self.has_other or bool(chunk.gone or chunk.malformed)
        if self._file is None and self.rows <= self._room:
            self._held.append(chunk)
            return
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Without a name it is gone with the process, however that ends.
            self._file = tempfile.TemporaryFile("w+", dir=self._folder, encoding="ascii")  # noqa: SIM115  closed by close()
        self._file.write(json.dumps(_packed(chunk)) + "\n")

    def __iter__(self) -> Iterator[Chunk]:
        """Every chunk; what is given is no longer held."""
        self._held.reverse()
        while self._held:
            yield self._held.pop()
        if self._file is not None:
            self._file.seek(0)
            for line in self._file:
                yield _unpacked(json.loads(line))

    def close(self) -> None:
        self._held.clear()
        if self._file is not None:
            self._file.close()


def _packed(chunk: Chunk) -> dict[str, Any]:
    return {
        "columns": {name: [_is_plain(values), _column(values)] for name, values in chunk.columns.items()},
        "size": chunk.size,
        "places": [chunk.place(i) for i in range(chunk.size)],
        "order": list(chunk.order),
        "malformed": [[bad.place, bad.reason, bad.text] for bad in chunk.malformed],
        "file": chunk.file,
        "gone": [[_tagged(value), place] for value, place in chunk.gone],
    }


def _unpacked(packed: dict[str, Any]) -> Chunk:
    places = packed["places"]
    return Chunk(
        columns={
            name: values if is_plain else [_untagged(each) for each in values]
            for name, (is_plain, values) in packed["columns"].items()
        },
        size=packed["size"],
        place=lambda i: str(places[i]),
        order=packed["order"],
        malformed=[Malformed(*each) for each in packed["malformed"]],
        file=packed["file"],
        gone=[(_untagged(value), place) for value, place in packed["gone"]],
    )


def _is_plain(values: Sequence[Any]) -> bool:
    return _AS_THEY_ARE.issuperset(map(type, values))


def _column(values: Sequence[Any]) -> list[Any]:
    return list(values) if _is_plain(values) else [_tagged(value) for value in values]


def _tagged(value: Any) -> Any:
    """A value as JSON that tells what it was; of what nobody knows, the text that every step would make of it."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, datetime):
        return ["instant", value.isoformat()]
    if isinstance(value, date):
        return ["day", value.isoformat()]
    if isinstance(value, time):
        return ["time", value.isoformat()]
    if isinstance(value, Decimal):
        return ["decimal", str(value)]
    if isinstance(value, bytes | bytearray | memoryview):
        return ["bytes", bytes(value).hex()]
    if isinstance(value, Unreadable):
        return ["unreadable", value.reason]
    return plain(value)


def _untagged(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, text = value
    match kind:
        case "instant":
            return datetime.fromisoformat(text)
        case "day":
            return date.fromisoformat(text)
        case "time":
            return time.fromisoformat(text)
        case "decimal":
            return Decimal(text)
        case "unreadable":
            return Unreadable(text)
    return bytes.fromhex(text)
