"""What deploy/ holds is understood by the programs it is for, and keeps out what it says it keeps out."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.proxies import HOST, ROOT, Proxy, before_an_application, certificate, command, is_there, trusting

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
MUST = (
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "UMask=0077",
    "CapabilityBoundingSet=\n",
    "MemoryDenyWriteExecute=yes",
    "User=cspdash",
    "SystemCallFilter=@system-service",
)
VARIABLES = ("DASH_DEBUG", "DASH_MCP_ENABLED", "DASH_HOT_RELOAD", "FLASK_DEBUG", "FLASK_ENV", "PYTHONPATH")


def need(program: str) -> None:
    if is_there(program):
        return
    if os.environ.get("CI"):
        pytest.fail(f"{program} is missing; tools/install_proxies installs it")
    pytest.skip(f"{program} is not here; tools/install_proxies installs it")


class TestUnits:
    @pytest.mark.parametrize("unit", [each for each in UNITS if each.suffix == ".service"], ids=lambda each: each.name)
    def test_services_are_locked_in(self, unit: Path) -> None:
        text = unit.read_text()
        for line in MUST:
            assert line in text, line
        (unset,) = [line for line in text.splitlines() if line.startswith("UnsetEnvironment=")]
        assert set(VARIABLES) <= set(unset.partition("=")[2].split())
        assert not re.search(r"(PASSWORD|SECRET|KEY)=\S", text)  # secrets come from a file of root's

    def test_systemd_understands_them(self, tmp_path: Path) -> None:
        """Unknown settings and misspelt values are told as warnings; none may be."""
        need("systemd-analyze")
        for unit in UNITS:
            text = (
                unit.read_text().replace("/opt/cspdash/bin/cspdash", "/bin/true").replace("/usr/bin/find", "/bin/true")
            )
            (tmp_path / unit.name).write_text(re.sub("(User|Group|SupplementaryGroups)=.*", r"\1=root", text))
        for unit in UNITS:
            done = subprocess.run(
                ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", tmp_path / unit.name],
                capture_output=True,
                text=True,
            )
            told = [line for line in done.stderr.splitlines() if unit.name in line]
            assert not told, told

    def test_it_says_they_are_locked_in(self) -> None:
        need("systemd-analyze")
        for unit in [each for each in UNITS if each.suffix == ".service"]:
            done = subprocess.run(
                ["systemd-analyze", "security", "--offline=true", "--threshold=30", unit],
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stdout[-400:] + done.stderr

    def test_the_program_works_without_writable_code(self) -> None:
        """MemoryDenyWriteExecute: tried with the kernel's own switch, where it has one."""
        script = (
            "import ctypes, sys\n"
            "if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0): sys.exit(77)\n"
            "import cspdash.app, numpy, pandas, scipy.stats, weasyprint\n"
            "assert weasyprint.HTML(string='<p>x</p>').write_pdf().startswith(b'%PDF')\n"
        )
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True)
        if done.returncode == 77:
            pytest.skip("this kernel has no such switch")
        assert done.returncode == 0, done.stderr


def test_gunicorn_understands_its_file(tmp_path: Path) -> None:
    environment = {**os.environ, "CSPDASH_HOME": str(tmp_path), "CSPDASH_MODE": "demo"}
    script = "import wsgiref.simple_server as s; application = s.demo_app"
    (tmp_path / "small.py").write_text(script)
    config = ROOT / "deploy" / "gunicorn.conf.py"
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", "--print-config", "-c", config, "small:application"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told = dict(re.findall(r"^(\w+)\s+= (.*)$", done.stdout, re.MULTILINE))
    assert (told["threads"], told["preload_app"], told["control_socket_disable"]) == ("64", "False", "True")
    assert told["forwarder_headers"] == "[]"
    assert told["limit_request_fields"] == "60"


@pytest.fixture(scope="module", params=["nginx", "apache2"])
def proxy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    need(request.param)
    # Not in a folder of pytest: those are closed to the user that the proxy's workers run as.
    with tempfile.TemporaryDirectory(prefix="cspdash-proxy-") as name:
        folder = Path(name)
        with before_an_application(request.param, folder) as running:
            yield running


@pytest.mark.parametrize("program", ["nginx", "apache2"])
def test_the_sample_is_understood(program: str, tmp_path: Path) -> None:
    need(program)
    certificate(tmp_path)
    run = command(program, tmp_path, (8443, 8080), tmp_path / "web.sock")
    done = subprocess.run([*run[:-1], "-t"] if program == "apache2" else [*run, "-t"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr.lower(), done.stderr


@pytest.mark.slow
class TestThroughTheProxy:
    SAID = (
        "X-Remote-User", "X_Remote_User", "x-remote-user", "Remote-User", "X-Forwarded-For", "X-Forwarded-Host",
        "X-Forwarded-Prefix", "Forwarded", "SCRIPT_NAME", "PATH_INFO", "Proxy", "REMOTE_USER",
    )  # fmt: skip

    def test_what_a_browser_says_of_itself_stays_outside(self, proxy: Proxy) -> None:
        for name in self.SAID:
            answer = proxy.ask("/workload", headers={name: "/evil", "Cookie": "a=b"})
            assert answer.status == 200
            seen = json.loads(answer.body)
            assert "/evil" not in seen.values(), name
            assert (seen["PATH_INFO"], seen["HTTP_COOKIE"]) == ("/workload", "a=b")

    def test_the_application_knows_it_is_behind_tls(self, proxy: Proxy) -> None:
        seen = json.loads(proxy.ask(headers={"X-Forwarded-Proto": "http"}).body)
        assert (seen["wsgi.url_scheme"], seen["HTTP_HOST"], seen["REMOTE_ADDR"]) == ("https", HOST, "")

    def test_limits_come_before_the_application(self, proxy: Proxy) -> None:
        assert proxy.ask(method="POST", body=b"x" * 200_000).headers["X-Read"] == "200000"
        refused = proxy.ask(method="POST", body=b"x" * 300_000)
        assert refused.status == 413
        assert not any(character.isdigit() for character in refused.headers.get("Server", ""))
        assert proxy.ask("/" + "a" * 9000).status == 414
        assert proxy.ask(headers={f"X-{n}": "y" for n in range(200)}).status in (400, 431)

    @pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
    def test_only_safe_tls(self, proxy: Proxy) -> None:
        old = trusting()
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as plain:
            refused = pytest.raises((ssl.SSLError, ConnectionError))
            with refused:
                old.wrap_socket(plain)

    def test_a_slow_sender_is_cut_off(self, proxy: Proxy) -> None:
        """Within the sample's limit, which leaves room for a busy machine here: the proxy closes, or says 408."""
        plain = socket.create_connection(("127.0.0.1", proxy.port), timeout=60)
        with trusting().wrap_socket(plain) as slow:
            slow.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode())
            assert b" 200 " not in slow.recv(100)


def test_the_log_turns_over(tmp_path: Path) -> None:
    """logrotate understands its file, where there is one."""
    if not shutil.which("logrotate"):
        pytest.skip("logrotate is not here; tests/security/test_log.py turns a file over by hand")
    done = subprocess.run(["logrotate", "-d", ROOT / "deploy/logrotate/cspdash"], capture_output=True, text=True)
    assert "error:" not in done.stderr.replace("error: cspdash", "")
