"""How `cspdash rules explain` prints; apart from the command, so that `--help` need not load it."""

from enum import StrEnum


class Shape(StrEnum):
    """A table for eyes, or one JSON object a record for programs. Reasons are sentences: no CSV."""

    table = "table"
    json = "json"
