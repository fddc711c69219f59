"""What an administrator asks of whoever follows the sources: a try at once, or everything read and checked again."""

from __future__ import annotations

from sqlalchemy import select

from cspdash.domain.errors import NoData, NotPermitted
from cspdash.domain.ports import Viewer
from data_access.health import ask_now
from data_access.reading import Figures
from data_access.state import writing

AGAIN = "to be read again"  # no mapping's digest, so the next load takes its mapping for a changed one


class ScorecardSourceCare:
    """Implements cspdash.domain.ports.SourceCare. What is asked is done by the next load, not here."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures

    def try_now(self, source: str, viewer: Viewer) -> None:
        self._need(source, viewer)
        with writing(self.figures.engine) as connection:
            ask_now(connection, self.figures.metadata, source, self.figures.options.clock())

    def read_again(self, source: str, viewer: Viewer) -> None:
        self._need(source, viewer)
        state = self.figures.metadata.tables["source_state"]
        with writing(self.figures.engine) as connection:
            connection.execute(state.update().where(state.c.source == source).values(mapping_hash=AGAIN))
            ask_now(connection, self.figures.metadata, source, self.figures.options.clock())

    def _need(self, source: str, viewer: Viewer) -> None:
        viewer.need_write()
        if not self.figures.reading(viewer).scope.may_mend_sources:
            raise NotPermitted("Your role does not cover the care of sources.")
        state = self.figures.metadata.tables["source_state"]
        with self.figures.engine.connect() as connection:
            known = connection.execute(select(state.c.source).where(state.c.source == source).limit(1)).first()
        if known is None:
            raise NoData("There is no such source, or it has never been loaded.")
