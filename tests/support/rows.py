"""Rows of a dataset as a source might send them: every declared column, any value of its type, often missing."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from cspdash.domain.datasets import Column, Dataset

_INSTANTS = st.datetimes(datetime(2019, 1, 1), datetime(2030, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
_DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))
_TEXTS = st.sampled_from(
    ["", "x", "105/01", "10501", "130/01", "46/00", "1", "2a", "17", "0", "Common assault", "1001"]
)


def values(column: Column) -> st.SearchStrategy[Any]:
    """Values of a column's type."""
    match column.type:
        case "choice":
            return st.sampled_from(column.choices)
        case "bool":
            return st.booleans()
        case "date":
            return _DAYS
        case "instant":
            return _INSTANTS
        case "integer" | "pence":
            return st.integers(-1000, 5000)
        case "number":
            return st.floats(-100, 100, allow_nan=False).map(lambda number: round(number, 2))
    return _TEXTS


def rows(dataset: Dataset) -> st.SearchStrategy[dict[str, Any]]:
    """Rows with source columns only; a column that is not required may be missing or empty."""
    required = {column.name: values(column) for column in dataset.source_columns if column.required}
    optional = {column.name: st.none() | values(column) for column in dataset.source_columns if not column.required}
    return st.fixed_dictionaries(required, optional=optional)


def complete_rows(dataset: Dataset) -> st.SearchStrategy[dict[str, Any]]:
    """Rows as a table holds them: every column, derived ones too."""
    columns = {column.name: st.none() | values(column) for column in dataset.all_columns}
    return st.fixed_dictionaries(columns)
