"""Every URL of the application, both ways: View <-> path and query string. Nothing else spells one.

Defaults are left out, so the same view always has the same, shortest URL.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode

from cspdash.domain.audit import AuditQuery, Operation
from cspdash.domain.errors import BadFilter
from cspdash.domain.view import ADMINISTRATION, AUDIT, CORRECTIONS, OFFICER, PLANS, RECORD, SUMMARY, View

_DEFAULT = View()
_CHOICES = {"team": ("then", "now"), "sort": ("org", "value", "name"), "per": ("total", "fte", "duty")}
_MAX_TEXT = 200


def path(view: View) -> str:
    """Path part: "/", "/stl", "/officer/E10234", "/record/incident/HC-1"."""
    if view.page == SUMMARY:
        return "/"
    if view.page == OFFICER:
        return f"/officer/{_path_part(view.officer)}"
    if view.page == RECORD:
        return f"/record/{_path_part(view.dataset)}/{_path_part(view.record)}"
    return f"/{_path_part(view.page)}"


@lru_cache(maxsize=4096)
def _path_part(value: str) -> str:
    return quote(value, safe="")


def query_pairs(view: View) -> list[tuple[str, str]]:
    """Names and values of the query part, defaults left out."""
    pairs: list[tuple[str, str]] = []
    for name in ("unit", "officer", "metric", "period") if view.page == RECORD else ("unit", "metric", "period"):
        value = getattr(view, name)
        if value != getattr(_DEFAULT, name):
            pairs.append((name, value))
    if view.as_at is not None:
        pairs.append(("as_at", view.as_at.isoformat()))
    for name in _CHOICES:
        value = getattr(view, name)
        if value != getattr(_DEFAULT, name):
            pairs.append((name, value))
    if view.table:
        pairs.append(("table", "1"))
    if view.bar:
        pairs.append(("bar", view.bar))
    if view.rows != 1:
        pairs.append(("rows", str(view.rows)))
    if view.order:
        pairs.append(("order", view.order))
    return pairs


def query(view: View) -> str:
    """Query part with its "?", or ""."""
    pairs = query_pairs(view)
    return "?" + "&".join([f"{name}={_quoted(value)}" for name, value in pairs]) if pairs else ""


@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    """A page spells the same few refs and slugs over and over."""
    return quote_plus(value)


@lru_cache(maxsize=8192)
def href(view: View) -> str:
    """A page spells a hundred, and the next page nearly the same."""
    return path(view) + query(view)


def plan_href(plan_id: str) -> str:
    return f"/plans/{quote(plan_id, safe='')}"


def saved_plan_href(plan_id: str) -> str:
    """The plan as it was saved, without what the viewer typed over it and did not save."""
    return f"{plan_href(plan_id)}?saved=1"


def is_as_saved(search: str) -> bool:
    return dict(parse_qsl((search or "").lstrip("?"))).get("saved") == "1"


def new_plan_href(officer: str, metric: str, period: str = "28d") -> str:
    return "/plans/new?" + urlencode({"officer": officer, "metric": metric, "period": period})


def plan_in(pathname: str) -> str:
    """The plan id in a path below /plans/ ("new" for a new one), or ""."""
    parts = [unquote(part) for part in (pathname or "").split("/") if part]
    return parts[1] if len(parts) == 2 and parts[0] == PLANS else ""


# What an address below an administration page names: /people/ID a person, /people/access/ID what may be done about them.
_PLACES = {
    "people": "people",
    "person": "people/access",
    "grant": "people/role",
    "cover": "cover",
    "session": "sessions",
}
_KINDS = {place: kind for kind, place in _PLACES.items()}


def administration_href(kind: str, entry_id: str) -> str:
    return f"/{_PLACES[kind]}/{quote(entry_id, safe='')}"


def administration_in(pathname: str) -> tuple[str, str]:
    """(kind, id) of an address below an administration page, ("", "") for the page itself."""
    parts = [unquote(part) for part in (pathname or "").split("/") if part]
    if not parts or parts[0] not in ADMINISTRATION or len(parts) == 1:
        return "", ""
    return _KINDS.get("/".join(parts[:-1]), ""), parts[-1]


def correction_href(correction_id: str) -> str:
    return f"/{CORRECTIONS}/{quote(correction_id, safe='')}"


def new_correction_href(kind: str, unit: str, officer: str = "") -> str:
    named = {"officer": officer} if officer else {}
    return f"/{CORRECTIONS}/new?" + urlencode({"kind": kind, "unit": unit, **named})


def correction_in(pathname: str) -> str:
    """The correction's id in a path below /corrections/ ("new" for a new one), or ""."""
    parts = [unquote(part) for part in (pathname or "").split("/") if part]
    return parts[1] if len(parts) == 2 and parts[0] == CORRECTIONS else ""


