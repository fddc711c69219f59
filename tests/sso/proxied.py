"""Apache with mod_auth_openidc before Scorecards, who listens beside it behind the same sign-in, and browsers of our own."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import socketserver
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from tests.sso.apache import MODULES, Apache, apache
from tests.sso.behind import Behind
from tests.sso.certified import Certified, walk
from tests.sso.relying import CLIENT_SECRET

PASSPHRASE = "a-passphrase-for-this-test-only"
CALLBACK, SESSION = "/sign-in/callback", "__Host-proxy"
LOG_OUT = f"{CALLBACK}?logout="
IN_A_PAGE = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}
SPOOFED = dict.fromkeys(
    ("X-Remote-User", "X_Remote_User", "x-remote-user", "Remote-User", "REMOTE_USER", "OIDC_CLAIM_sub", "OIDC_CLAIM_roles",
     "OIDC-CLAIM-sub", "OIDC_access_token", "OIDC_id_token"), "cole",
)  # fmt: skip
ADMITTED = (
    ("PS Priya Nair", "--subject", "nair", "--role", "sergeant", "--officer", "E1"),
    ("Sam Cole", "--subject", "cole", "--role", "analyst"),
)
PAGES = ("/", "/workload", "/sign-in", "/listening", "/signed-outx", "/signed-out/x", "/signed-out/../workload",
         "/signed-out/%2e%2e/listening", "//workload", "/%77orkload", "/signed-out;/workload", "/healthz")  # fmt: skip
ASKED_BY_PAGES = ("/_dash-layout", "/_dash-dependencies", "/assets/css/cspdash.css", "/session", "/_favicon.ico")
NO_PAGES = (("/_dash-update-component", "POST"), ("/sign-out", "POST"), ("/workload", "DELETE"), ("/listening", "POST"),
            ("/listening", "OPTIONS"), ("/workload", "HEAD"))  # fmt: skip
PEOPLE = {"nair": "PS Priya Nair", "cole": "Sam Cole"}


@dataclass
class Listener:
    """In the place of an application, at /listening: what requests reach it, and with which headers."""

    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @contextmanager
    def at(self, socket: Path, group: int) -> Iterator[None]:
        heard = self.heard

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append((self.path, dict(self.headers.items())))
                self.send_response(204)
                self.end_headers()

            do_POST = do_GET  # noqa: N815  http.server's name

            def log_message(self, *_: Any) -> None:
                pass

        with socketserver.ThreadingUnixStreamServer(str(socket), Handler) as server:
            os.chown(socket, -1, group)
            socket.chmod(0o660)
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join()


@dataclass
class Place:
    behind: Behind
    provider: Certified
    apache: Apache
    listener: Listener
    other_url: str  # of the site, too: the provider knows it, for another Apache

    def browser(self) -> Browser:
        return Browser(self)

    def audit(self, operation: str) -> list[dict[str, Any]]:
        """Entries of one kind, the newest first."""
        found = "SELECT entry FROM audit_entry WHERE operation = ? ORDER BY seq DESC"
        with closing(sqlite3.connect(self.behind.home / "data" / "audit.db")) as connection:
            return [json.loads(entry) for (entry,) in connection.execute(found, (operation,))]

    def requests(self) -> int:
        """How many requests the application has written to its log."""
        return (self.behind.home.parent / "serve.log").read_text().count('"event": "request"')


class Browser(requests.Session):
    """Keeps cookies, follows nothing by itself."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place, self.site = place, place.apache.url
        self.trust_env, self.verify = False, str(place.apache.folder / "tls.pem")

    def ask(self, path: str, method: str = "GET", **given: Any) -> requests.Response:
        return self.request(method, urljoin(self.site, path), allow_redirects=False, timeout=20, **given)

    def is_led_away(self, path: str = "/workload") -> bool:
        answer = self.ask(path)
        return answer.status_code == 302 and answer.headers["Location"].startswith(f"{self.place.provider.issuer}/auth")

    def come_back(self, login: str, path: str = "/workload") -> tuple[str, list[str]]:
        """Asks for a page, signs in at the provider if it asks, and stands before the way back to the site."""
        return walk(self, self.ask(path).headers["Location"], login, self.site)

    def sign_in(self, login: str, path: str = "/workload") -> tuple[requests.Response, list[str]]:
        """The whole way: there, back, and in."""
        returned, shown = self.come_back(login, path)
        return self.follow(self.ask(returned)), shown

    def follow(self, answer: requests.Response) -> requests.Response:
        for _ in range(6):
            if not answer.is_redirect:
                return answer
            address = urljoin(answer.url, answer.headers["Location"])
            assert address.startswith(self.site), address
            answer = self.ask(address)
        raise AssertionError(f"round and round: {answer.url}")

    def sign_out(self) -> requests.Response:
        token = next(each.value for each in self.cookies if each.name == "__Host-csrf")
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.site, "X-CSRFToken": token or ""}
        return self.ask("/sign-out", "POST", headers=headers)

    @property
    def who(self) -> str:
        """Whose page it is; "" for nobody's."""
        answer = self.ask("/_dash-layout", headers=IN_A_PAGE)
        names = [name for name in PEOPLE.values() if name in answer.text]
        return ", ".join(names) if answer.status_code == 200 else ""

    def cookie(self, name: str) -> str:
        return next((each.value or "" for each in self.cookies if each.name == name), "")

    def forget(self, name: str) -> None:
        for each in [each for each in self.cookies if each.name == name]:
            self.cookies.clear(each.domain, each.path, each.name)


def need_tools() -> None:
    missing = [name for name in ("apache2", "curl", "openssl") if shutil.which(name) is None]
    if missing or not (MODULES / "mod_auth_openidc.so").exists():
        why = f"not here: {', '.join(missing) or 'mod_auth_openidc'}; tools/install_kerberos installs it"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)


@contextmanager
def proxied(
    folder: Path, url: str, behind: Behind, provider: Certified, listener: Listener, changed: dict[str, str]
) -> Iterator[Place]:
    """Apache with the sample filled in, and beside Scorecards, behind the same sign-in, somebody who listens."""
    (folder / "scorecards-secrets.conf").write_text(
        f"OIDCClientSecret {CLIENT_SECRET}\nOIDCCryptoPassphrase {PASSPHRASE}\n"
    )
    place = folder / "listening.sock"
    words = {
        "https://login.force.example": provider.issuer,
        "Include ": f'ProxyPass "/listening" "unix:{place}|http://localhost/listening"\nInclude ',
        **changed,
    }
    with (
        listener.at(place, behind.socket.stat().st_gid),
        apache(folder, url, behind.socket, "openidc", words, os.environ) as running,
    ):
        yield Place(behind, provider, running, listener, url)


def sent(headers: dict[str, str]) -> list[str]:
    return [part for name, value in headers.items() for part in ("--header", f"{name}: {value}")]


def is_plain(answer: requests.Response) -> None:
    """A sentence for whoever reads it. Debian's module sends its own pages as 200, whatever went wrong."""
    assert answer.status_code in (200, 500)
    assert "sign-in is not answering" in answer.text
    assert "_dash-config" not in answer.text
    for word in ("openid", "127.0.0.1", "error", "curl"):
        assert word not in answer.text.lower()
    assert SESSION not in {each.name for each in answer.cookies}
