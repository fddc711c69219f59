"""Databases of sources as one run opens them: each once, and one that does not answer is not asked again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine

from cspdash.domain.errors import SourceUnavailable
from data_access.mapped import Source
from data_access.sources.sql import in_words, open_source


class OpenSources:
    """Engines by source. `connections` maps a connection's name to its URL."""

    def __init__(self, connections: Mapping[str, str], home: Path) -> None:
        self._connections, self._home = connections, home
        self._engines: dict[str, Engine] = {}
        self._down: dict[str, str] = {}

    def engine(self, source: Source) -> Engine:
        """The source's engine, tried once. Raises SourceUnavailable, at once where it was raised before."""
        if source.name in self._down:
            raise SourceUnavailable(self._down[source.name])
        if source.name not in self._engines:
            try:
                self._engines[source.name] = self._opened(source)
            except SourceUnavailable as error:
                self._down[source.name] = str(error)
                raise
        return self._engines[source.name]

    def _opened(self, source: Source) -> Engine:
        url = self._connections.get(source.connection)
        if not url:
            variable = f"CSPDASH_CONNECTION_{source.connection.upper()}"
            raise SourceUnavailable(f"{source.title} has no connection {source.connection!r}: set {variable}.")
        engine = open_source(url, self._home, source.title)
        with in_words(source.title), engine.connect():
            return engine

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