def new_correction_in(search: str) -> tuple[str, str, str]:
    """Kind, officer and unit of a new correction's address."""
    fields = dict(parse_qsl((search or "").lstrip("?"), keep_blank_values=False))
    return tuple(fields.get(name, "")[:_MAX_TEXT] for name in ("kind", "officer", "unit"))  # type: ignore[return-value]


def has_form(pathname: str) -> bool:
    """Whether somebody may be typing there: nothing is redrawn under them."""
    place = (pathname or "").strip("/").partition("/")[0]
    return bool(plan_in(pathname) or correction_in(pathname)) or place in (AUDIT, *ADMINISTRATION)


def audit_href(query: AuditQuery) -> str:
    """The audit page with what it looks for."""
    days = {name: day.isoformat() for name in ("since", "until") if (day := getattr(query, name))}
    texts = {name: text for name in ("who", "officer", "unit", "operation") if (text := getattr(query, name))}
    page = {"page": str(query.page)} if query.page != 1 else {}
    return f"/{AUDIT}" + ("?" + urlencode({**texts, **days, **page}) if texts or days or page else "")


def audit_query_in(search: str) -> AuditQuery:
    """What an address of the audit page looks for. Raises BadFilter."""
    fields = dict(parse_qsl((search or "").lstrip("?"), keep_blank_values=False))
    texts = {name: fields.get(name, "").strip()[:_MAX_TEXT] for name in ("who", "officer", "unit", "operation")}
    if texts["operation"] and texts["operation"] not in list(Operation):
        raise BadFilter(f"The operation in this address must be one of: {', '.join(Operation)}.")
    since, until = (_day(fields.get(name)) for name in ("since", "until"))
    return AuditQuery(**texts, since=since, until=until, page=_page_number(fields.get("page")))


def find_in(search: str) -> str:
    """What is looked for on the people page."""
    return dict(parse_qsl((search or "").lstrip("?"))).get("find", "")[:_MAX_TEXT]


def new_plan_in(search: str) -> tuple[str, str, str]:
    """Officer, metric and period of a new plan's address."""
    fields = dict(parse_qsl((search or "").lstrip("?"), keep_blank_values=False))
    return fields.get("officer", ""), fields.get("metric", ""), fields.get("period", _DEFAULT.period)


def parse(pathname: str | None, search: str | None) -> View:
    """The view a browser asks for.

    Unknown parameters are ignored; a known one with an impossible value raises BadFilter, saying which and what would
    do.
    """
    fields = dict(parse_qsl((search or "").lstrip("?"), keep_blank_values=False))
    for name, text in fields.items():
        if len(text) > _MAX_TEXT:
            raise BadFilter(f"The {name} in this address is too long.")
    for name, allowed in _CHOICES.items():
        if name in fields and fields[name] not in allowed:
            raise BadFilter(f"The {name} in this address must be one of: {', '.join(allowed)}.")
    page, names = _place(pathname)
    officer = fields.get("officer", "") if page == RECORD else names[0] if page == OFFICER else ""
    dataset, record = names if page == RECORD else ("", "")
    return View(
        page=page,
        unit=fields.get("unit", ""),
        officer=officer,
        metric=fields.get("metric", ""),
        period=fields.get("period", _DEFAULT.period),
        as_at=_day(fields.get("as_at")),
        team=fields.get("team", "then"),  # type: ignore[arg-type]
        sort=fields.get("sort", "org"),  # type: ignore[arg-type]
        per=fields.get("per", "total"),  # type: ignore[arg-type]
        table=fields.get("table") == "1",
        bar=fields.get("bar", ""),
        rows=_page_number(fields.get("rows")),
        order=fields.get("order", ""),
        dataset=dataset,
        record=record,
    )


def _place(pathname: str | None) -> tuple[str, tuple[str, ...]]:
    """Page of a path, and the names below it: an officer; a record's dataset and reference."""
    parts = [unquote(part) for part in (pathname or "/").split("/") if part]
    page = parts[0] if parts else SUMMARY
    if any(len(part) > _MAX_TEXT for part in parts):
        raise BadFilter("This address is too long.")
    if page == OFFICER:
        if len(parts) != 2:
            raise BadFilter("The address of an officer's page is /officer/ and the employee number.")
        return page, (parts[1],)
    if page == RECORD:
        if len(parts) < 3:
            raise BadFilter("The address of a record's page is /record/, the kind of record and its reference.")
        return page, (parts[1], "/".join(parts[2:]))  # a reference may hold slashes, and a sign-in may unquote them
    if page in ADMINISTRATION and len(parts) > 1 and administration_in(pathname or "")[0]:
        return page, ()
    if len(parts) > 1 and page not in (PLANS, CORRECTIONS):
        raise BadFilter("There is no page at this address.")
    return page, ()


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadFilter("The as_at in this address must be a date such as 2026-10-31.") from None


def _page_number(text: str | None) -> int:
    if text is None:
        return 1
    if not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise BadFilter("The rows in this address must be a page number from 1.")
    return int(text)
