"""Whom pages are drawn for: whoever is signed in or, while an administrator looks as somebody else, that person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cspdash.auth.signed_in import FindViewer
from cspdash.domain.administration import Looks
from cspdash.domain.ports import Viewer


class SeenViewer:
    """For callbacks that show. Those that change something are given who is signed in, and nobody else."""

    def __init__(self, looks: Looks, find: FindViewer, signed_in: Callable[[], Viewer]) -> None:
        self._looks, self._find, self._signed_in = looks, find, signed_in

    def __call__(self) -> Viewer:
        """Raises NotPermitted for a stranger."""
        viewer = self._signed_in()
        if viewer.role != "administrator":
            return viewer
        looking = self._looks.now(viewer)
        seen = self._find(looking.as_user_id) if looking else None
        # Somebody who lost access meanwhile, or became an administrator, is nobody to look as.
        return (
            replace(seen, seen_by=viewer.user_id, looks=viewer.looks)
            if seen and seen.role != "administrator"
            else viewer
        )
