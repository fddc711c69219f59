"""Which keys go with which kind of source, and which of them it cannot do without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cspdash.domain.errors import DefinitionError
from data_access.mapped import Kind
from data_access.mapping_file import DatasetTable, SourceTable
from data_access.places import Pages

Refuse = Callable[..., DefinitionError]  # problem, remedy, then the way to the key

_SOURCE_KEYS: dict[Kind, tuple[str, ...]] = {
    "sql": ("connection",),
    "files": ("folder",),
    "http": ("connection", "auth", "auth_header", "credential", "ca_file"),
    "sharepoint": ("tenant", "client_id", "credential", "site", "ca_file"),
}
_NEEDED: dict[Kind, tuple[str, ...]] = {
    "sql": ("connection",),
    "files": ("folder",),
    "http": ("connection",),
    "sharepoint": ("tenant", "client_id", "credential", "site"),
}
_PAGING_KEYS = ("paging", "next", "page_param", "size_param", "page_size", "first_page")
_DATASET_KEYS: dict[Kind, tuple[str, ...]] = {
    "sql": ("table", "query", "watermark", "overlap"),
    "files": ("files", "encoding", "delimiter", "sheet", "header_row"),
    "http": ("path", "rows", "since", "params", "absent", "watermark", "overlap", *_PAGING_KEYS),
    "sharepoint": ("list",),
}
_WORKBOOKS = (".xlsx", ".xlsm")


def check_source(refuse: Refuse, head: SourceTable) -> None:
    """Raises DefinitionError where [source] lacks a key of its kind, or has one of another kind."""
    for key in _NEEDED[head.kind]:
        if getattr(head, key) is None:
            raise refuse(f"a source of kind {head.kind!r} needs a {key}", f'{key} = "..."', "source", "kind")
    for key in sorted({each for keys in _SOURCE_KEYS.values() for each in keys} - set(_SOURCE_KEYS[head.kind])):
        if getattr(head, key) is not None:
            owners = ", ".join(kind for kind, keys in _SOURCE_KEYS.items() if key in keys)
            remedy = f"Remove it, or use the kind of source that has one ({owners})"
            raise refuse(f"a source of kind {head.kind!r} has no {key}", remedy, "source", key)
    if head.kind == "http":
        _check_access(refuse, head)


def _check_access(refuse: Refuse, head: SourceTable) -> None:
    auth = head.auth or "none"
    if (auth == "none") != (head.credential is None):
        words = "needs no credential" if auth == "none" else "needs a credential"
        remedy = 'auth = "bearer", credential = "name": the secret itself comes from CSPDASH_CREDENTIAL_NAME'
        raise refuse(f"auth {auth!r} {words}", remedy, "source", "credential" if head.credential else "auth")
    if (auth == "header") != (head.auth_header is not None):
        raise refuse('auth_header goes with auth = "header"', 'auth_header = "X-Api-Key"', "source", "auth_header")


def check_dataset(refuse: Refuse, i: int, kind: Kind, raw: DatasetTable) -> None:
    """Raises DefinitionError where [[dataset]] does not say where its rows are, or with keys of another kind."""
    at = ("dataset", i)
    for key in sorted({each for keys in _DATASET_KEYS.values() for each in keys} - set(_DATASET_KEYS[kind])):
        if _given(raw, key) is not None:
            raise refuse(f"a source of kind {kind!r} has no {key!r}", "Remove this line", *at, key)
    _CHECKS[kind](refuse, at, raw)
    if raw.overlap is not None and raw.watermark is None:
        raise refuse("overlap needs a watermark", "Name one, or remove overlap", *at, "overlap")


def _check_table(refuse: Refuse, at: tuple[Any, ...], raw: DatasetTable) -> None:
    if (raw.table is None) == (raw.query is None):
        raise refuse("say where the rows are", 'Give either table = "..." or query = "..."', *at)


def _check_list(refuse: Refuse, at: tuple[Any, ...], raw: DatasetTable) -> None:
    if raw.list_name is None:
        raise refuse("say which list to read", 'list = "Stop search forms"', *at)
    if raw.version is not None:
        raise refuse("a list tells what changed by itself", "Remove this line", *at, "version")


def _given(raw: DatasetTable, key: str) -> Any:
    return getattr(raw, "list_name" if key == "list" else key)


def _check_files(refuse: Refuse, at: tuple[Any, ...], raw: DatasetTable) -> None:
    if raw.files is None:
        raise refuse("say which files to read", 'files = "*.csv"', *at)
    if Path(raw.files).name != raw.files:
        raise refuse(f"{raw.files!r} names a folder", "Name the folder in [source]", *at, "files")
    is_workbook = raw.files.lower().endswith(_WORKBOOKS)
    for key in ("encoding", "delimiter") if is_workbook else ("sheet", "header_row"):
        if getattr(raw, key) is not None:
            what = "a workbook has no" if is_workbook else "only a workbook (*.xlsx) has a"
            raise refuse(f"{what} {key}", "Remove this line", *at, key)
    try:
        "".encode(raw.encoding or "utf-8")
    except LookupError:
        raise refuse(f"there is no encoding {raw.encoding!r}", "utf-8-sig, cp1252, ...", *at, "encoding") from None


_NEEDS = {
    "none": (),
    "next": ("next",),
    "page": ("page_param",),
    "offset": ("page_param", "page_size"),
    "cursor": ("next", "page_param"),
}
_EXAMPLES = {"next": '"links.next"', "page_param": '"page"', "page_size": "500"}


def _check_pages(refuse: Refuse, at: tuple[Any, ...], raw: DatasetTable) -> None:
    if raw.path is None:
        raise refuse("say where the rows are", 'path = "/v1/reports", below the address of the connection', *at)
    if "://" in raw.path or raw.path.startswith("//") or ".." in raw.path.split("/"):
        raise refuse(f"{raw.path!r} leaves the connection's address", 'path = "/v1/reports"', *at, "path")
    paging = raw.paging or "none"
    for key in _NEEDS[paging]:
        if getattr(raw, key) is None:
            raise refuse(f"paging {paging!r} needs {key}", f"{key} = {_EXAMPLES[key]}", *at, "paging")
    useful = (*_NEEDS[paging], "paging", *(() if paging == "none" else ("size_param", "page_size")))
    for key in _PAGING_KEYS:
        is_useful = key in useful or (key == "first_page" and paging == "page")
        if getattr(raw, key) is not None and not is_useful:
            raise refuse(f"paging {paging!r} has no use for {key}", "Remove this line", *at, key)
    if (raw.watermark is None) != (raw.since is None):
        remedy = 'watermark = "modified" names their column, since = "modified_since" the parameter that takes it'
        raise refuse("watermark and since go together", remedy, *at, "since" if raw.since else "watermark")


_CHECKS: dict[Kind, Callable[[Refuse, tuple[Any, ...], DatasetTable], None]] = {
    "sql": _check_table,
    "files": _check_files,
    "http": _check_pages,
    "sharepoint": _check_list,
}


def pages_of(raw: DatasetTable) -> Pages:
    """The pages a checked [[dataset]] of a web service names."""
    return Pages(
        path=raw.path or "",
        rows=raw.rows or "",
        paging=raw.paging or "none",
        next=raw.next or "",
        page_param=raw.page_param or "",
        size_param=raw.size_param or "",
        size=raw.page_size or 0,
        first_page=1 if raw.first_page is None else raw.first_page,
        since=raw.since or "",
        params=tuple(sorted((raw.params or {}).items())),
        absent=raw.absent or (),
    )
