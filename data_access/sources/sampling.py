"""A first look at what a source holds: its columns and a few rows, before or beside any mapping of columns."""

from __future__ import annotations

import csv
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import func, inspect, select, text

from cspdash.domain.errors import BatchRefused, SourceUnavailable
from data_access.mapped import DatasetMapping, Source
from data_access.sources import workbooks
from data_access.sources.fields import ABSENT, cell, dig
from data_access.sources.files import Lines, is_a_draft, text_of
from data_access.sources.opened import OpenSources
from data_access.sources.sharepoint import OF_THE_ITEM, column_names
from data_access.sources.sql import in_words, relation

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """Columns of theirs, in their order, each with its values in the first rows. `key`: what they call a row by."""

    columns: Mapping[str, Sequence[Any]]
    key: tuple[str, ...] = ()


def sample_of(opened: OpenSources, source: Source, mapping: DatasetMapping) -> Sample:
    """The first rows of what the mapping names, whatever columns it maps. Raises SourceUnavailable, BatchRefused."""
    match source.kind:
        case "sql":
            return _of_table(opened, source, mapping)
        case "files":
            return _of_files(source, mapping)
        case "http":
            return _of_pages(opened, source, mapping)
        case "sharepoint":
            return _of_list(opened, source, mapping)


def _of_table(opened: OpenSources, source: Source, mapping: DatasetMapping) -> Sample:
    with in_words(source.title), opened.engine(source).connect() as connection:
        result = connection.execute(select(text("*")).select_from(relation(mapping)).limit(MOST_ROWS))
        names, rows = list(result.keys()), result.fetchall()
        key: tuple[str, ...] = ()
        if mapping.table:
            schema, _, name = mapping.table.rpartition(".")
            found = inspect(connection).get_pk_constraint(name, schema=schema or None)
            key = tuple(found.get("constrained_columns") or ())
    by_column = zip(*rows, strict=True) if rows else ([] for _ in names)
    return Sample({name: list(values) for name, values in zip(names, by_column, strict=True)}, key)


def newest_of(opened: OpenSources, source: Source, mapping: DatasetMapping) -> Any:
    """The greatest watermark of a table; None where that is not cheap to know, or there is none."""
    if source.kind != "sql" or not mapping.watermark:
        return None
    with in_words(source.title), opened.engine(source).connect() as connection:
        return connection.execute(select(func.max(relation(mapping).c[mapping.watermark]))).scalar_one_or_none()


def _of_files(source: Source, mapping: DatasetMapping) -> Sample:
    assert source.folder is not None
    if not source.folder.is_dir():
        raise SourceUnavailable(f"{source.title} could not be read: there is no folder {source.folder.name}")
    paths = sorted(path for path in source.folder.glob(mapping.files) if path.is_file() and not is_a_draft(path.name))
    if not paths:
        raise SourceUnavailable(f"{source.title} has no file {mapping.files} in its folder {source.folder.name} yet")
    with closing(_rows_of(paths[-1], mapping)) as rows:
        header = next(rows)
        taken = list(islice(rows, MOST_ROWS))
    return Sample({name: [row[i] for row in taken] for i, name in enumerate(header) if name})


def _rows_of(path: Path, mapping: DatasetMapping) -> Generator[list[Any]]:
    """The newest file's header, then its rows."""
    if path.suffix.lower() in workbooks.ENDINGS:
        sheet = workbooks.SheetRows(path, mapping.sheet)
        yield sheet.header()
        yield from sheet.take(MOST_ROWS)
        return
    try:
        with text_of(path, mapping.encoding) as stream:
            lines = Lines(path.name, csv.reader(stream, delimiter=mapping.delimiter, strict=True))
            yield lines.header()
            yield from lines.take(MOST_ROWS)
    except UnicodeError:
        raise BatchRefused(f"{path.name} is not written in {mapping.encoding}.") from None
    except (EOFError, OSError) as error:
        raise SourceUnavailable(f"{source_words(path)}: {error.__class__.__name__}") from None


def source_words(path: Path) -> str:
    return f"{path.name} could not be read"


def _of_pages(opened: OpenSources, source: Source, mapping: DatasetMapping) -> Sample:
    assert mapping.pages is not None
    client = opened.client(source)
    rows = dig(client.get(client.url(mapping.pages.path), dict(mapping.pages.params)).content, mapping.pages.rows)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BatchRefused(f"{source.title}, {mapping.place}, has no list of rows at {mapping.pages.rows!r}.")
    return _of_objects(rows[:MOST_ROWS])


def _of_list(opened: OpenSources, source: Source, mapping: DatasetMapping) -> Sample:
    site = opened.site(source)
    names = column_names(site, mapping.list_name)
    path = f"lists/{quote(mapping.list_name, safe='')}/items?$expand=fields&$top={MOST_ROWS}"
    items = dig(site.client.get(site.path(path)).content, "value")
    rows = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    fields = [item.get("fields", {}) for item in rows]
    found = _of_objects(fields).columns
    own = {name: [item.get(name) for item in rows] for name in OF_THE_ITEM}
    listed = {name: found.get(name, [None] * len(rows)) for name in names if f"{name}LookupId" not in found}
    lookups = {name: values for name, values in found.items() if name.endswith("LookupId") or "." in name}
    return Sample({**own, **listed, **lookups}, ("id",))


def _of_objects(rows: Sequence[Mapping[str, Any]]) -> Sample:
    """Fields of objects, those of an object within after a dot."""
    names: dict[str, None] = {}
    for row in rows:
        for name, value in row.items():
            inner = [f"{name}.{each}" for each in value] if isinstance(value, Mapping) else [name]
            names.update(dict.fromkeys(inner))
    return Sample({name: [_shown(dig(row, name)) for row in rows] for name in names if "@odata" not in name})


def _shown(value: Any) -> Any:
    return None if value is ABSENT else cell(value)
