"""The condition language as SQL: the third reading besides the sentence and the naive one.

Everything that varies is a bound parameter. Day operators on an instant become a pair of UTC instants worked out in Python
in the force's zone, so the database never does calendar arithmetic.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Table, and_, false, not_, or_, true

from cspdash.domain.conditions import DAY_OPERATORS, Group, Test, day_window, reach
from cspdash.domain.periods import Moment, Period, day_start
from data_access.column_types import Day


def to_sql(condition: Test | Group, table: Table, moment: Moment) -> ColumnElement[bool]:
    """The condition on a dataset's table, judged at a moment."""
    if isinstance(condition, Group):
        parts = [to_sql(part, table, moment) for part in condition.parts]
        if condition.how == "all":
            return and_(true(), *parts)
        joined = or_(false(), *parts)
        return joined if condition.how == "any" else not_(joined)
    return _test(condition, table, moment)


def _test(test: Test, table: Table, moment: Moment) -> ColumnElement[bool]:  # noqa: C901 one branch an operator
    column = table.c[test.column.name]
    operator = test.operator
    if operator in DAY_OPERATORS:
        first, last = day_window(test, moment.day)
        return and_(column.is_not(None), between_days(column, first, last, moment))
    if test.other is not None:
        other = table.c[test.other.name]
        compared = column <= other if operator == "at_or_before_column" else column > other
        return and_(column.is_not(None), other.is_not(None), compared)
    # Every branch is true or false, never NULL, so that "not" means what it says.
    match operator:
        case "is_set":
            return column.is_not(None)
        case "is_missing":
            return column.is_(None)
        case "is":
            return and_(column.is_not(None), column == test.value)
        case "is_not":
            return or_(column.is_(None), column != test.value)
        case "in":
            return and_(column.is_not(None), column.in_(test.value))
        case "not_in":
            return or_(column.is_(None), column.not_in(test.value))
        case "is_true":
            return and_(column.is_not(None), column.is_(True))
        case "is_false":
            return and_(column.is_not(None), column.is_(False))
        case "at_least":
            return and_(column.is_not(None), column >= test.value)
        case "at_most":
            return and_(column.is_not(None), column <= test.value)
        case "above":
            return and_(column.is_not(None), column > test.value)
        case "below":
            return and_(column.is_not(None), column < test.value)
        case "has_happened":
            return and_(column.is_not(None), column <= reach(moment))
        case "not_yet":
            return or_(column.is_(None), column > reach(moment))
        case "more_than_hours_ago":
            return and_(column.is_not(None), column < moment.at - timedelta(hours=test.value))
    raise AssertionError(operator)


def between_days(
    column: ColumnElement[object], first: date | None, last: date | None, moment: Moment
) -> ColumnElement[bool]:
    """Whether a date, or the local day of an instant, lies from first to last (None: open), both included."""
    parts: list[ColumnElement[bool]] = []
    if isinstance(column.type, Day):
        parts += [column >= first] if first else []
        parts += [column <= last] if last else []
    else:
        parts += [column >= day_start(first, moment.zone)] if first else []
        parts += [column < day_start(last + timedelta(days=1), moment.zone)] if last else []
    return and_(true(), *parts)


def in_period(column: ColumnElement[object], period: Period, moment: Moment) -> ColumnElement[bool]:
    """Whether a row's event falls in the period."""
    return and_(column.is_not(None), between_days(column, period.first, period.last, moment))


def open_at(table: Table, opens: str, closes: str, moment: Moment) -> ColumnElement[bool]:
    """Whether a row was open at the moment by its lifecycle columns."""
    parts: list[ColumnElement[bool]] = []
    if opens:
        column = table.c[opens]
        parts.append(column <= moment.day if isinstance(column.type, Day) else column <= reach(moment))
    if closes:
        column = table.c[closes]
        after = column > moment.day if isinstance(column.type, Day) else column > reach(moment)
        parts.append(or_(column.is_(None), after))
    return and_(true(), *parts)
