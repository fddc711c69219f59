"""`cspdash restatements`: past figures that became others, as the page lists them."""

from __future__ import annotations

from cspdash.commands.place import OK, Place
from cspdash.commands.tables import Format, show
from cspdash.domain.view import RESTATEMENTS, View

COLUMNS = (
    ("found_at", "found"), ("stood_at", "stood until"), ("metric", "metric"), ("unit", "unit"), ("month", "month"),
    ("before", "was"), ("after", "is"), ("before_records", "records then"), ("after_records", "records now"),
    ("loads", "loads"), ("cause", "because of"),
)  # fmt: skip


def restatements(place: Place, metric: str, unit: str, user: str, shape: Format) -> int:
    with place.deployment() as deployment:
        view = View(page=RESTATEMENTS, metric=metric, unit=unit)
        page = deployment.reader.restatements_page(view, deployment.viewer(user))
    rows = [
        {
            "found_at": f"{each.found_at:%Y-%m-%d %H:%M}",
            "stood_at": f"{each.stood_at:%Y-%m-%d %H:%M}",
            "metric": each.metric,
            "unit": each.unit,
            "month": f"{each.month:%Y-%m}" if each.is_flow else each.month.isoformat(),
            "before": each.before,
            "after": each.after,
            "before_records": each.before_records,
            "after_records": each.after_records,
            "loads": " ".join(map(str, each.loads)),
            "cause": each.cause,
        }
        for each in page.rows
    ]
    looked = f"{page.looked_at:%Y-%m-%d %H:%M}" if page.looked_at else "never"
    show(place.out, shape, rows, COLUMNS, {"last_looked": looked}, "restatements")
    return OK
