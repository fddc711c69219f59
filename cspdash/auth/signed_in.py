"""Who is signed in: Flask-Login in one module, and the two clocks of a session.

The cookie is signed and holds the user's id and times, nothing else. Who that user is, and what they may see, is looked
up anew for every request, so a change of role or posting applies at once.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import timedelta

from flask import Flask, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from cspdash.domain.errors import NotPermitted
from cspdash.domain.ports import Viewer

FindViewer = Callable[[str], Viewer | None]
_SIGNED_IN_AT, _SEEN_AT, _ID = "in_at", "seen_at", "id"
_NOTE_EVERY_SECONDS = 30  # a cookie is not written again for every click


class _User(UserMixin):
    def __init__(self, viewer: Viewer) -> None:
        self.id = viewer.user_id
        self.viewer = viewer


class Sessions:
    """Signing in and out, and when a session ends by itself. One for each server."""

    def __init__(self, server: Flask, find: FindViewer, *, idle: timedelta, absolute: timedelta) -> None:
        self._idle, self._absolute = idle.total_seconds(), absolute.total_seconds()
        manager = LoginManager()
        manager.init_app(server)
        manager.session_protection = None  # it ties a session to an address, which changes on police networks

        @manager.user_loader  # type: ignore[untyped-decorator]
        def load(user_id: str) -> _User | None:
            viewer = find(user_id)
            return _User(viewer) if viewer and not self._is_over() else None

    def sign_in(self, viewer: Viewer) -> None:
        """A new session: nothing of the one before survives."""
        session.clear()
        login_user(_User(viewer))
        now = int(time.time())
        session[_SIGNED_IN_AT] = session[_SEEN_AT] = now
        session[_ID] = secrets.token_urlsafe(32)

    def sign_out(self) -> None:
        logout_user()
        session.clear()

    def note_activity(self) -> None:
        """Somebody did something: the idle clock starts again."""
        now = int(time.time())
        if now - int(session.get(_SEEN_AT, 0)) >= _NOTE_EVERY_SECONDS:
            session[_SEEN_AT] = now

    def _is_over(self) -> bool:
        now, seen_at, signed_in_at = time.time(), session.get(_SEEN_AT), session.get(_SIGNED_IN_AT)
        if not isinstance(seen_at, int) or not isinstance(signed_in_at, int):
            return True
        return now - seen_at > self._idle or now - signed_in_at > self._absolute


def is_signed_in() -> bool:
    return bool(current_user.is_authenticated)


def current_session_id() -> str:
    """What the tokens of this session are bound to; "" for a stranger."""
    return str(session.get(_ID, "")) if is_signed_in() else ""


def current_user_id() -> str:
    """Who this request is from; "" for a stranger."""
    return current_viewer().user_id if is_signed_in() else ""


def current_viewer() -> Viewer:
    """Who this request is from. Raises NotPermitted for a stranger."""
    if not is_signed_in():
        raise NotPermitted("You are not signed in.")
    viewer: Viewer = current_user.viewer
    return viewer
