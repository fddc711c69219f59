"""What a page shows, as one frozen value: the URL is its spelling (layouts/urls.py), the reader answers it.

Everything in a View came from a browser or a command line: it is a wish, not a fact. The reader checks it against the
viewer's scope and the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

Team = Literal["then", "now"]
Sort = Literal["org", "value", "name"]
Per = Literal["total", "fte", "duty"]

SUMMARY = "summary"  # page names that are not families
OFFICER = "officer"
PLANS = "plans"
TEAM = "team"
SOURCES = "sources"
CORRECTIONS = "corrections"  # supervisors' word on who is in a team
RESTATEMENTS = "restatements"
AUDIT = "audit"
RECORD = "record"
PEOPLE = "people"
COVER = "cover"
SESSIONS = "sessions"
LOOK_AS = "look-as"
ADMINISTRATION = (PEOPLE, COVER, SESSIONS, LOOK_AS)


@dataclass(frozen=True, slots=True)
class View:
    """One page's whole state.

    `page` is a family slug, or one of the names above. `unit` is a unit ref ("" = the viewer's own starting unit),
    `officer` an officer ref on an officer's page, `metric` a metric slug ("" = the family's first). `period` is a period
    key (cspdash.domain.periods) and matters for flows only; `as_at` a past local day ("" today: None). `bar` selects
    the records behind one bar of the page ("" none): a unit ref, "officer:REF", or "unmapped".
    On a record's own page `dataset` and `record` name it, and the rest says which figure it was reached from.
    `rows` is the 1-based page of those records, `order` the column they are sorted by ("-" before it: descending).
    """

    page: str = SUMMARY
    unit: str = ""
    officer: str = ""
    metric: str = ""
    period: str = "28d"
    as_at: date | None = None
    team: Team = "then"
    sort: Sort = "org"
    per: Per = "total"
    table: bool = False
    bar: str = ""
    rows: int = 1
    order: str = ""
    dataset: str = ""
    record: str = ""

    def but(self, **changes: Any) -> View:
        """The same view with some fields changed."""
        return replace(self, **changes)
