"""Somebody at a browser, without the browser: signs in over HTTP and asks callbacks as the page would."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Self

import requests

_SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


class Person:
    """One session with a running server. What the page would know of callbacks is asked of the server."""

    def __init__(self, url: str, timeout_seconds: float = 30.0) -> None:
        self.url, self._timeout = url, timeout_seconds
        self.http = requests.Session()
        self.http.trust_env = False  # no proxy of the environment stands between
        self._callbacks: list[dict[str, Any]] = []

    def sign_in(self, persona: str, callbacks: list[dict[str, Any]] | None = None) -> Self:
        """Signs in. `callbacks` are known already to a crowd."""
        page = self.http.get(f"{self.url}/sign-in", timeout=self._timeout).text
        form = {"persona": persona, "csrf_token": page.partition('name="csrf_token" value="')[2].partition('"')[0]}
        address = f"{self.url}/sign-in"
        answer = self.http.post(address, form, headers=_SAME_SITE, timeout=self._timeout, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        return self.arrive() if callbacks is None else self.knows(callbacks)

    def arrive(self) -> Self:
        """What a page learns when it is loaded: the callbacks there are."""
        self.http.headers.update(self._token())
        self._callbacks = self.http.get(f"{self.url}/_dash-dependencies", timeout=self._timeout).json()
        return self

    def knows(self, callbacks: list[dict[str, Any]]) -> Self:
        """The same without asking, for a crowd."""
        self.http.headers.update(self._token())
        self._callbacks = callbacks
        return self

    @property
    def callbacks(self) -> list[dict[str, Any]]:
        return self._callbacks

    def body(self, changed: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The request of the server callback that listens to `changed` ("url.pathname")."""
        for each in self._callbacks:
            names = [f"{part['id']}.{part['property']}" for part in each["inputs"]]
            if changed in names and not each.get("clientside_function"):
                return _body(each, changed, values)
        raise LookupError(f"no callback listens to {changed}")

    def ask(self, changed: str, values: Mapping[str, Any]) -> requests.Response:
        address = f"{self.url}/_dash-update-component"
        return self.http.post(address, json=self.body(changed, values), headers=_SAME_SITE, timeout=self._timeout)

    def visit(self, address: str) -> requests.Response:
        pathname, _, search = address.partition("?")
        return self.ask("url.pathname", {"url.pathname": pathname, "url.search": f"?{search}" if search else ""})

    def timed_visit(self, address: str) -> float:
        """Seconds until the page was there."""
        begun = time.perf_counter()
        answer = self.visit(address)
        assert answer.status_code == 200, answer.text
        return time.perf_counter() - begun

    def _token(self) -> dict[str, str]:
        found = {cookie.name: cookie.value for cookie in self.http.cookies}
        return {"X-CSRFToken": found.get("csrf") or found.get("__Host-csrf") or ""}


def _body(callback: Mapping[str, Any], changed: str, values: Mapping[str, Any]) -> dict[str, Any]:
    def part(known: Mapping[str, str]) -> dict[str, Any]:
        return {
            "id": known["id"],
            "property": known["property"],
            "value": values.get(f"{known['id']}.{known['property']}"),
        }

    output = str(callback["output"])
    names = output[2:-2].split("...") if output.startswith("..") else [output]
    places = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
    return {
        "output": output,
        "outputs": places if output.startswith("..") else places[0],
        "inputs": [part(known) for known in callback["inputs"]],
        "state": [part(known) for known in callback["state"]],
        "changedPropIds": [changed],
    }
