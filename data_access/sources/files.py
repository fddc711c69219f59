"""Reads a folder of .csv, .csv.gz and .xlsx, in order of their names, each file again only when it is different."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from cspdash.domain.errors import BatchRefused, SourceUnavailable
from data_access.mapped import DatasetMapping
from data_access.sources import workbooks
from data_access.sources.reading import Chunk, Malformed, Progress, SeenFile, listed
from data_access.sources.workbooks import SheetRows

MOST_LINES = 100  # one row over more lines than this is a quotation mark that was never closed
MOST_COLUMNS = 16_384  # as a workbook has at most
_LONGEST_TEXT = 500


class FilesReading:
    """One look at the files of a mapping. `known` are those read before; `everything` reads them all again."""

    def __init__(
        self,
        folder: Path,
        mapping: DatasetMapping,
        title: str,
        known: Mapping[str, SeenFile],
        chunk_rows: int,
        *,
        everything: bool = False,
    ) -> None:
        self.mapping, self.title, self.known, self.chunk_rows = mapping, title, known, chunk_rows
        self.everything = everything
        self.progress = Progress()
        self.total: int | None = None
        self.is_whole = False  # each file says for itself which rows it lost
        self._is_cancelled = False
        with self._readable(folder.name):
            if not folder.is_dir():
                raise SourceUnavailable(f"{title} could not be read: there is no folder {folder.name}")
            found = [path for path in folder.glob(mapping.files) if path.is_file() and not is_a_draft(path.name)]
            self.paths = sorted(found, key=lambda path: path.name)
        if not self.paths and not known:
            raise SourceUnavailable(f"{title} has no file {mapping.files} in its folder {folder.name} yet")

    def chunks(self) -> Generator[Chunk]:
        """The rows of new and different files."""
        for path in self.paths:
            with self._readable(path.name):
                seen = self._different(path)
                if seen is None:
                    continue
                if path.name in self.known:
                    self.progress.replaced.add(path.name)
                yield from self._chunks_of(path, seen)
                self.progress.files.append(seen)
                at = datetime.fromtimestamp(seen.modified_ns / 1e9, UTC)
                self.progress.event_at = max(at, self.progress.event_at or at)

    def cancel(self) -> None:
        """Stops before the next rows."""
        self._is_cancelled = True

    def before(self, name: str) -> Iterator[Chunk]:
        """The rows of files that come before this one, as they were read last: one of them may hold what it lost."""
        read = {**self.known, **{seen.name: seen for seen in self.progress.files}}
        for path in self.paths:
            if path.name < name and path.name in read:
                with self._readable(path.name):
                    yield from self._chunks_of(path, read[path.name])

    def _different(self, path: Path) -> SeenFile | None:
        """What to note of a file that must be read; None for one that is as it was."""
        status = path.stat()
        before = self.known.get(path.name)
        if before and not self.everything and (before.size, before.modified_ns) == (status.st_size, status.st_mtime_ns):
            return None
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        revision = before.revision if before else 0
        if before and not self.everything and before.digest == digest:
            self.progress.files.append(SeenFile(path.name, status.st_size, status.st_mtime_ns, digest, revision))
            return None
        return SeenFile(path.name, status.st_size, status.st_mtime_ns, digest, revision + 1)

    @contextmanager
    def _readable(self, name: str) -> Iterator[None]:
        try:
            yield
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise BatchRefused(f"{name} is not a whole gzip file: perhaps it is still being written.") from None
        except UnicodeError:
            raise BatchRefused(f"{name} is not written in {self.mapping.encoding}.") from None
        except OSError as error:
            raise SourceUnavailable(f"{self.title} could not be read: {name}: {error.strerror or error}") from None

    def _chunks_of(self, path: Path, seen: SeenFile) -> Iterator[Chunk]:
        with self._rows_of(path) as lines:
            word, positions = lines.row_word, self._positions(path.name, lines.header())
            while rows := lines.take(self.chunk_rows):
                if self._is_cancelled:
                    raise SourceUnavailable(f"{self.title} could not be read: {path.name} took too long")
                by_position = list(zip(*rows, strict=True))
                numbers = lines.numbers
                yield Chunk(
                    columns={name: by_position[position] for name, position in positions.items()},
                    size=len(rows),
                    place=lambda i, numbers=numbers: f"{path.name}, {word} {numbers[i]}",  # type: ignore[misc]
                    order=[f"{seen.name}\t{seen.revision:06d}\t{number:09d}" for number in numbers],
                    malformed=lines.malformed,
                    file=seen.name,
                )
            # Also without rows: whoever reads learns that the file was looked at.
            nothing: dict[str, Any] = dict.fromkeys(positions, ())
            yield Chunk(nothing, 0, lambda _: "", malformed=lines.malformed, file=seen.name)

    @contextmanager
    def _rows_of(self, path: Path) -> Iterator[Lines | SheetRows]:
        if path.suffix.lower() in workbooks.ENDINGS:
            yield SheetRows(path, self.mapping.sheet)
            return
        with text_of(path, self.mapping.encoding) as stream:
            yield Lines(path.name, csv.reader(stream, delimiter=self.mapping.delimiter, strict=True))

    def _positions(self, name: str, header: list[str]) -> dict[str, int]:
        """Where in a row each mapped column is."""
        if len(header) > MOST_COLUMNS:
            raise BatchRefused(f"{name} has {len(header):,} columns; with more than {MOST_COLUMNS:,} it is no table.")
        for wanted in self.mapping.source_columns:
            if header.count(wanted) != 1:
                words = f"has no column {wanted!r}" if wanted not in header else f"has {wanted!r} twice"
                raise BatchRefused(f"{name} {words}; its columns are {listed(header)}.")
        return {wanted: header.index(wanted) for wanted in self.mapping.source_columns}


def is_a_draft(name: str) -> bool:
    """Whether this is what Office keeps beside a workbook that somebody has open, or a file that is hidden."""
    return name.startswith(("~$", "."))


@contextmanager
def text_of(path: Path, encoding: str) -> Iterator[IO[str]]:
    """The file's text, unpacked if it ends in .gz. Bytes that are no text come as lone surrogates (convert.as_text)."""
    with path.open("rb") as raw:
        unpacked: Any = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
        with io.TextIOWrapper(unpacked, encoding=encoding, errors="surrogateescape", newline="") as stream:
            yield stream


