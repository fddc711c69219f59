"""The shape of sources/*.toml, checked by pydantic: which keys there are and what kind of value each takes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from data_access.mapped import Kind
from data_access.places import Auth, Paging

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, StringConstraints(min_length=1)]
RawTest = Annotated[list[Any], Field(min_length=2, max_length=3)]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class SourceTable(Table):
    name: Name
    title: Text | None = None
    kind: Kind
    connection: Name | None = None
    folder: Text | None = None
    auth: Auth | None = None
    auth_header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")] | None = None
    credential: Name | None = None
    ca_file: Text | None = None
    tenant: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,100}$")] | None = None
    client_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,100}$")] | None = None
    site: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.,:/_ %-]{1,400}$")] | None = None
    every: Text | None = None
    answer_within: Text | None = None
    read_within: Text | None = None
    timezone: Text | None = None
    stale_after: Text | None = None
    precedence: int = Field(default=100, ge=0, le=999)


class ColumnTable(Table):
    column: Text | None = None
    columns: list[Text] = Field(default_factory=list)
    join: str | None = None
    const: str | int | float | bool | None = None
    strip: bool = True
    null: list[str] = Field(default_factory=list)
    regex: Text | None = None
    prefix: Text | None = None
    map: dict[str, str | int | float | bool] = Field(default_factory=dict)
    default: str | int | float | bool | None = None
    format: Text | None = None
    timezone: Text | None = None
    scale: int | float | None = None


def _column(value: Any) -> Any:
    """`ref = "crime_no"` is short for `ref = {column = "crime_no"}`."""
    return {"column": value} if isinstance(value, str) else value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _float(value: Any) -> Any:
    return float(value) if type(value) is int else value


class DatasetTable(Table):
    dataset: Name
    name: Name | None = None
    table: Text | None = None
    query: Text | None = None
    files: Text | None = None
    encoding: Text | None = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    sheet: Text | None = None
    header_row: Annotated[int, Field(ge=1, le=100_000)] | None = None
    list_name: Text | None = Field(default=None, alias="list")
    path: Text | None = None
    rows: Text | None = None
    paging: Paging | None = None
    next: Text | None = None
    page_param: Text | None = None
    size_param: Text | None = None
    page_size: Annotated[int, Field(ge=1, le=100_000)] | None = None
    first_page: Annotated[int, Field(ge=0, le=1)] | None = None
    since: Text | None = None
    params: dict[str, str] | None = None
    absent: Annotated[tuple[Text, ...], BeforeValidator(_tuple)] | None = None
    may_lose_percent: Annotated[float, Field(ge=0, le=100), BeforeValidator(_float)] | None = None
    watermark: Text | None = None
    overlap: str | int | None = None
    version: Text | None = None
    skip: list[RawTest] = Field(default_factory=list)
    deleted: RawTest | None = None
    merged_into: Text | None = None
    columns: dict[str, Annotated[ColumnTable, BeforeValidator(_column)]]
    when: dict[str, RawTest] = Field(default_factory=dict)


class SourceFile(Table):
    source: SourceTable
    dataset: list[DatasetTable] = Field(min_length=1)
