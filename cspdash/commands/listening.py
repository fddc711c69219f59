"""Where the server listens: its address, and whether it is free."""

from __future__ import annotations

import socket
from typing import Any

from cspdash.settings import Problem, Settings, SettingsError


def address(settings: Settings) -> str:
    return f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{settings.port}/"


def need_free(settings: Settings) -> None:
    """Raises SettingsError when somebody else listens there already."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            what = f"cannot listen at {address(settings)} ({error.strerror})"
            raise SettingsError(Problem(what, "port", "Stop what listens there, or choose another --port")) from None


def options(settings: Settings) -> dict[str, Any]:
    """gunicorn's settings of where to listen."""
    return {
        "bind": f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
    }
