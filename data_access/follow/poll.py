"""One look at one source, in a thread of its own: a source that hangs keeps nobody waiting but itself."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from cspdash.domain.errors import BatchRefused, SourceUnavailable
from data_access.follow.spool import Spool
from data_access.load import job_at, open_reading
from data_access.loading import Job, Workplace
from data_access.mapped import DatasetMapping, Source
from data_access.sources.reading import Chunk, Reading
from data_access.state import Memory

Print = tuple[str | None, datetime, bytes]  # watermark remembered, last instant that can be true, what was read
SPOOL = "reading"  # folder in the deployment's data folder


@dataclass(slots=True)
class Look:
    """One mapping as it was read. Without `reading` there is an error: of the source, or of our own database."""

    source: Source
    mapping: DatasetMapping
    job: Job | None = None
    reading: Reading | None = None
    spool: Spool | None = None
    seconds: float = 0.0
    error: SourceUnavailable | BatchRefused | SQLAlchemyError | None = None
    is_same: bool = False  # exactly what was read and written before
    digest: bytes = b""

    def close(self) -> None:
        if self.spool is not None:
            self.spool.close()

    @property
    def print(self) -> Print | None:
        """What a later look is compared with, once this one is written."""
        if self.job is None or self.reading is None or not self.digest:
            return None
        return self.job.kept_watermark(self.reading.progress.watermark), self.job.latest, self.digest


Given = Callable[["Poll", "Look | None"], None]  # a mapping was read; None: that was all


@dataclass(slots=True)
class Poll:
    """A look under way. `give` is called in the poll's own thread."""

    place: Workplace
    source: Source
    mappings: Sequence[DatasetMapping]
    prints: Mapping[str, Print]
    give: Given
    began: float = field(default_factory=time.monotonic)
    beat: float = field(default_factory=time.monotonic)  # when something last came
    read: list[DatasetMapping] = field(default_factory=list)
    thread: threading.Thread | None = None
    is_over: bool = False
    _reading: Reading | None = None
    _memories: dict[tuple[str, str], Memory] | None = None

    def start(self) -> None:
        self.thread = threading.Thread(target=self._run, name=f"source {self.source.name}", daemon=True)
        self.thread.start()

    def unread(self) -> list[DatasetMapping]:
        return [mapping for mapping in self.mappings if mapping not in self.read]

    def cancel(self) -> None:
        """Ends the look; what it still gives is of no interest. A driver's own cancel may hang, so nobody waits for it."""
        self.is_over = True
        if self._reading is not None:
            threading.Thread(target=self._reading.cancel, daemon=True).start()

    def is_alive(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    def _run(self) -> None:
        for mapping in self.mappings:
            if self.is_over:
                break
            look = self._look(mapping)
            self.read.append(mapping)
            self.give(self, look)
        self.give(self, None)
        if self.is_over:  # nobody else uses these connections any more
            self.place.opened.close()

    def _look(self, mapping: DatasetMapping) -> Look:
        look, began = Look(self.source, mapping), time.monotonic()
        self.beat = began
        try:
            look.job = job_at(self.place, self.source, mapping, self._memory(mapping))
            look.reading = self._reading = open_reading(look.job)
            look.spool = Spool(spool_folder(self.place.options.home))
            self._take(look, look.job, look.reading, look.spool)
        except (SourceUnavailable, BatchRefused, SQLAlchemyError) as error:
            look.error = error
        except Exception as error:  # noqa: BLE001  one source's surprise must not end the others
            look.error = SourceUnavailable(f"{self.source.title} could not be read: {type(error).__name__}")
        look.seconds = time.monotonic() - began
        self._reading = None
        return look

    def _memory(self, mapping: DatasetMapping) -> Memory:
        """Of all mappings in one question, when the first is asked for. Another load's coming between is seen on writing."""
        if self._memories is None:
            with self.place.engine.connect() as connection:
                self._memories = self.place.state.recall_source(connection, self.source.name)
        return self._memories.get((mapping.dataset, mapping.name), Memory())

    def _take(self, look: Look, job: Job, reading: Reading, spool: Spool) -> None:
        """Reads everything. What is read for the first time is written anyway, and need not be compared."""
        digest = None if job.is_anew or job.memory.result != "ok" else hashlib.blake2b(digest_size=16)
        with closing(reading.chunks()) as chunks:
            for chunk in chunks:
                self.beat = time.monotonic()
                if self.is_over:
                    raise SourceUnavailable(f"{self.source.title} took too long")
                spool.add(chunk)
                if digest is not None:
                    digest.update(_written(chunk))
        if digest is not None:
            look.digest = digest.digest()
            if mapping_is_still(job, reading, spool):
                look.is_same = True
            elif not job.mapping.files:
                known = self.prints.get(job.mapping.name)
                look.is_same = known == (job.memory.watermark, job.latest, look.digest)


def mapping_is_still(job: Job, reading: Reading, spool: Spool) -> bool:
    """Whether nothing came and nothing is to be remembered."""
    if spool.rows or spool.has_other or reading.is_whole or reading.progress.files:
        return False
    return bool(job.mapping.list_name) or job.kept_watermark(reading.progress.watermark) == job.memory.watermark


def _written(chunk: Chunk) -> bytes:
    return repr((list(chunk.columns.items()), chunk.gone, chunk.malformed, chunk.order)).encode(errors="replace")


def spool_folder(home: Path) -> Path:
    return home / "data" / SPOOL
