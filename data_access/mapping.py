"""Sources as a deployment's sources/*.toml declare them, read and checked against the datasets.

Everything that is wrong raises DefinitionError with file, line and what would be right. The page for whoever writes
these files is docs/admin/sources.md.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import DefinitionError
from data_access import toml_lines
from data_access.mapped import ColumnRule, DatasetMapping, RowTest, Source, plain
from data_access.mapping_columns import column_rule
from data_access.mapping_file import DatasetTable, SourceFile, SourceTable
from data_access.mapping_kinds import check_dataset, check_source, pages_of
from data_access.places import Sheet, Site, WebAccess

_SPAN = re.compile(r"(\d{1,5})\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_OPERATORS = ("is", "is_not", "in", "not_in", "is_missing", "is_set")
LIMITS = ("answer_within", "read_within")
DEFAULT_STALE_AFTER = timedelta(days=1)


class MappingFile:
    """One file while it is read: knows how to say where a problem is."""

    def __init__(self, path: Path, home: Path, zone: ZoneInfo, environment: Mapping[str, str]) -> None:
        self.name = f"{path.parent.name}/{path.name}"
        self.home, self.zone, self.environment = home, zone, environment
        try:
            text = path.read_text(encoding="utf-8")
            self.raw = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DefinitionError(f"this is not TOML: {error}", self.name, "Mend that line") from None
        self.lines = toml_lines.lines_of(text)

    def at(self, *path: str | int) -> str:
        return f"{self.name}, line {toml_lines.line_of(self.lines, path)}"

    def refuse(self, problem: str, remedy: str, *path: str | int) -> DefinitionError:
        return DefinitionError(problem, self.at(*path), remedy)

    def parsed(self) -> SourceFile:
        try:
            return SourceFile.model_validate(self.raw)
        except ValidationError as error:
            detail = error.errors(include_url=False, include_input=False)[0]
            path = tuple(part for part in detail["loc"] if part in _keys_of(self.raw))
            raise self.refuse(*_in_words(detail), *path) from None


def load_sources(
    folders: Iterable[Path],
    datasets: Mapping[str, Dataset],
    *,
    home: Path,
    zone: ZoneInfo,
    environment: Mapping[str, str] | None = None,
) -> list[Source]:
    """Every source of the folders' *.toml, in order of their names.

    `home` is where a relative `folder` starts, `zone` that of times which carry none, `environment` what ${NAME} in a
    folder stands for (default: that of the process). Raises DefinitionError.
    """
    found: dict[str, Source] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            file = MappingFile(path, home, zone, os.environ if environment is None else environment)
            source = _source(file, file.parsed(), datasets)
            if source.name in found:
                problem = f"source {source.name!r} is declared already in {found[source.name].where}"
                raise file.refuse(problem, "Give it another name", "source", "name")
            found[source.name] = source
    return list(found.values())


def _source(file: MappingFile, parsed: SourceFile, datasets: Mapping[str, Dataset]) -> Source:
    head = parsed.source
    zone = zone_of(file, head.timezone, "source", "timezone") or file.zone
    check_source(file.refuse, head)
    mappings = tuple(_mapping(file, i, head, raw, datasets, zone) for i, raw in enumerate(parsed.dataset))
    for i, mapping in enumerate(mappings):
        if any(other.name == mapping.name for other in mappings[:i]):
            problem = f"two mappings of this source are called {mapping.name!r}"
            raise file.refuse(problem, 'Give each its own: name = "..."', "dataset", i, "name")
    return Source(
        name=head.name,
        title=head.title or head.name.replace("_", " ").capitalize(),
        kind=head.kind,
        where=file.name,
        zone=zone,
        stale_after=_stale_after(file, head.stale_after),
        precedence=head.precedence,
        mappings=mappings,
        connection=head.connection or "",
        folder=_folder(file, head.folder, "folder"),
        web=WebAccess(
            head.auth or "none", head.credential or "", head.auth_header or "", _folder(file, head.ca_file, "ca_file")
        ),
        site=_site(file, head) if head.kind == "sharepoint" else None,
        every=_span(file, head.every, "source", "every") if head.every else None,
        **{name: _span(file, text, "source", name) for name in LIMITS if (text := getattr(head, name))},
    )


def _site(file: MappingFile, head: SourceTable) -> Site:
    ca_file = _folder(file, head.ca_file, "ca_file")
    return Site(head.tenant or "", head.client_id or "", head.credential or "", head.site or "", ca_file)


def _folder(file: MappingFile, folder: str | None, key: str) -> Path | None:
    if folder is None:
        return None

    def value(match: re.Match[str]) -> str:
        if match[1] not in file.environment:
            if match[2] is not None:
                return match[2]
            problem = f"the environment has no variable {match[1]}"
            raise file.refuse(problem, f"Set it, or write the {key} out", "source", key)
        return file.environment[match[1]]

    return file.home / Path(re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", value, folder)).expanduser()


def _stale_after(file: MappingFile, text: str | None) -> timedelta | None:
    if text == "never":
        return None
    return DEFAULT_STALE_AFTER if text is None else _span(file, text, "source", "stale_after")


def _span(file: MappingFile, text: str, *path: str | int) -> timedelta:
    if not (match := _SPAN.fullmatch(text)):
        raise file.refuse(f"{text!r} is not a length of time", "Write 30s, 15m, 4h or 2d", *path)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def zone_of(file: MappingFile, name: str | None, *path: str | int) -> ZoneInfo | None:
    """The zone of that name; None where none is named."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        raise file.refuse(f"there is no time zone {name!r}", "Names look like Europe/London or UTC", *path) from None


