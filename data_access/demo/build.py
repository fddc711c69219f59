"""Builds a demonstration deployment: its folder, and the databases and files its sources name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from data_access.demo.answers import known_answers
from data_access.demo.athena import athena_tables
from data_access.demo.charges import charge_tables
from data_access.demo.deployment import DROPS, FOLDER, write_deployment
from data_access.demo.force import Force, imagine
from data_access.demo.odd_athena import add_athena
from data_access.demo.odd_others import add_command, add_finance, add_forms, add_hr, add_items
from data_access.demo.oddity import Oddities
from data_access.demo.other_sources import (
    command_tables,
    drop_sharepoint,
    finance_tables,
    form_rows,
    hr_tables,
    item_rows,
)
from data_access.demo.tables import write_database
from data_access.demo.timeline import Timeline

SEED = 20261122
COMPLETE = ".complete"
ANSWERS = "known_answers.json"
STEPS = 10
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class DemoForce:
    """What was built: where, for which local moment, from which seed, and how many rows each table holds."""

    home: Path
    seed: int
    built_for: datetime
    rows: dict[str, int]


def _silent(_what: str, _done: int, _total: int) -> None:
    """Nobody is watching."""


def is_complete(home: Path) -> bool:
    """Whether a demonstration was built here to the end."""
    return (home / COMPLETE).is_file()


def built_on(home: Path) -> date | None:
    """The day the demonstration's records end on; None where there is none. Figures age from that day on."""
    if not is_complete(home):
        return None
    facts = json.loads((home / COMPLETE).read_text(encoding="utf-8"))
    return datetime.fromisoformat(facts["built_for"]).date()


def build(
    home: Path,
    seed: int = SEED,
    today: datetime | None = None,
    officers: int = 2100,
    months: int = 24,
    crimes_per_month: int = 8000,
    progress: Progress | None = None,
) -> DemoForce:
    """Writes the whole deployment folder; what an earlier build wrote there is replaced, anything else stays.

    The same seed, sizes and `today` (default: now) give the same rows. `progress` hears (what, steps done, steps in
    all).
    The file .complete comes last: without it a build was cut short, and the next one starts afresh.
    """
    tell = progress or _silent
    timeline = Timeline.ending(today, months)
    _clear(home)
    force = imagine(seed, timeline, officers, crimes_per_month, lambda what, done, _: tell(what, done, STEPS))
    tables, odd, forms, items = _source_tables(force, seed, tell)
    write_deployment(home, force.units)
    rows: dict[str, int] = {}
    for step, (database, contents) in enumerate(tables.items(), 5):
        tell(f"Writing {database}", step, STEPS)
        write_database(home / FOLDER / f"{database}.db", contents)
        rows |= {f"{database}.{table.name}": table.rows for table in contents}
    tell("Writing SharePoint files", STEPS - 1, STEPS)
    drop_sharepoint(force, home / DROPS, forms, items)
    rows |= {
        "sharepoint.stop_search": len(forms),
        "sharepoint.acro": len(items),
        "sharepoint.units": len(force.units.rows),
    }
    _write_facts(home, force, odd, rows, seed)
    tell("Ready", STEPS, STEPS)
    return DemoForce(home, seed, timeline.moment, rows)


def build_small(home: Path, seed: int = SEED, today: datetime | None = None) -> DemoForce:
    """A tenth of the people and half a year, for tests: the cast and all planted answers are there."""
    return build(home, seed, today, officers=220, months=6, crimes_per_month=400)


def _clear(home: Path) -> None:
    """Takes away what an earlier build wrote, its mark first."""
    (home / COMPLETE).unlink(missing_ok=True)
    for name in (FOLDER, "sources", str(DROPS)):
        if (home / name).is_dir():
            shutil.rmtree(home / name)


def _source_tables(
    force: Force, seed: int, tell: Progress
) -> tuple[dict[str, list[Any]], Oddities, list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Every source's tables, odd rows included."""
    tell("Putting it as each source would", 4, STEPS)
    tables = {
        "athena": [*athena_tables(force, np.random.default_rng([seed, 100])), *charge_tables(force)],
        "hr": hr_tables(force),
        "finance": finance_tables(force),
        "command_control": command_tables(force),
    }
    odd = Oddities(force.timeline, {table.name: table for contents in tables.values() for table in contents})
    forms, items = form_rows(force), item_rows(force)
    add_athena(odd, force)
    add_hr(odd)
    add_finance(odd, force)
    add_command(odd, force)
    add_forms(odd, force, forms)
    add_items(odd, force, items)
    return tables, odd, forms, items


def _write_facts(home: Path, force: Force, odd: Oddities, rows: dict[str, int], seed: int) -> None:
    facts = {
        "built_for": force.timeline.moment.isoformat(),
        "answers": known_answers(force),
        "refused": dict(sorted(odd.refused.items())),
        "odd_rows": [{"table": table, "key": key, "what": what} for table, key, what in odd.notes],
        "odd_postings": force.views.odd,
    }
    (home / ANSWERS).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    mark = {"seed": seed, "built_for": facts["built_for"], "rows": rows}
    unfinished = home / f"{COMPLETE}.part"
    unfinished.write_text(json.dumps(mark), encoding="utf-8")
    unfinished.replace(home / COMPLETE)
