"""`cspdash serve`: the web server. gunicorn where there is one, else Werkzeug's threaded server (Windows)."""

from __future__ import annotations

import importlib

from werkzeug.serving import make_server

from cspdash.app import create_app
from cspdash.auth.entrance import need_entrance
from cspdash.commands import listening, unix_socket
from cspdash.commands.gunicorn_options import gunicorn_options
from cspdash.commands.place import OK, Place
from cspdash.deployment import open_deployment
from cspdash.settings import Problem, Settings, SettingsError


def serve(place: Place, settings: Settings, workers: int) -> int:
    """Serves the deployment until stopped. What is wrong is said before anything listens."""
    with open_deployment(settings) as deployment:  # closed again before any worker starts: no connection is inherited
        need_entrance(settings, deployment.personas)
    listen = unix_socket if settings.socket is not None else listening
    listen.need_free(settings)
    place.say(f"Scorecards of {settings.force_name} at {listen.address(settings)}")
    try:
        server = importlib.import_module("cspdash.commands.gunicorn_server")
    except ImportError:
        _serve_plainly(settings)
    else:
        server.run(settings, {**gunicorn_options(settings, workers), **listen.options(settings)})
    return OK


def _serve_plainly(settings: Settings) -> None:
    if settings.socket is not None:
        raise SettingsError(Problem("needs gunicorn, which is not here", "socket", "Serve from Linux"))
    make_server(settings.host, settings.port, create_app(settings).server, threaded=True).serve_forever()
