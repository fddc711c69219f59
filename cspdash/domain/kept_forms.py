"""What somebody typed into a form and has not saved: kept for them alone, so that a session's end loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """The fields as typed, and the revision of what they were typed over."""

    revision: int
    fields: Mapping[str, str]
    kept_at: datetime


class KeptForms(Protocol):
    """By user and form: nobody else's can be asked for. Raises DatabaseUnavailable where it cannot be asked."""

    def keep(self, user_id: str, form: str, revision: int, fields: Mapping[str, str]) -> datetime:
        """Keeps it in the place of what was kept before; returns when. What is older than a week is forgotten."""
        ...

    def find(self, user_id: str, form: str) -> KeptForm | None: ...

    def drop(self, user_id: str, form: str) -> None: ...
