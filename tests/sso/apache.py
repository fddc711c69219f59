"""Debian's Apache in a folder of its own, before Scorecards on a Unix socket."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.sso.realm import HOST

MODULES = Path("/usr/lib/apache2/modules")
_LOADED = (
    "mpm_event", "authn_core", "authz_core", "authz_user", "headers", "proxy", "proxy_http", "ssl", "socache_shmcb",
    "setenvif",
)  # fmt: skip
_FRAME = """ServerRoot {folder}
PidFile {folder}/httpd.pid
DefaultRuntimeDir {folder}
Listen 127.0.0.1:{port}
ServerName {host}
ErrorLog {folder}/error.log
LogLevel warn
{user}
{modules}
Mutex file:{folder} default
SSLEngine on
SSLCertificateFile {folder}/tls.pem
SSLCertificateKeyFile {folder}/tls.key
ProxyPreserveHost On
# Whatever a browser says of who it is, in any spelling, is gone before anything looks.
RequestHeader unset X-Remote-User early
RequestHeader unset X_Remote_User early
RequestHeader set X-Forwarded-Proto https
{sign_in}
ProxyPass "/" "unix:{socket}|http://{host}/" retry=0
"""
KERBEROS = """<Location "/">
  AuthType GSSAPI
  AuthName "Force sign-in"
  GssapiCredStore keytab:{folder}/http.keytab
  GssapiLocalName On
  GssapiAllowedMech krb5
  Require valid-user
  RequestHeader set X-Remote-User expr=%{{REMOTE_USER}}
</Location>
"""


@dataclass
class Apache:
    """`url` is how a browser calls it."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "error.log").read_text(errors="replace")


@contextmanager
def apache(
    folder: Path, port: int, socket: Path, sign_in: str, modules: tuple[str, ...], environment: Mapping[str, str]
) -> Iterator[Apache]:
    """Apache over TLS with this way to sign in, until the end of the `with`."""
    _certificate(folder)
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    loaded = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in (*_LOADED, *modules))
    words = {"folder": folder, "port": port, "host": HOST, "socket": socket, "user": user, "modules": loaded}
    words["sign_in"] = sign_in.format(**words)
    (folder / "httpd.conf").write_text(_FRAME.format(**words))
    command = ["apache2", "-f", str(folder / "httpd.conf"), "-DFOREGROUND"]
    process = subprocess.Popen(command, env=dict(environment), stderr=subprocess.DEVNULL)
    running = Apache(folder, port, process)
    try:
        _wait(running)
        yield running
    finally:
        process.terminate()
        process.wait(20)


def _certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    files = ["-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.pem")]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=60)


def _wait(running: Apache) -> None:
    deadline = time.monotonic() + 20
    while not (running.folder / "httpd.pid").exists():
        assert running.process.poll() is None, running.log
        assert time.monotonic() < deadline, running.log
        time.sleep(0.05)
