"""T-KRB. Apache with a real KDC before a Unix socket: who has a ticket comes in as themselves, and nobody as anybody else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.journeys.site import _free_port
from tests.sso.apache import MODULES, Apache, apache
from tests.sso.behind import Answer, Behind, curl
from tests.sso.realm import HOST, REALM, Realm, realm

pytestmark = pytest.mark.slow
SPOOFED = ("X-Remote-User: sgt2", "X_Remote_User: sgt2")
AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@dataclass
class Place:
    realm: Realm
    behind: Behind
    apache: Apache
    jars: list[Path] = field(default_factory=list)

    def jar(self) -> Path:
        self.jars.append(self.realm.folder / f"cookies-{len(self.jars)}")
        return self.jars[-1]

    def ask(self, path: str, tickets: Mapping[str, str], *headers: str, jar: Path | None = None) -> Answer:
        """A browser that follows redirects, keeps cookies and has these tickets."""
        cookies = str(jar or self.jar())
        at = [
            "--resolve",
            f"{self.apache.url.removeprefix('https://')}:127.0.0.1",
            "--location",
            "-c",
            cookies,
            "-b",
            cookies,
        ]
        sent = [part for header in headers for part in ("--header", header)]
        return curl(["--negotiate", "--user", ":", *at, *sent, self.apache.url + path], tickets)


def need_tools() -> None:
    missing = [name for name in ("apache2", "krb5kdc", "kinit", "curl", "openssl") if shutil.which(name) is None]
    if missing or not (MODULES / "mod_auth_gssapi.so").exists():
        why = f"not here: {', '.join(missing) or 'mod_auth_gssapi'}; tools/install_kerberos installs it"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not one of pytest's: those are closed to Apache's user, and too long for a socket."""
    need_tools()
    with tempfile.TemporaryDirectory(prefix="cspdash-krb-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def behind(folder: Path) -> Behind:
    made = Behind(folder / "home", f"https://{HOST}:{_free_port()}", REALM)
    made.prepare()
    return made


@pytest.fixture(scope="module")
def place(folder: Path, behind: Behind) -> Iterator[Place]:
    with (
        realm(folder) as made,
        behind.serving(),
        apache(folder, behind.public_url, behind.socket, "kerberos", {}, made.environment) as running,
    ):
        yield Place(made, behind, running)


def test_who_has_a_ticket_comes_in_as_themselves(place: Place) -> None:
    answer = place.ask("/_dash-layout", place.realm.ticket("sgt1"))
    assert answer.status == 401  # no page, so no redirect to the sign-in
    jar = place.jar()
    page = place.ask("/workload", place.realm.ticket("sgt1"), jar=jar)
    assert (page.status, "_dash-config" in page.text) == (200, True)
    layout = place.ask("/_dash-layout", place.realm.ticket("sgt1"), jar=jar)
    assert (layout.status, "PS Priya Nair" in layout.text) == (200, True)


def test_without_a_ticket_nobody_comes_in(place: Place) -> None:
    for headers in ((), SPOOFED[:1], SPOOFED):
        answer = place.ask("/workload", place.realm.without_ticket("stranger"), *headers)
        assert (answer.status, "_dash-config" in answer.text) == (401, False)


def test_a_ticket_and_somebody_elses_name_is_still_oneself(place: Place) -> None:
    jar = place.jar()
    assert place.ask("/workload", place.realm.ticket("sgt1"), *SPOOFED, jar=jar).status == 200
    layout = place.ask("/_dash-layout", place.realm.ticket("sgt1"), *SPOOFED, jar=jar)
    assert "PS Priya Nair" in layout.text
    assert "Okafor" not in layout.text


def test_a_ticket_of_somebody_who_was_not_admitted(place: Place) -> None:
    answer = place.ask("/workload", place.realm.ticket("nobody"))
    assert (answer.status, "Nobody has given you access" in answer.text) == (401, True)


def test_at_a_shared_computer_the_next_one_is_not_the_last_one(place: Place) -> None:
    jar = place.jar()
    place.ask("/workload", place.realm.ticket("sgt1"), jar=jar)
    second = place.realm.ticket("sgt2")
    assert place.ask("/_dash-layout", second, jar=jar).status == 401
    assert place.ask("/workload", second, jar=jar).status == 200
    assert "PS Okafor" in place.ask("/_dash-layout", second, jar=jar).text


def test_while_the_kdc_is_down_only_who_has_a_ticket_comes_in(place: Place) -> None:
    known = place.realm.ticket("sgt1")
    place.ask("/workload", known)  # fetches the ticket for the web server
    place.realm.stop()
    try:
        assert place.ask("/workload", known).status == 200
        assert place.ask("/workload", place.realm.without_ticket("late")).status == 401
    finally:
        place.realm.start()


def test_without_its_key_the_web_server_lets_nobody_in(place: Place) -> None:
    hidden = place.realm.keytab.with_suffix(".hidden")
    place.realm.keytab.rename(hidden)
    try:
        assert place.ask("/workload", place.realm.ticket("sgt1")).status == 401
    finally:
        hidden.rename(place.realm.keytab)


def test_nobody_but_the_proxy_may_open_the_socket(place: Place) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    socket, url = place.behind.socket, f"http://{HOST}/workload"
    asked = ["--unix-socket", str(socket), "--header", "X-Remote-User: sgt1", url]
    mode = socket.stat().st_mode
    assert (mode & 0o007, socket.stat().st_gid) == (0, 33)
    refused = curl(asked, as_user=AS_NOBODY)
    assert (refused.status, refused.code) == (0, 7)  # permission denied
    socket.chmod(0o777)
    try:
        assert curl(asked, as_user=AS_NOBODY).status == 403
    finally:
        socket.chmod(mode & 0o777)


def test_while_the_application_is_down_the_proxy_says_so(folder: Path, place: Place) -> None:
    url = f"https://{HOST}:{_free_port()}"
    (folder / "other").mkdir()
    (folder / "other" / "http.keytab").write_bytes(place.realm.keytab.read_bytes())
    away = folder / "away.sock"
    with apache(folder / "other", url, away, "kerberos", {}, place.realm.environment) as other:
        alone = Place(place.realm, place.behind, other)
        assert alone.ask("/workload", place.realm.ticket("sgt1"), jar=place.jar()).status == 503


@pytest.mark.parametrize("arguments", [("serve", "--port", "0"), ("serve", "--host", "127.0.0.1")])
def test_there_is_no_start_without_a_socket(behind: Behind, arguments: tuple[str, ...]) -> None:
    text = (behind.home / "cspdash.toml").read_text()
    (behind.home / "cspdash.toml").write_text("".join(line for line in text.splitlines(True) if "socket" not in line))
    try:
        done = behind.tried(*(part if part != "0" else str(_free_port()) for part in arguments))
    finally:
        (behind.home / "cspdash.toml").write_text(text)
    assert done.returncode == 2
    assert "not over a TCP port" in done.stderr


def test_nor_with_a_tcp_port_by_anybody_elses_gunicorn(behind: Behind) -> None:
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "cspdash.app:wsgi()"]
    environment = {**behind.environment, "CSPDASH_HOME": str(behind.home)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert f"nothing may listen on a TCP port ({port})" in done.stderr
