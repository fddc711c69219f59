"""A Unix socket to listen on: made for this user and the proxy's group, and for nobody else."""

from __future__ import annotations

import importlib
import os
import socket
from pathlib import Path
from typing import Any

from cspdash.settings import Problem, Settings, SettingsError

# Whoever may write to a socket may connect to it: this user and the group.
_UMASK = 0o007
_LONGEST = 107  # bytes that Linux keeps of the path of a socket


def address(settings: Settings) -> str:
    return f"{settings.public_url or 'a Unix socket'} (socket {settings.socket})"


def need_free(settings: Settings) -> None:
    """Raises SettingsError where the socket cannot be made, or given to the proxy's group, or somebody listens there."""
    need_usable(settings)
    path = _path(settings)
    if path.is_socket() and _answers(path):
        raise SettingsError(Problem(f"somebody listens at {path}", "socket", "Stop what listens there"))


def need_usable(settings: Settings) -> None:
    """Raises SettingsError where the socket cannot be made, or given to the proxy's group."""
    path = _path(settings)
    if len(os.fsencode(path)) > _LONGEST:
        raise SettingsError(Problem(f"the path is longer than {_LONGEST} bytes", "socket", "Choose a shorter one"))
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        what = f"the folder {path.parent} is not there, or not this user's to write to"
        raise SettingsError(Problem(what, "socket", "Make it; systemd does with RuntimeDirectory=cspdash"))
    number = _group(settings)
    if os.geteuid() != 0 and number not in {os.getegid(), *os.getgroups()}:
        what = f"this user is not in the group {settings.socket_group}, so the proxy could not be let at the socket"
        raise SettingsError(Problem(what, "socket_group", "Add it: SupplementaryGroups= in the service's unit"))
    if path.exists() and not path.is_socket():
        raise SettingsError(Problem(f"{path} is there and no socket", "socket", "Choose another path"))


def options(settings: Settings) -> dict[str, Any]:
    """gunicorn's settings of where to listen."""
    path, number = _path(settings), _group(settings)

    def give_to_group(_server: Any) -> None:
        os.chown(path, -1, number)

    return {"bind": f"unix:{path}", "umask": _UMASK, "when_ready": give_to_group}


def _group(settings: Settings) -> int:
    peers = importlib.import_module("cspdash.auth.proxy_peer")  # not on Windows
    return int(peers.group_number(settings.socket_group))


def _path(settings: Settings) -> Path:
    return settings.socket or Path()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True
