"""Looks at a source that has no file yet, and proposes one."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cspdash.domain.datasets import Dataset
from data_access.loading import IngestOptions
from data_access.mapped import Source
from data_access.mapping import load_sources
from data_access.proposal import proposed
from data_access.sources.opened import OpenSources
from data_access.sources.sampling import sample_of


def propose(options: IngestOptions, head: Mapping[str, Any], dataset: Dataset, place: Mapping[str, Any]) -> str:
    """The text of a file for that source. Raises DefinitionError, SourceUnavailable, BatchRefused."""
    source = _bare(options, head, dataset, place)
    opened = OpenSources(options)
    try:
        sample = sample_of(opened, source, source.mappings[0])
    finally:
        opened.close()
    return proposed(head, dataset, place, sample, source.kind)


def _bare(options: IngestOptions, head: Mapping[str, Any], dataset: Dataset, place: Mapping[str, Any]) -> Source:
    """The source as its own file would declare it, with constants for every column: only where it is matters."""
    constants = [
        f"{column.name} = {{const = {json.dumps(_any(column.type, column.choices))}}}"
        for column in dataset.source_columns
        if column.required or column.name == "ref"
    ]
    lines = [
        "[source]",
        *(f"{key} = {json.dumps(value)}" for key, value in head.items()),
        "[[dataset]]",
        f"dataset = {json.dumps(dataset.name)}",
        *(f"{key} = {json.dumps(value)}" for key, value in place.items()),
        "[dataset.columns]",
        *constants,
    ]
    with tempfile.TemporaryDirectory(prefix="cspdash-") as folder:
        path = Path(folder) / "command line.toml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        (source,) = load_sources([Path(folder)], {dataset.name: dataset}, home=options.home, zone=options.zone)
    return source


def _any(column_type: str, choices: tuple[str, ...]) -> str | int | float | bool:
    if column_type == "choice":
        return choices[0]
    if column_type == "bool":
        return False
    return 0 if column_type in ("integer", "number", "pence") else "x"
