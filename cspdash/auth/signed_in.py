"""Who is signed in: Flask-Login in one module, sessions kept on the server, and the two clocks of a session.

The browser holds 256 random bits and nothing else. Who that is, and what they may see, is looked up anew for every
request, so that a session ends at once: signed out, ended by an administrator, a leaver, another role.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flask import Flask, Request, Response, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, logout_user

from cspdash.auth.seen_lately import SeenLately
from cspdash.domain.audit import Audit, AuditEntry, Operation
from cspdash.domain.errors import AuditUnavailable, NotPermitted
from cspdash.domain.identity import (
    IDLE,
    NO_LONGER_KNOWN,
    ROLE_CHANGED,
    SIGNED_IN_AGAIN,
    SIGNED_OUT,
    TOO_OLD,
    Method,
    Session,
    SessionStore,
    StoreUnavailable,
    handle_of,
)
from cspdash.domain.looking_outside import StandingReason, standing
from cspdash.domain.ports import Viewer

FindViewer = Callable[[str], Viewer | None]
Objection = Callable[[Request, Session], str]  # why a session cannot be this request's; "" where it can
_NOTE_EVERY = timedelta(seconds=30)  # the store is not written to for every click
_SECRET_BYTES = 32
_LONGEST = 64
_CURRENT = "_login_user"  # Flask-Login's own place; its login_user would write a cookie besides
_NEW, _GONE, _AWAY = "new_session", "no_session", "store_away"  # in flask.g


@dataclass(frozen=True)
class Limits:
    """After how long with nothing done a session ends, and after how long in any case; by the server's clock."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True)
class TimeLeft:
    """Seconds until the session ends if nothing is done, and until it ends in any case."""

    idle_seconds: int
    absolute_seconds: int

    @property
    def seconds(self) -> int:
        return min(self.idle_seconds, self.absolute_seconds)


class _User(UserMixin):
    """`viewer` says why they look outside their own team where that counts still, `open_page` also where it did."""

    def __init__(self, viewer: Viewer, kept: Session) -> None:
        self.id = viewer.user_id
        self.viewer = replace(viewer, looks=standing(kept.looks, _now()))
        self.open_page = replace(viewer, looks=kept.looks)
        self.session = kept


