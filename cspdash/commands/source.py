"""`cspdash source check` and `cspdash source init`: try a mapping without writing, propose one from what is there."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cspdash.commands.place import FAILED, OK, WRONG, Place
from cspdash.commands.tables import Format, plain, show
from cspdash.deployment import ingest_options, trials
from cspdash.domain.datasets import load_datasets
from cspdash.domain.errors import DefinitionError
from cspdash.settings import Settings
from data_access.mapping import did_you_mean
from data_access.mapping_file import SourceTable
from data_access.proposal import GAP
from data_access.proposing import propose
from data_access.trial import Trial

CELLS = (("mapping", "mapping"), ("what", "what"), ("row", "row"), ("column", "column"), ("value", "value"))


def check(place: Place, name: str, rows: int, shape: Format) -> int:
    """Prints the first rows of every mapping as a load would take them. Exit code 1: something could not be read."""
    settings = place.settings()
    found = trials(settings, name, rows)
    now = datetime.now(UTC)
    if shape is Format.json:
        facts = {"sample": True, "handling_marking": settings.handling_marking, "source": name}
        show(place.out, shape, [_as_object(trial, now) for trial in found], (), facts, "mappings")
    elif shape is Format.csv:
        show(place.out, shape, [cell for trial in found for cell in _cells(trial, now)], CELLS, {})
    else:
        for trial in found:
            _print(place, settings, trial, now)
    return FAILED if any(trial.problem or trial.missing for trial in found) else OK


def _print(place: Place, settings: Settings, trial: Trial, now: datetime) -> None:
    lines = [f"\n{trial.mapping.name}: {trial.mapping.place} ({trial.mapping.where})"]
    lines += [f"  {words}" for words in _words(trial, now)]
    if trial.rows:
        lines.append(f"  SAMPLE of what a load would take; {settings.handling_marking}; nothing was written")
    for line in lines:
        place.out.print(line, markup=False, highlight=False)
    if trial.rows:
        show(place.out, Format.table, list(trial.rows), [(column, column) for column in trial.rows[0]], {})


def _words(trial: Trial, now: datetime) -> list[str]:
    if trial.problem:
        return [f"cannot be loaded: {trial.problem}"]
    refused = sum(count for _, _, count, _ in trial.refused)
    taken = trial.read - trial.left_out - trial.gone - refused
    others = f"{trial.left_out} left out, {trial.gone} taken away, {refused} refused"
    found = [f"of the first {trial.read} rows {taken} would be taken, {others}"]
    found += [
        f"refused: {column} {why} ({count} rows; the first: {where})" for column, why, count, where in trial.refused
    ]
    if trial.newest_at is not None:
        lag = (now - trial.newest_at).total_seconds()
        found.append(f"newest event {trial.newest_at:%Y-%m-%d %H:%M:%S} UTC, {lag:,.0f} seconds ago")
    if trial.missing:
        found.append(f"columns that are not there: {', '.join(trial.missing)}")
    if trial.unmapped:
        found.append(f"columns of theirs that nothing takes: {', '.join(trial.unmapped)}")
    return found


def _as_object(trial: Trial, now: datetime) -> dict[str, Any]:
    lag = (now - trial.newest_at).total_seconds() if trial.newest_at else None
    return {
        "mapping": trial.mapping.name,
        "dataset": trial.mapping.dataset,
        "place": trial.mapping.place,
        "problem": trial.problem,
        "read": trial.read,
        "left_out": trial.left_out,
        "taken_away": trial.gone,
        "refused": [
            {"column": column, "reason": why, "rows": count, "first": where}
            for column, why, count, where in trial.refused
        ],
        "lag_seconds": lag,
        "missing": list(trial.missing),
        "unmapped": list(trial.unmapped),
        "rows": list(trial.rows),
    }


def _cells(trial: Trial, now: datetime) -> list[dict[str, Any]]:
    """One line a cell, so that mappings with different columns fit one file."""
    name = trial.mapping.name
    found: list[dict[str, Any]] = [{"mapping": name, "what": "note", "value": words} for words in _words(trial, now)]
    for number, row in enumerate(trial.rows, 1):
        found += [
            {"mapping": name, "what": "sample", "row": number, "column": column, "value": plain(value)}
            for column, value in row.items()
        ]
    return found


@dataclass(frozen=True)
class Wanted:
    """What `source init` is to look at: keys of [source] and of [[dataset]], those that were given."""

    name: str
    dataset: str
    head: Mapping[str, Any]
    place: Mapping[str, Any]


def wanted(name: str, dataset: str, kind: str, given: Sequence[str]) -> Wanted:
    """The options of `source init`; KEY=VALUE goes where a source's file has that key. Raises DefinitionError."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise DefinitionError(f"{name!r} cannot be a name", "NAME", "Use small letters, digits and _")
    head: dict[str, Any] = {"kind": kind}
    place: dict[str, Any] = {}
    for each in given:
        key, is_pair, value = each.partition("=")
        if not is_pair:
            raise DefinitionError(f"{each!r} is no KEY=VALUE", "--set", "--set table=crime")
        target = head if key in SourceTable.model_fields else place
        target[key] = int(value) if value.isdecimal() and key in ("header_row", "page_size", "first_page") else value
    return Wanted(name, dataset, head, place)


def init(place: Place, wanted: Wanted) -> int:
    """Writes sources/NAME.toml; never over anything that is there."""
    settings = place.settings()
    path = settings.home / "sources" / f"{wanted.name}.toml"
    if path.exists():
        place.err.print(f"{path} is there already; it is left alone.", markup=False)
        return WRONG
    datasets = load_datasets([settings.home / "datasets"])
    if wanted.dataset not in datasets:
        raise DefinitionError(
            f"there is no dataset {wanted.dataset!r}", "--dataset", did_you_mean(wanted.dataset, datasets)
        )
    text = propose(
        ingest_options(settings), {"name": wanted.name, **wanted.head}, datasets[wanted.dataset], wanted.place
    )
    write_new(path, text)
    gaps = text.count(f"\n{GAP}")
    place.out.print(
        f"{path} written; {gaps} gaps to fill in, each marked {GAP.removeprefix('# ')}", markup=False, highlight=False
    )
    return OK


def write_new(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w", encoding="utf-8") as file:
        file.write(text)
