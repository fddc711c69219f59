"""Reads JSON from a web service, page by page; with a parameter for it, only what changed."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from cspdash.domain.errors import BatchRefused, SourceUnavailable
from data_access.mapped import DatasetMapping, Source, plain
from data_access.places import Pages, WebAccess
from data_access.sources.fields import ABSENT, cell, dig
from data_access.sources.reading import Chunk, Progress, listed
from data_access.sources.watermark import Clock, refuse_day_first
from data_access.sources.web import Headers, WebClient

MOST_PAGES = 100_000


class HttpReading:
    """One look at the pages of a mapping. `since` is the kept watermark; None reads everything."""

    def __init__(self, client: WebClient, mapping: DatasetMapping, title: str, clock: Clock, since: str | None) -> None:
        assert mapping.pages is not None
        self.client, self.mapping, self.title, self.clock = client, mapping, title, clock
        self.pages: Pages = mapping.pages
        self.progress = Progress(watermark=since)
        self.total: int | None = None
        self.is_whole = since is None
        self._since = since
        self._unseen = set(mapping.source_columns) - set(self.pages.absent)
        self._fields: dict[str, None] = {}  # of the first rows, for messages

    def chunks(self) -> Generator[Chunk]:
        """The rows of every page; moves the watermark on."""
        newest: Any = None
        count = 0
        for rows in self._every_page():
            if not rows:
                continue
            columns = self._columns(rows)
            if self.mapping.watermark:
                values = columns[self.mapping.watermark]
                refuse_day_first(next(filter(None, values), None))
                newest = self.clock.newest([newest, *values])
            yield Chunk(columns, len(rows), self._place(count))
            count += len(rows)
        if count and self._unseen:
            missing = sorted(self._unseen)[0]
            words = (
                f"{self.title}, {self.mapping.place}: no row has a {missing!r}; they have {listed(list(self._fields))}."
            )
            raise BatchRefused(f"{words} If rows leave it out while it is empty, name it under absent.")
        if newest is not None:
            self.progress.watermark = self.clock.kept(newest)
            self.progress.event_at = self.clock.instant(newest)

    def before(self, name: str) -> Iterator[Chunk]:  # noqa: ARG002  files have an order, pages have not
        """Nothing."""
        return iter(())

    def cancel(self) -> None:
        self.client.close()

    # --- pages ---
    def _every_page(self) -> Iterator[list[Any]]:
        pages, seen = self.pages, set()
        url, params = self.client.url(pages.path), self._first_params()
        for number in range(MOST_PAGES):
            answer = self.client.get(url, params)
            rows = dig(answer.content, pages.rows)
            if not isinstance(rows, list):
                where = f"at {pages.rows!r}" if pages.rows else "as the whole answer"
                raise BatchRefused(f"{self.title}, {self.mapping.place}, has no list of rows {where}.")
            yield rows
            step = self._next(answer.content, answer.next_link, rows)
            if step is None:
                return
            mark = step or hashlib.sha256(repr(rows).encode(errors="replace")).hexdigest()
            if mark in seen:
                raise BatchRefused(f"{self.title}, {self.mapping.place}, gives the same page again and again.")
            seen.add(mark)
            url, params = self._turned(url, params, step, number)
        raise BatchRefused(f"{self.title}, {self.mapping.place}, has more than {MOST_PAGES:,} pages.")

    def _first_params(self) -> dict[str, str]:
        pages, params = self.pages, dict(self.pages.params)
        if pages.size_param:
            params[pages.size_param] = str(pages.size)
        if pages.paging in ("page", "offset"):
            params[pages.page_param] = str(pages.first_page if pages.paging == "page" else 0)
        if self._since is not None:
            start = self.clock.start(self._since, self.mapping.overlap)
            params[pages.since] = start if isinstance(start, str) else plain(start)
        return params

    def _next(self, content: Any, link: str, rows: list[Any]) -> str | None:
        """What says where the next page is, "" where only its number does; None after the last."""
        match self.pages.paging:
            case "none":
                return None
            case "next" | "cursor":
                found = link if self.pages.next == "Link" else dig(content, self.pages.next)
                return None if found in (ABSENT, None, "", False) else plain(found)
        is_last = not rows or (self.pages.size and len(rows) < self.pages.size)
        return None if is_last else ""

    def _turned(self, url: str, params: dict[str, str], step: str, number: int) -> tuple[str, dict[str, str]]:
        match self.pages.paging:
            case "next":
                return step, {}
            case "cursor":
                return url, {**params, self.pages.page_param: step}
            case "page":
                return url, {**params, self.pages.page_param: str(self.pages.first_page + number + 1)}
        return url, {**params, self.pages.page_param: str((number + 1) * self.pages.size)}

    # --- rows ---
    def _columns(self, rows: list[Any]) -> dict[str, list[Any]]:
        if not all(isinstance(row, Mapping) for row in rows):
            raise BatchRefused(f"{self.title}, {self.mapping.place}, gives rows that are no objects.")
        if len(self._fields) < 1000:
            self._fields.update(dict.fromkeys(map(str, rows[0])))
        columns = {}
        for name in self.mapping.source_columns:
            found = [dig(row, name) for row in rows]
            if name in self._unseen and any(value is not ABSENT for value in found):
                self._unseen.remove(name)
            columns[name] = [cell(value) for value in found]
        return columns

    def _place(self, before: int) -> Any:
        return lambda i: f"{self.mapping.place}, row {before + i + 1}"


def client_of(source: Source, address: str, credentials: Mapping[str, str]) -> WebClient:
    """Who asks this source. Raises SourceUnavailable where its secret is not set."""
    return WebClient(address, source.title, headers_of(source.web, source.title, credentials), source.web.ca_file)


def headers_of(web: WebAccess, title: str, credentials: Mapping[str, str]) -> Headers:
    if web.auth == "none":
        return lambda _: {}
    secret = secret_of(web.credential, title, credentials)
    if web.auth == "basic":
        made = {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}
    else:
        made = {"Authorization": f"Bearer {secret}"} if web.auth == "bearer" else {web.header: secret}
    return lambda _: made


def secret_of(name: str, title: str, credentials: Mapping[str, str]) -> str:
    secret = credentials.get(name, "")
    if not secret:
        raise SourceUnavailable(f"{title} has no credential {name!r}: set CSPDASH_CREDENTIAL_{name.upper()}.")
    if not secret.isprintable():
        raise SourceUnavailable(f"{title}: the credential {name!r} holds characters that no header can.")
    return secret
