"""Where errors become words: a domain error its own page, anything else a plain sentence and a reference."""

from __future__ import annotations

from dash import set_props
from dash.development.base_component import Component

from cspdash.auth.refusals import noted
from cspdash.domain.administration import UnknownEntry
from cspdash.domain.errors import (
    AuditUnavailable,
    BadFilter,
    DatabaseFull,
    DatabaseUnavailable,
    DomainError,
    NoData,
    NotPermitted,
    PlanInvalid,
    SourceUnavailable,
    UnknownFamily,
    UnknownMetric,
    UnknownOfficer,
    UnknownUnit,
)
from layouts import empty, ids, shell

_NOT_FOUND = (
    UnknownFamily,
    UnknownMetric,
    UnknownOfficer,
    UnknownUnit,
    BadFilter,
    NoData,
    PlanInvalid,
    SourceUnavailable,
    UnknownEntry,
)


def explain(error: Exception, home_href: str) -> Component:
    """The page to show instead."""
    if isinstance(error, NotPermitted):
        return empty.not_permitted(str(error), home_href)
    if isinstance(error, DatabaseUnavailable | DatabaseFull):
        return empty.not_answering(str(error))
    if isinstance(error, _NOT_FOUND):
        return empty.not_found(str(error), home_href)
    return empty.failed(noted(error))


def in_words(error: Exception) -> str:
    """The same in one sentence, for a place on a page that stays."""
    if isinstance(error, DomainError):
        return str(error)
    return f"Something went wrong here, and is noted under the reference {noted(error)}. Please try again."


def on_error(error: Exception) -> None:
    """The last resort of every callback: its outputs stay, the page says what happened.

    What cannot be logged is not shown: the whole answer is a 503 then, which assets/js/unavailable.js puts into words.
    A database that does not answer takes nothing off the screen: the top bar says it.
    """
    if isinstance(error, AuditUnavailable):
        raise error
    if isinstance(error, DatabaseUnavailable):
        set_props(ids.FRESHNESS, {"children": shell.not_answering()})
        set_props(ids.ANNOUNCE, {"children": str(error)})
        return
    set_props(ids.MAIN, {"children": explain(error, "/")})
