"""Facts a page keeps for the server: signed, so that they come back as they went out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

_LASTS_SECONDS = 24 * 3600


class Seal:
    """Signs and opens what one kind of form carries. `purpose` keeps one form's facts from being used in another."""

    def __init__(self, keys: Sequence[str], purpose: str) -> None:
        """`keys` oldest first: the last one signs, all of them open."""
        self._serializer = URLSafeTimedSerializer(list(keys), salt=f"cspdash.{purpose}")

    def close(self, facts: dict[str, Any]) -> str:
        return str(self._serializer.dumps(facts))

    def open(self, sealed: object) -> dict[str, Any] | None:
        """The facts, or None for anything this server did not seal within the last day."""
        if not isinstance(sealed, str):
            return None
        try:
            facts = self._serializer.loads(sealed, max_age=_LASTS_SECONDS)
        except (BadData, UnicodeEncodeError):  # the latter: half of a pair of surrogates, which nobody sealed
            return None
        return facts if isinstance(facts, dict) else None
