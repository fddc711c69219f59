"""The composition root: a deployment behind the web application. The only module that knows both."""

from __future__ import annotations

import atexit

import dash
from flask import Flask

from cspdash.deployment import Deployment, open_deployment
from cspdash.settings import Settings
from cspdash.web import build

__all__ = ["Deployment", "create_app", "open_deployment", "wsgi"]


def create_app(settings: Settings) -> dash.Dash:
    """The web application over a deployment, opened for as long as the process lives."""
    deployment = open_deployment(settings)
    try:
        personas, audit = deployment.personas, deployment.audit
        app = build(settings, deployment.reader, deployment.plans, personas, deployment.trouble, audit)
    except BaseException:
        deployment.close()
        raise
    atexit.register(audit.close)  # the anchor's last note
    return app


def wsgi() -> Flask:
    """What a WSGI server calls in each worker: `gunicorn "cspdash.app:wsgi()"`, the folder named by CSPDASH_HOME."""
    server: Flask = create_app(Settings.load()).server
    return server
