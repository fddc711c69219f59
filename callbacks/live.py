"""What an open page asks every other second: has anything moved, and how old is each source.

A conditional request: the answer to a page that has seen the present state is 304 and nothing else, worked out from a look
at the database that all pages of a process share (`Reader.glance`). It is no callback of Dash, so that an idle page costs a
few hundred bytes and no drawing, and it keeps nobody signed in. One asked again is answered before all that is asked at
the door (callbacks/unchanged.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, request

from callbacks.drawn import STALE
from callbacks.unchanged import OF_THE_DATA, UnchangedLooks
from cspdash.domain.errors import DatabaseUnavailable
from cspdash.domain.freshness import age_of, state_of
from cspdash.domain.ports import AsAt, Live, Reader, Viewer

PATH, ENDPOINT = "/live", "live"


def register(server: Flask, reader: Reader, viewer: Callable[[], Viewer]) -> None:
    def live() -> Response:
        try:
            found = reader.glance(viewer())
        except DatabaseUnavailable:  # news as well: the page is to say that it is as it was
            found = Live(STALE, "", ())
        request.environ[OF_THE_DATA] = found.state != STALE
        answer: Response = Response(status=304) if request.if_none_match.contains(tag_of(found)) else _told(found)
        answer.set_etag(tag_of(found))
        return answer

    server.add_url_rule(PATH, ENDPOINT, live)
    server.wsgi_app = UnchangedLooks(server.wsgi_app, PATH, reader.mark)  # type: ignore[method-assign]


def _told(found: Live) -> Response:
    return jsonify(
        state=found.state,
        version=found.version,
        sources=[facts(source) for source in found.sources],
        again=found.look_seconds,
    )


def facts(source: AsAt) -> dict[str, Any]:
    """What assets/js/freshness.js keeps of a source."""
    return {
        "source": source.source,
        "words": source.words,
        "at": source.event_at and source.event_at.isoformat(),
        "loaded": source.loaded_at and source.loaded_at.isoformat(),
        "lateAfter": source.stale_after_seconds,
        "state": state_of(source),
    }


def tag_of(found: Live) -> str:
    """The state, and roughly when each source was read: a poll that finds nothing new must not wake every page."""
    return "-".join((found.state, *(f"{age_of(source.loaded_at):x}" for source in found.sources)))
