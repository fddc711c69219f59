"""Reads a SharePoint list through Microsoft Graph: at first all of it, then what Graph says has changed or gone."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from cspdash.domain.errors import BatchRefused
from data_access.mapped import DatasetMapping, plain
from data_access.sources.fields import cell, dig
from data_access.sources.reading import Chunk, Progress, listed
from data_access.sources.web import WebClient

OF_THE_ITEM = ("id", "createdDateTime", "lastModifiedDateTime", "webUrl")  # beside the list's own columns
_GONE = 410  # the place we were at is forgotten: everything is to be read again
_MOST_RESTARTS = 3


@dataclass
class SharePointSite:
    """One site, asked by its id, which is looked up once."""

    client: WebClient
    address: str
    title: str
    _id: str = field(default="", init=False)

    def path(self, rest: str) -> str:
        if not self._id:
            found = self.client.get(self.client.url(f"sites/{quote(self.address, safe=':/,')}")).content
            self._id = plain(dig(found, "id"))
        return self.client.url(f"sites/{quote(self._id, safe=',')}/{rest}")


class ListReading:
    """One look at a list. `since` is where Graph said to go on; None reads everything. `number` is that of the load."""

    def __init__(
        self, site: SharePointSite, mapping: DatasetMapping, title: str, since: str | None, number: str
    ) -> None:
        self.site, self.mapping, self.title, self.number = site, mapping, title, number
        self.progress = Progress(watermark=since)
        self.total: int | None = None
        self.is_whole = since is None
        self._since = since
        self._place_among_all = 0
        takes = next(rule.takes for rule in mapping.columns if rule.name == "ref")
        self._is_known_by_id = takes == ("id",)

    def chunks(self) -> Generator[Chunk]:
        """Items as they are now and those that have gone; what comes later is newer."""
        is_checked = False
        for answer in self._pages():
            items = dig(answer, "value")
            if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
                raise BatchRefused(f"{self.title}, {self.mapping.place}: this is no answer of Microsoft Graph.")
            live = [item for item in items if "deleted" not in item and isinstance(item.get("fields"), Mapping)]
            gone = [item["id"] for item in items if "deleted" in item and "id" in item]
            if (live or self.is_whole) and not is_checked:
                self._check_columns()
                is_checked = True
            if live or gone:
                yield self._chunk(live, gone)

    def before(self, name: str) -> Iterator[Chunk]:  # noqa: ARG002  files have an order, lists have not
        """Nothing."""
        return iter(())

    def cancel(self) -> None:
        self.site.client.close()

    # --- pages ---
    def _pages(self) -> Iterator[Any]:
        """Every answer up to the one that says where to go on next time; from the beginning where that must be."""
        url, seen, restarts = self._since or self._first(), set[str](), 0
        while True:
            answer = self.site.client.get(url, passes=(_GONE,))
            is_lost = answer.status == _GONE
            if is_lost or self._needs_everything(answer.content):
                restarts += 1
                if restarts > _MOST_RESTARTS:
                    raise BatchRefused(f"{self.title}, {self.mapping.place}, has to be read anew again and again.")
                self.is_whole, url = True, self._first()
                seen.clear()
                continue
            yield answer.content
            following = dig(answer.content, "@odata.nextLink")
            if not isinstance(following, str):
                break
            if following in seen:
                raise BatchRefused(f"{self.title}, {self.mapping.place}, gives the same page again and again.")
            seen.add(following)
            url = following
        reached = dig(answer.content, "@odata.deltaLink")
        if not isinstance(reached, str):
            raise BatchRefused(f"{self.title}, {self.mapping.place}, does not say where to go on next time.")
        self.progress.watermark = reached

    def _needs_everything(self, content: Any) -> bool:
        """Whether an item has gone of which only the id is told, while our references are made from other columns."""
        if self.is_whole or self._is_known_by_id:
            return False
        items = dig(content, "value")
        return isinstance(items, list) and any(isinstance(item, Mapping) and "deleted" in item for item in items)

    def _first(self) -> str:
        names = {name.partition(".")[0] for name in self.mapping.source_columns if name not in OF_THE_ITEM}
        chosen = f"$expand=fields($select={','.join(sorted(map(quote, names)))})" if names else "$expand=fields"
        return self.site.path(f"lists/{quote(self.mapping.list_name, safe='')}/items/delta?{chosen}")

    def _check_columns(self) -> None:
        """An item leaves out a column that is empty, so the list itself is asked which it has."""
        names = column_names(self.site, self.mapping.list_name)
        for wanted in self.mapping.source_columns:
            if wanted not in OF_THE_ITEM and wanted.partition(".")[0].removesuffix("LookupId") not in names:
                known = listed([*names, *OF_THE_ITEM])
                raise BatchRefused(f"{self.title}, {self.mapping.place}, has no column {wanted!r}; it has {known}.")

    # --- items ---
    def _chunk(self, live: list[Any], gone: list[Any]) -> Chunk:
        columns = {name: [cell(_value(item, name)) for item in live] for name in self.mapping.source_columns}
        ids = [item.get("id") for item in live]
        places = [self._next_place() for _ in (*live, *gone)]
        changes = [_instant(item.get("lastModifiedDateTime")) for item in live]
        self.progress.event_at = max(filter(None, [self.progress.event_at, *changes]), default=None)
        return Chunk(
            columns,
            len(live),
            place=lambda i: f"{self.mapping.place}, item {ids[i]}",
            order=places[: len(live)],
            gone=list(zip(gone, places[len(live) :], strict=True)) if self._is_known_by_id else (),
        )

    def _next_place(self) -> str:
        self._place_among_all += 1
        return f"{self.number}\t{self._place_among_all:09d}"


def column_names(site: SharePointSite, list_name: str) -> list[str]:
    """The internal names of a list's columns."""
    found = site.client.get(site.path(f"lists/{quote(list_name, safe='')}/columns?$select=name")).content
    columns = dig(found, "value")
    return [plain(dig(column, "name")) for column in columns] if isinstance(columns, list) else []


def _value(item: Mapping[str, Any], name: str) -> Any:
    return item.get(name) if name in OF_THE_ITEM else dig(item["fields"], name)


def _instant(text: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else None
