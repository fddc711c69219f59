"""Nobody but the proxy: where its word is believed, nobody else may be able to speak in its stead.

The only way in is a Unix socket that the proxy's group alone may open; each connection is held to that group again; and
there is no start with a TCP port. Unix only: imported where proxy sign-in is set up.
"""

from __future__ import annotations

import grp
import os
import pwd
import socket
import struct
from pathlib import Path

from flask import Flask, request
from werkzeug.exceptions import Forbidden

from cspdash.settings import Problem, SettingsError

_CREDENTIALS = struct.Struct("3i")  # process, user, group: what Linux says of the other end of a Unix socket
_REFUSED = "Only the proxy on this machine is answered."


def register_peer_check(server: Flask, group: str) -> None:
    """Refuses every connection that is not a process of that group, or root, at the other end of a Unix socket.

    Registered before the gate. Raises SettingsError where there is no such group.
    """
    number = group_number(group)

    @server.before_request
    def check() -> None:
        peer = request.environ.get("gunicorn.socket")
        if peer is None or peer.family != socket.AF_UNIX:
            raise Forbidden(_REFUSED)
        _, user, primary = _CREDENTIALS.unpack(
            peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        )
        if user != 0 and number not in (primary, *groups_of(user, primary)):
            raise Forbidden(_REFUSED)


def group_number(group: str) -> int:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        problem = Problem(f"there is no group {group!r} here", "socket_group", "Set it to the group the proxy runs as")
        raise SettingsError(problem) from None


def groups_of(user: int, primary: int) -> list[int]:
    try:
        return os.getgrouplist(pwd.getpwuid(user).pw_name, primary)
    except KeyError:
        return []


def refuse_tcp() -> None:
    """Raises SettingsError where this process has inherited a TCP port to listen on, whoever started it and how."""
    for number in _sockets(Path("/proc/self/fd")):
        with socket.socket(fileno=os.dup(number)) as found:
            is_tcp = found.family in (socket.AF_INET, socket.AF_INET6)
            if is_tcp and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                what = f"a proxy's word is believed, so nothing may listen on a TCP port ({found.getsockname()[1]})"
                raise SettingsError(Problem(what, "sign_in", "Listen on the Unix socket alone"))


def _sockets(folder: Path) -> list[int]:
    found = []
    for entry in folder.iterdir() if folder.is_dir() else ():
        try:
            if str(entry.readlink()).startswith("socket:"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found
