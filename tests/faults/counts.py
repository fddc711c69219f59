"""How often a fault is tried: fewer by default, all of it with FAULTS=full in the environment; printed either way."""

from __future__ import annotations

import os

IS_FULL = os.environ.get("FAULTS") == "full"


def cases(usual: int, full: int) -> int:
    return full if IS_FULL else usual
