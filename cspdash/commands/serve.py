"""`cspdash serve`: the web server. gunicorn where there is one, else Werkzeug's threaded server (Windows)."""

from __future__ import annotations

import importlib

from werkzeug.serving import make_server

from cspdash.app import create_app
from cspdash.auth.entrance import need_entrance
from cspdash.commands.gunicorn_options import gunicorn_options
from cspdash.commands.listening import address, need_free
from cspdash.commands.place import OK, Place
from cspdash.deployment import open_deployment
from cspdash.settings import Settings


def serve(place: Place, settings: Settings, workers: int) -> int:
    """Serves the deployment until stopped. What is wrong is said before anything listens."""
    with open_deployment(settings) as deployment:  # closed again before any worker starts: no connection is inherited
        need_entrance(settings, deployment.personas)
    need_free(settings)
    place.say(f"Scorecards of {settings.force_name} at {address(settings)}")
    try:
        server = importlib.import_module("cspdash.commands.gunicorn_server")
    except ImportError:
        _serve_plainly(settings)
    else:
        server.run(settings, {"bind": bind(settings), **gunicorn_options(settings, workers)})
    return OK


def bind(settings: Settings) -> str:
    return f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"


def _serve_plainly(settings: Settings) -> None:
    make_server(settings.host, settings.port, create_app(settings).server, threaded=True).serve_forever()
