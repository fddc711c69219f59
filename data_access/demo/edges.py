"""The edge cases of the law that the demonstration holds, as data (edges.toml): tests look for each, documents list them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "edges.toml"
SECTIONS = {
    1: "Workload",
    2: "Victim updates",
    3: "Statutory time limits",
    4: "Bail and release under investigation",
    5: "Overtime",
    6: "Stop and search",
    7: "Response",
    8: "Intelligence",
    9: "Out-of-court disposals",
    10: "Criminal record items",
}
# The dataset each source table or drop becomes.
DATASETS = {
    "crime": "investigation",
    "accused": "suspect_offence",
    "victim": "victim",
    "contact_log": "victim_event",
    "key_event": "victim_event",
    "custody_release": "suspect_release",
    "intel_report": "intel_report",
    "ot_claim": "overtime_claim",
    "incident": "incident",
    "stop_search": "stop_search_form",
    "acro": "acro_item",
}


@dataclass(frozen=True, slots=True)
class Edge:
    """One case: the odd row it is known by (`table` and `note`, as in known_answers.json) and what must come out.

    `state` and `says` are of its first clock on the day of building ("" and () where there is none to speak of);
    `columns` are stored values, or "set", "missing", "saturday".
    """

    id: str
    section: int
    table: str
    note: str
    state: str
    says: tuple[str, ...]
    columns: Mapping[str, Any]

    @property
    def dataset(self) -> str:
        return DATASETS[self.table]


def edges() -> tuple[Edge, ...]:
    """All of them, by section."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Edge(
            id=raw["id"],
            section=raw["section"],
            table=raw["table"],
            note=raw["note"],
            state=raw.get("state", ""),
            says=tuple(raw.get("says", ())),
            columns=raw["is"],
        )
        for raw in table["edge"]
    )