class Sessions:
    """Signing in and out, and when a session ends by itself. One for each server.

    `find` says who somebody is now, None for nobody any more. `is_secure`: people come over TLS, so the cookie is a
    `__Host-` one that goes nowhere else.
    """

    def __init__(
        self,
        server: Flask,
        find: FindViewer,
        store: SessionStore,
        audit: Audit,
        limits: Limits,
        *,
        is_secure: bool,
        objection: Objection = lambda _request, _session: "",
    ) -> None:
        self._find, self._store, self._audit, self._limits, self._is_secure = find, store, audit, limits, is_secure
        self._objection, self._seen_lately = objection, SeenLately()
        self.cookie = "__Host-session" if is_secure else "cspdash_session"
        manager = LoginManager()
        manager.init_app(server)
        manager.session_protection = None  # it ties a session to an address, which changes on police networks
        manager.request_loader(self._load)
        server.after_request(self._set_cookie)

    # --- at the door ---
    def sign_in(self, viewer: Viewer, method: Method, idp_sid: str = "", id_token: str = "") -> None:
        """A new session with a new secret: nothing of the one before survives. Logged first.

        Raises StoreUnavailable, AuditUnavailable; then nobody is signed in.
        """
        sid = secrets.token_urlsafe(_SECRET_BYTES)
        self._note(viewer, Operation.SIGN_IN, method, handle_of(sid))
        if before := self._sid(request):
            self._store.end(before, SIGNED_IN_AGAIN)
        session.clear()
        self._store.start(sid, viewer, method, idp_sid, id_token)
        if kept := self._store.find(sid):
            setattr(g, _CURRENT, _User(viewer, kept))
        setattr(g, _NEW, sid)

    def sign_out(self) -> str:
        """Ends the session on the server, so that its cookie opens nothing any more. Returns the ID token it kept."""
        sid = self._sid(request)
        if is_signed_in():
            self._note(current_user.viewer, Operation.SIGN_OUT, SIGNED_OUT, handle_of(sid))
        self._seen_lately.note(sid, None, None)
        token = self._store.end(sid, SIGNED_OUT) if sid else ""
        logout_user()
        session.clear()
        setattr(g, _GONE, True)
        return token

    # --- meanwhile ---
    def note_activity(self) -> None:
        """Somebody did something: the idle clock starts again."""
        kept: Session = current_user.session
        if _now() - kept.seen_at < min(_NOTE_EVERY, self._limits.idle / 4):
            return
        self.extend()

    def extend(self) -> None:
        """The idle clock starts again. A store that is busy is asked at the next click."""
        try:
            self._store.seen(self._sid(request))
        except StoreUnavailable:
            current_app.logger.warning("the activity of a session could not be noted")

    def say_why(self, unit_id: str, reason: str, lasts: timedelta, *, is_alone: bool) -> None:
        """From now on, and for so long, whoever is signed in looks at a unit outside their own team for this reason.

        Raises StoreUnavailable, and NotPermitted where the session has ended meanwhile.
        """
        said = StandingReason(unit_id, is_alone, reason, _now() + lasts)
        kept = self._store.say_why(self._sid(request), said)
        if kept is None:
            raise NotPermitted("You are not signed in.")
        setattr(g, _CURRENT, _User(current_user.viewer, kept))

    def time_left(self) -> TimeLeft:
        """How long the session of this request lasts."""
        kept = self._store.find(self._sid(request)) or current_user.session
        ends = (kept.seen_at + self._limits.idle, kept.created_at + self._limits.absolute)
        idle, absolute = (max(0, int((end - _now()).total_seconds())) for end in ends)
        return TimeLeft(idle, absolute)

    def _load(self, asked: Request) -> _User | None:
        """Flask-Login's question at each request: who is this?"""
        sid = self._sid(asked)
        if not sid or _AWAY in g:
            return None
        try:
            return self._known(asked, sid)
        except (StoreUnavailable, AuditUnavailable):
            setattr(g, _AWAY, True)  # said once a request: what comes after the answer must not fail on it again
            raise

    def _known(self, asked: Request, sid: str) -> _User | None:
        try:
            kept = self._store.find(sid)
            viewer = self._find(kept.user_id) if kept is not None and kept.ended_at is None else None
            self._seen_lately.note(sid, kept, viewer)
        except StoreUnavailable:
            kept, viewer = self._seen_lately.recall(sid)
        if kept is None or kept.ended_at is not None:
            return None
        if why := self._over(kept, viewer) or self._objection(asked, kept):
            self._end(sid, kept, viewer, why)
            return None
        return _User(viewer, kept) if viewer is not None else None

    def _end(self, sid: str, kept: Session, viewer: Viewer | None, why: str) -> None:
        self._store.end(sid, why)
        gone = Viewer(kept.user_id, kept.name, kept.role)
        self._note(viewer or gone, Operation.SIGN_OUT, why, kept.handle)

    def _over(self, kept: Session, viewer: Viewer | None) -> str:
        """Why the session is at its end; "" while it is not."""
        now = _now()
        if now - kept.seen_at > self._limits.idle:
            return IDLE
        if now - kept.created_at > self._limits.absolute:
            return TOO_OLD
        if viewer is None:
            return NO_LONGER_KNOWN
        return ROLE_CHANGED if viewer.role != kept.role else ""

    # --- the cookie ---
    def _sid(self, asked: Request) -> str:
        sid = asked.cookies.get(self.cookie, "")
        return sid if len(sid) <= _LONGEST else ""

    def _set_cookie(self, response: Response) -> Response:
        if sid := g.get(_NEW):
            response.set_cookie(self.cookie, sid, path="/", secure=self._is_secure, httponly=True, samesite="Lax")
        elif g.get(_GONE):
            response.delete_cookie(self.cookie, path="/", secure=self._is_secure, httponly=True, samesite="Lax")
        return response

    def _note(self, viewer: Viewer, what: Operation, why: str, handle: str = "") -> None:
        self._audit.write(AuditEntry.by(viewer, what, subject="session", subject_id=handle, detail=why))


def _now() -> datetime:
    return datetime.now(UTC)


def is_signed_in() -> bool:
    return bool(current_user.is_authenticated)


def current_session_id() -> str:
    """What the tokens of this session are bound to; "" for a stranger."""
    return current_session().handle if _is_known() else ""


def current_user_id() -> str:
    """Who this request is from; "" for a stranger."""
    return current_viewer().user_id if _is_known() else ""


def _is_known() -> bool:
    """Whether somebody is signed in, for what must go on where that cannot be told."""
    try:
        return is_signed_in()
    except (StoreUnavailable, AuditUnavailable):
        return False


def current_viewer() -> Viewer:
    """Who this request is from. Raises NotPermitted for a stranger."""
    if not is_signed_in():
        raise NotPermitted("You are not signed in.")
    viewer: Viewer = current_user.viewer
    return viewer


def viewer_of_open_page() -> Viewer:
    """The same for what a page that is open already does: it goes on under the reason it was opened with."""
    current_viewer()
    viewer: Viewer = current_user.open_page
    return viewer


def current_session() -> Session:
    """The session of this request. Raises NotPermitted for a stranger."""
    if not is_signed_in():
        raise NotPermitted("You are not signed in.")
    kept: Session = current_user.session
    return kept
