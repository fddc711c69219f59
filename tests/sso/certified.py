"""npm's certified `oidc-provider` as a process of its own, and a browser's walk through its pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from tests.journeys.site import _free_port
from tests.sso.relying import SITE

HERE = Path(__file__).parent / "npm"
_MOST_STEPS = 12
_FORM = re.compile(r'<form[^>]*action="([^"]+)"')
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


@dataclass
class Certified:
    """The provider; `stop` as when it is down."""

    issuer: str
    process: subprocess.Popen[str]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def serving(*sites: str) -> Iterator[Certified]:
    """The provider, which knows the site at these addresses, until the end of the `with`."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").is_dir():
        why = "no Node.js or no oidc-provider: tools/install_provider installs it"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    port = _free_port()
    command = [node, str(HERE / "provider.mjs"), str(port), *(sites or (SITE,))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=HERE)
    try:
        assert process.stdout is not None
        assert any("ready" in line for line in process.stdout)
        yield Certified(f"http://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def walk(session: requests.Session, address: str, login: str, site: str = SITE) -> tuple[str, list[str]]:
    """Goes where the provider leads, fills in its forms, and stops where it sends the browser back to us.

    Returns that address and the kinds of form that were shown.
    """
    shown: list[str] = []
    answer = session.get(address, allow_redirects=False, timeout=10)
    for _ in range(_MOST_STEPS):
        if answer.is_redirect:
            address = urljoin(address, answer.headers["Location"])
            if address.startswith(site):
                return address, shown
            answer = session.get(address, allow_redirects=False, timeout=10)
            continue
        action = _FORM.search(answer.text)
        assert action, answer.text
        fields = {name: unescape(value) for name, value in _HIDDEN.findall(answer.text)}
        shown.append(fields.get("prompt", "sign-out"))
        fields |= {"login": login, "password": "x"} if fields.get("prompt") == "login" else {}
        fields |= {} if "prompt" in fields else {"logout": "yes"}
        address = urljoin(address, unescape(action[1]))
        answer = session.post(address, data=fields, allow_redirects=False, timeout=10)
    raise AssertionError(f"the provider leads nowhere: {address}")
