"""The composition root: a deployment behind the web application. The only module that knows both."""

from __future__ import annotations

import atexit
from dataclasses import replace

import dash
from flask import Flask

from cspdash.deployment import Deployment, open_deployment
from cspdash.logs import configure_logs
from cspdash.settings import Settings
from cspdash.web import Ports, build
from data_access.call_ledger import FileLedger
from data_access.kept_forms import DatabaseKeptForms
from data_access.source_care import ScorecardSourceCare

__all__ = ["Deployment", "create_app", "open_deployment", "ports_of", "wsgi"]


def create_app(settings: Settings) -> dash.Dash:
    """The web application over a deployment, opened for as long as the process lives."""
    configure_logs(settings.log_level, settings.log_format, settings.log_file)
    deployment = open_deployment(settings, for_pages=True)
    calls = FileLedger(settings.cache_dir / "calls")
    try:
        app = build(settings, replace(ports_of(deployment), calls=calls))
    except BaseException:
        deployment.close()
        raise
    atexit.register(deployment.audit.close)  # the anchor's last note
    return app


def ports_of(deployment: Deployment) -> Ports:
    """A deployment as the web application sees it."""
    return Ports(
        reader=deployment.reader,
        plans=deployment.plans,
        audit=deployment.audit_log,
        identity=deployment.identity,
        forms=DatabaseKeptForms(deployment.engine, deployment.metadata),
        care=ScorecardSourceCare(deployment.reader.figures),
        administering=deployment.administering(),
        is_ready=deployment.trouble,
        personas=deployment.personas,
    )


def wsgi() -> Flask:
    """What a WSGI server calls in each worker: `gunicorn "cspdash.app:wsgi()"`, the folder named by CSPDASH_HOME."""
    server: Flask = create_app(Settings.load()).server
    return server
