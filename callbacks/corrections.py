"""Team corrections: their addresses become pages, the form's button says so, the others decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dash.development.base_component import Component

from cspdash.domain.correcting import Corrections
from cspdash.domain.corrections import CorrectionInvalid
from cspdash.domain.ports import Viewer
from layouts import corrections as layout
from layouts import urls

Typed = Mapping[str, str]


@dataclass(frozen=True)
class CorrectionPages:
    """Draws them; callbacks.administration seals what their forms are about, and reads what was typed."""

    corrections: Corrections

    def draw(self, pathname: str, search: str, viewer: Viewer) -> tuple[Component, str]:
        """The page of an address below /corrections, and why outside the own team it is looked at. Raises domain errors."""
        correction_id = urls.correction_in(pathname)
        if correction_id == "new":
            form = self.corrections.form(*urls.new_correction_in(search), viewer)
            return layout.form_page(form), form.look_reason
        if correction_id:
            page = self.corrections.page(correction_id, viewer)
            return layout.correction_page(page), page.look_reason
        listed = self.corrections.list(viewer)
        return layout.corrections_page(listed), listed.look_reason

    def say(self, facts: Mapping[str, str], typed: Typed, days: tuple[date | None, date | None], viewer: Viewer) -> str:
        """The new correction's id. Raises CorrectionInvalid."""
        kind, unit = facts.get("subject", ""), facts.get("unit", "")
        officer = typed["officer"] if kind == "here" else facts.get("officer", "")
        return self.corrections.propose(kind, officer, unit, *days, typed["reason"], viewer)

    def again(self, facts: Mapping[str, str], typed: Typed, wrong: CorrectionInvalid, viewer: Viewer) -> Component:
        """The form as it was typed, and what is wrong with it."""
        kind, unit = facts.get("subject", ""), facts.get("unit", "")
        officer = "" if kind == "here" else facts.get("officer", "")
        form = self.corrections.form(kind, officer, unit, viewer)
        return layout.form_page(form, {**typed, "unit": unit}, wrong.problems)

    def decide(self, correction_id: str, act: str, viewer: Viewer) -> tuple[Component, str]:
        """The page as it is afterwards, and what was done."""
        said = self.corrections.decide(correction_id, act, viewer)
        return layout.correction_page(self.corrections.page(correction_id, viewer), said), said
