"""The composition root: a deployment behind the web application. The only module that knows both."""

from __future__ import annotations

import atexit

import dash
from flask import Flask

from cspdash.deployment import Deployment, open_deployment
from cspdash.logs import configure_logs
from cspdash.settings import Settings
from cspdash.web import build
from data_access.call_ledger import FileLedger

__all__ = ["Deployment", "create_app", "open_deployment", "wsgi"]


def create_app(settings: Settings) -> dash.Dash:
    """The web application over a deployment, opened for as long as the process lives."""
    configure_logs(settings.log_level, settings.log_format, settings.log_file)
    deployment = open_deployment(settings, for_pages=True)
    calls = FileLedger(settings.cache_dir / "calls")
    try:
        personas, audit = deployment.personas, deployment.audit
        reader, plans = deployment.reader, deployment.plans
        app = build(
            settings, reader, plans, personas, deployment.trouble, deployment.audit_log, deployment.identity, calls
        )
    except BaseException:
        deployment.close()
        raise
    atexit.register(audit.close)  # the anchor's last note
    return app


def wsgi() -> Flask:
    """What a WSGI server calls in each worker: `gunicorn "cspdash.app:wsgi()"`, the folder named by CSPDASH_HOME."""
    server: Flask = create_app(Settings.load()).server
    return server
