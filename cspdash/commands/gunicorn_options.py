"""What gunicorn is told wherever it runs: by `cspdash serve`, and by deploy/gunicorn.conf.py."""

from __future__ import annotations

from typing import Any

from cspdash.settings import Settings

SPARE_THREADS = 16  # for files, health, and saying 503 while every place is taken


def gunicorn_options(settings: Settings, workers: int) -> dict[str, Any]:
    """gunicorn's settings by name, all but where to listen."""
    return {
        "workers": workers,
        "worker_class": "gthread",
        "threads": settings.requests_at_once + settings.requests_waiting + SPARE_THREADS,
        "preload_app": False,  # a worker must not inherit connections
        "timeout": 60,
        "graceful_timeout": 3,
        "keepalive": 15,
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "limit_request_field_size": 8190,
        "forwarder_headers": "",  # SCRIPT_NAME and PATH_INFO are nobody's to send, not even through a proxy
        "header_map": "drop",
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "cspdash",
    }
