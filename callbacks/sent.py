"""Values a browser sent: wishes, not facts. Whatever has the wrong type is refused before it is used."""

from __future__ import annotations

from cspdash.domain.errors import BadFilter

LONGEST = 10_000


def text(value: object, name: str) -> str:
    """A text, "" for nothing. Raises BadFilter."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise BadFilter(f"The {name} that was sent cannot be read.")
    return value


def count(value: object) -> int:
    """A whole number, 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
