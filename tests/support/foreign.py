"""A page of another origin, in a real browser, that tries to act for whoever is signed in here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.serving import make_server

_PAGE = """<!DOCTYPE html><title>Elsewhere</title><body><script>
(async () => {
  const here = new URLSearchParams(location.search).get("here");
  const body = new URLSearchParams(location.search).get("body");
  window.read = [];
  const target = here + "/_dash-update-component";
  async function attempt(url, options) {
    try { const answer = await fetch(url, options); window.read.push(await answer.text()); } catch (error) {}
  }
  for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded"])
    for (const mode of ["cors", "no-cors"])
      await attempt(target, {method: "POST", mode, credentials: "include", headers: {"Content-Type": type}, body});
  navigator.sendBeacon(target, body);
  await attempt(here + "/sign-out", {method: "POST", mode: "no-cors", credentials: "include"});
  await attempt(here + "/_dash-layout", {credentials: "include"});
  window.read = window.read.filter(text => text !== "");
  for (const [action, field] of [[here + "/_dash-update-component", body], [here + "/sign-out", ""]]) {
    const frame = document.createElement("iframe");
    frame.name = "f" + Math.random();
    document.body.append(frame);
    const form = document.createElement("form");
    Object.assign(form, {action, method: "post", target: frame.name, enctype: "text/plain"});
    const input = document.createElement("input");
    [input.name, input.value] = [field, ""];
    form.append(input);
    document.body.append(form);
    const loaded = new Promise(resolve => { frame.onload = resolve; setTimeout(resolve, 3000); });
    form.submit();
    await loaded;
    try { if (frame.contentDocument && frame.contentDocument.body.innerText) window.read.push("framed"); } catch (error) {}
  }
  window.tried = "all";
})();
</script>"""


@dataclass(frozen=True)
class Foreign:
    """A running server that is not ours. `localhost` and `127.0.0.1` are different sites to a browser."""

    port: int

    def url(self, here: str, body: str) -> str:
        return f"http://localhost:{self.port}/?here={quote(here, safe='')}&body={quote(body, safe='')}"


@contextmanager
def foreign_page() -> Iterator[Foreign]:
    server = Flask("elsewhere", static_folder=None)

    @server.get("/")
    def page() -> Response:
        assert request.args["here"].startswith("http://127.0.0.1:")
        return Response(_PAGE, mimetype="text/html")

    running = make_server("127.0.0.1", 0, server, threaded=True)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield Foreign(running.server_port)
    finally:
        running.shutdown()
        thread.join(10)
        running.server_close()
