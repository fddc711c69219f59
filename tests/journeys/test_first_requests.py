"""The very first requests of a new server process, which a browser sends many at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from tests.support.small import app_of, signed_in, small

SCRIPT = "/_dash-component-suites/dash/deps/react@18.v1m1.3.1.min.js"


def test_no_script_is_missing_while_the_first_request_is_answered(tmp_path: Path) -> None:
    with small(tmp_path) as deployment:
        cookie = signed_in(app_of(deployment, tmp_path), "sgt").get_cookie("cspdash_session")
        assert cookie
        fresh = app_of(deployment, tmp_path)
        found = fresh._generate_scripts_html

        def slowly() -> str:
            time.sleep(0.5)
            return found()

        statuses: list[int] = []

        def ask() -> None:
            client = fresh.server.test_client()
            client.set_cookie("cspdash_session", cookie.value)
            statuses.append(client.get(SCRIPT).status_code)

        with patch.object(fresh, "_generate_scripts_html", slowly):
            _at_once(ask, 4)
        assert statuses == [200] * 4


def _at_once(work: Callable[[], None], times: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