class Lines:
    """Rows of one file. Blank lines are passed over; a line that is no row is set aside in `malformed`."""

    row_word = "line"

    def __init__(self, name: str, reader: Any) -> None:
        self.name, self.reader = name, reader
        self.width = 0
        self.numbers: list[int] = []
        self.malformed: list[Malformed] = []

    def header(self) -> list[str]:
        row = self._next()
        while row is not None and not any(row):
            row = self._next()
        if row is None:
            raise BatchRefused(f"{self.name} is empty: it has no line with the names of its columns.")
        self.width = len(row)
        return [name.strip() for name in row]

    def take(self, most: int) -> list[list[str]]:
        """Up to so many rows; `numbers` and `malformed` are theirs."""
        rows: list[list[str]] = []
        self.numbers, self.malformed = [], []
        while len(rows) < most and (row := self._next()) is not None:
            if len(row) == self.width:
                rows.append(row)
                self.numbers.append(self.reader.line_num)
            elif len(row) > 1 or any(map(str.strip, row)):
                self._set_aside(f"has {len(row)} values where the header has {self.width} columns", row)
        return rows

    def _next(self) -> list[str] | None:
        while True:
            before = self.reader.line_num
            try:
                row: list[str] | None = next(self.reader, None)
            except csv.Error as error:
                if self.reader.line_num - before > 1 or "end of data" in str(error):
                    raise self._unclosed(before) from None
                self._set_aside(f"is no row: {error}", [])
                continue
            if self.reader.line_num - before > MOST_LINES:
                raise self._unclosed(before)
            return row

    def _unclosed(self, line: int) -> BatchRefused:
        words = "a quotation mark is opened and not closed, so that rows after it would be lost"
        return BatchRefused(f"{self.name}, line {line + 1}: {words}.")

    def _set_aside(self, reason: str, row: list[str]) -> None:
        shown = json.dumps(row, ensure_ascii=False).encode(errors="replace").decode()[:_LONGEST_TEXT]
        self.malformed.append(Malformed(f"{self.name}, line {self.reader.line_num}", reason, shown))