def _mapping(
    file: MappingFile, i: int, head: SourceTable, raw: DatasetTable, datasets: Mapping[str, Dataset], zone: ZoneInfo
) -> DatasetMapping:
    dataset = datasets.get(raw.dataset)
    if dataset is None:
        remedy = did_you_mean(raw.dataset, datasets)
        raise file.refuse(f"there is no dataset {raw.dataset!r}", remedy, "dataset", i, "dataset")
    check_dataset(file.refuse, i, head.kind, raw)
    _check_columns(file, i, raw, dataset)
    rules = []
    for name, column in raw.columns.items():
        when = _test(file, raw.when[name], "dataset", i, "when", name) if name in raw.when else None
        at = ("dataset", i, "columns", name)
        own_zone = zone_of(file, column.timezone, *at, "timezone") or zone
        rules.append(
            column_rule(lambda *args, at=at: file.refuse(*args, *at), dataset.column(name), column, own_zone, when)
        )
    order = {column.name: position for position, column in enumerate(dataset.source_columns)}
    return DatasetMapping(
        source=head.name,
        dataset=raw.dataset,
        name=raw.name or raw.dataset,
        where=file.at("dataset", i),
        columns=tuple(sorted(rules, key=lambda rule: order[rule.name])),
        table=raw.table or "",
        query=raw.query or "",
        files=raw.files or "",
        encoding=raw.encoding or "utf-8-sig",
        delimiter=raw.delimiter or ",",
        watermark=raw.watermark or "",
        overlap=_overlap(file, i, raw.overlap),
        version=raw.version or "",
        skip=tuple(_test(file, test, "dataset", i, "skip") for test in raw.skip),
        deleted=_test(file, raw.deleted, "dataset", i, "deleted") if raw.deleted else None,
        merged_into=_merged_into(file, i, raw.merged_into or "", rules),
        zone=zone,
        sheet=Sheet(raw.sheet or "", raw.header_row or 0),
        pages=pages_of(raw) if head.kind == "http" else None,
        list_name=raw.list_name or "",
        may_lose_percent=raw.may_lose_percent,
    )


def _check_columns(file: MappingFile, i: int, raw: DatasetTable, dataset: Dataset) -> None:
    """Ours are declared and may be supplied; none that is required is missing."""
    supplied = [column.name for column in dataset.source_columns]
    for table in ("columns", "when"):
        for name in getattr(raw, table):
            if dataset.has(name) and dataset.column(name).derived:
                problem = f"{dataset.name}.{name} is worked out by the program"
                raise file.refuse(problem, "Remove this line", "dataset", i, table, name)
            if name not in supplied:
                remedy = did_you_mean(name, supplied)
                raise file.refuse(f"dataset {dataset.name!r} has no column {name!r}", remedy, "dataset", i, table, name)
    for name in raw.when:
        if name not in raw.columns:
            problem = f"{name!r} has a condition but is not mapped"
            raise file.refuse(problem, "Map it under [dataset.columns]", "dataset", i, "when", name)
    missing = [column.name for column in dataset.source_columns if column.required and column.name not in raw.columns]
    if missing:
        problem = f"required columns of {dataset.name!r} are not mapped: {', '.join(missing)}"
        raise file.refuse(problem, f'Add {missing[0]} = "their column"', "dataset", i, "columns")


def _overlap(file: MappingFile, i: int, raw: str | int | None) -> timedelta | int | None:
    if isinstance(raw, int):
        return raw
    return _span(file, raw, "dataset", i, "overlap") if raw else None


def _test(file: MappingFile, raw: list[Any], *path: str | int) -> RowTest:
    column, operator, value = (*raw, None)[:3]
    if not isinstance(column, str) or operator not in _OPERATORS:
        remedy = f'Use ["their column", operator, value]; operators: {", ".join(_OPERATORS)}'
        raise file.refuse(f"{raw!r} is not a condition", remedy, *path)
    takes_none, takes_list = operator in ("is_missing", "is_set"), operator in ("in", "not_in")
    if takes_none != (len(raw) == 2) or takes_list != isinstance(value, list):
        wanted = "no value" if takes_none else "a list of values" if takes_list else "one value"
        raise file.refuse(f"{operator!r} takes {wanted}", f'["{column}", "{operator}", ...]', *path)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return RowTest(column, operator, frozenset(plain(each) for each in values))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(names)}"


def _keys_of(raw: Any) -> set[str | int]:
    """Every key and index in a TOML value: tells them from the words pydantic puts into a path of its own."""
    if isinstance(raw, dict):
        return set(raw).union(*map(_keys_of, raw.values()))
    if isinstance(raw, list):
        return set(range(len(raw))).union(*map(_keys_of, raw))
    return set()


def _in_words(detail: Any) -> tuple[str, str]:
    """(problem, remedy) of one complaint of pydantic's."""
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "missing":
            return f"{key!r} is missing", "docs/admin/sources.md shows what a source's file holds"
        case "extra_forbidden":
            return f"there is no key {key!r} here", "Remove it; docs/admin/sources.md lists the keys"
        case "string_pattern_mismatch":
            return f"{key!r} cannot be this", "Use small letters, digits and _"
        case "literal_error":
            return f"{key!r} cannot be this", f"Use {detail['ctx']['expected']}"
    return f"{key!r} is wrong", str(detail["msg"])


def _merged_into(file: Any, i: int, column: str, rules: Sequence[ColumnRule]) -> str:
    """Their column that names the record this one was merged into; it is read as the reference is."""
    if column and any(len(rule.takes) != 1 for rule in rules if rule.name == "ref"):
        raise DefinitionError(
            "merged_into needs a ref made of one column",
            file.at("dataset", i, "merged_into"),
            "Use a query that gives the reference, and that of the surviving record, as one column each",
        )
    return column
