"""What supervisors say of postings, in the words that stand beside a bar or in a team list."""

from __future__ import annotations

from collections.abc import Mapping

from cspdash.domain.corrections import Dispute, disputes
from cspdash.domain.wording import day_text
from data_access.correction_rows import CORRECTIONS, read
from data_access.reading import Reading
from data_access.row_security import directory

Disputes = Mapping[str, tuple[Dispute, ...]]


def disputes_of(reading: Reading) -> Disputes:
    """Officers whose posting somebody disputes today, as of the last change of any correction."""
    version = reading.versions.get(CORRECTIONS)
    if version is None:
        return {}
    figures = reading.figures

    def find() -> Disputes:
        with figures.engine.connect() as connection, directory(connection):
            return disputes(read(connection, figures.metadata, only_open=True), reading.today)

    return figures.kept(("disputes", version, reading.today), find)


def dispute_words(reading: Reading, officer_id: str) -> str:
    """ "disputed: not in Team C, says PS Nair, 26 Nov"; "" where nobody disputes anything."""
    said = []
    for dispute in disputes_of(reading).get(officer_id, ()):
        where = "not in" if dispute.kind == "not_here" else "in"
        said.append(
            f"{where} {_unit_name(reading, dispute.unit_id)}, says {dispute.by}, {day_text(dispute.on, reading.today)}"
        )
    return f"disputed: {'; '.join(said)}" if said else ""


def _unit_name(reading: Reading, unit_id: str) -> str:
    position = reading.organisation.tree.position.get(unit_id)
    return reading.organisation.tree.units[position].name if position is not None else "a unit that is gone"
