"""Databases and services of sources as one run opens them: each once, and one that does not answer is not asked again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from cspdash.domain.errors import SourceUnavailable
from data_access.mapped import Source
from data_access.sources.graph import site_of
from data_access.sources.http import client_of
from data_access.sources.sharepoint import SharePointSite
from data_access.sources.sql import in_words, open_source
from data_access.sources.web import WebClient


class Access(Protocol):
    """What opening a source needs: where the deployment is, and its secrets by name."""

    @property
    def home(self) -> Path: ...
    @property
    def connections(self) -> Mapping[str, str]: ...
    @property
    def credentials(self) -> Mapping[str, str]: ...


class OpenSources:
    """Engines by source. `stays_open`: for asking again and again, with a connection that is kept in between."""

    def __init__(self, access: Access, *, stays_open: bool = False) -> None:
        self.access, self.stays_open = access, stays_open
        self._engines: dict[str, Engine] = {}
        self._sites: dict[str, SharePointSite] = {}
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

    def client(self, source: Source) -> WebClient:
        """Who asks a web service; its connections are kept, its time begins anew."""
        return client_of(source, self._url(source), self.access.credentials)

    def site(self, source: Source) -> SharePointSite:
        """A SharePoint site, and with it the token that lets us in, for as long as this is open."""
        if source.name not in self._sites:
            self._sites[source.name] = site_of(source, self.access.connections, self.access.credentials)
        return self._sites[source.name]

    def _url(self, source: Source) -> str:
        url = self.access.connections.get(source.connection)
        if not url:
            variable = f"CSPDASH_CONNECTION_{source.connection.upper()}"
            raise SourceUnavailable(f"{source.title} has no connection {source.connection!r}: set {variable}.")
        return url

    def _opened(self, source: Source) -> Engine:
        url = self._url(source)
        engine = open_source(url, self.access.home, source.title, stays_open=self.stays_open)
        with in_words(source.title), engine.connect():
            return engine

    def forget(self) -> None:
        """Tries again, next time, what did not answer."""
        self._down.clear()

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        for site in self._sites.values():
            site.client.close()
