"""What every kind of source gives the ingest: chunks of columns as they are there, and where it got to."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that is no row at all."""

    place: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, by column: as quick to check as to read, and never the whole source at once."""

    columns: Mapping[str, Sequence[Any]]  # the source's column name to its values, all of one length
    size: int
    place: Callable[[int], str]  # where row i is, in words: "crimes.csv, line 12"
    order: Sequence[str] = ()  # files: each row's place among all, as sortable text
    malformed: Sequence[Malformed] = ()
    file: str = ""  # files: the one these rows are from
    gone: Sequence[tuple[Any, str]] = ()  # rows taken away: what their ref is made from, and their place among all


def part(chunk: Chunk, positions: Sequence[int]) -> Chunk:
    """Some rows of a chunk, without what was malformed."""
    return Chunk(
        columns={name: [values[i] for i in positions] for name, values in chunk.columns.items()},
        size=len(positions),
        place=lambda i: chunk.place(positions[i]),
        order=[chunk.order[i] for i in positions] if chunk.order else (),
        file=chunk.file,
    )


def listed(names: Sequence[str], most: int = 40) -> str:
    """Names in words, not more of them than one can read."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as it was when it was read. Same size and time, or else same digest: not read again."""

    name: str
    size: int
    modified_ns: int
    digest: str
    revision: int  # how often a file of that name has been read


@dataclass(slots=True)
class Progress:
    """Where a reading got to; whole once its chunks are exhausted."""

    watermark: str | None = None  # for the next load, as data_access.sources.watermark writes it
    event_at: datetime | None = None  # newest source event that the reading itself knows of
    files: list[SeenFile] = field(default_factory=list)
    replaced: set[str] = field(default_factory=set)  # names of files whose earlier content was loaded before


class Reading(Protocol):
    """One look at a source.

    Raises SourceUnavailable when it cannot be read and BatchRefused when it is not what was mapped.
    """

    progress: Progress
    total: int | None  # rows to come, where that is cheap to know
    is_whole: bool  # everything there is comes, so that rows which do not come have gone; sure once all were taken

    def chunks(self) -> Generator[Chunk]: ...

    def before(self, name: str) -> Iterator[Chunk]: ...

    def cancel(self) -> None:
        """Ends a look that takes too long, from another thread: whoever waits for rows gets an error soon."""
        ...
