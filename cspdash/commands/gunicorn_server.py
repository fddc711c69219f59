"""gunicorn told by settings instead of by a file. Imported only where there is one: it cannot be on Windows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gunicorn.app.base import BaseApplication

from cspdash.app import create_app
from cspdash.settings import Settings


class _Server(BaseApplication):
    """Each worker makes its own application after the fork, so no connection is inherited."""

    def __init__(self, settings: Settings, told: Mapping[str, Any]) -> None:
        self._settings, self._told = settings, told
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._told.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self._settings).server


def run(settings: Settings, told: Mapping[str, Any]) -> None:
    """Serves until told to stop."""
    _Server(settings, told).run()
