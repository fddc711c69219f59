"""A Kerberos realm of its own: a real KDC on loopback, two sergeants, the key of the web server."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.site import _free_port

HOST = "scorecards.force.test"
REALM = "FORCE.TEST"
PASSWORDS = {"sgt1": "first-password", "sgt2": "second-password", "nobody": "third-password"}
# The KDC falls back to the machine's own folder, without a word, where a brace does not stand on a line of its own.
_CLIENT = """[libdefaults]
 default_realm = {realm}
 rdns = false
 dns_canonicalize_hostname = false
 dns_lookup_kdc = false
 dns_lookup_realm = false
[realms]
 {realm} = {{
  kdc = 127.0.0.1:{port}
 }}
[domain_realm]
 {host} = {realm}
"""
_SERVER = """[kdcdefaults]
 kdc_listen = 127.0.0.1:{port}
 kdc_tcp_listen = 127.0.0.1:{port}
[realms]
 {realm} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  acl_file = {folder}/acl
  max_life = 10h
 }}
[logging]
 kdc = FILE:{folder}/kdc.log
"""


@dataclass
class Realm:
    """`keytab` is the web server's key."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def keytab(self) -> Path:
        return self.folder / "http.keytab"

    @property
    def environment(self) -> dict[str, str]:
        files = {"KRB5_CONFIG": "krb5.conf", "KRB5_KDC_PROFILE": "kdc.conf"}
        return {**os.environ, **{name: str(self.folder / file) for name, file in files.items()}}

    def start(self) -> None:
        self.process = subprocess.Popen(["krb5kdc", "-n"], env=self.environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while "commencing operation" not in self._log():
            assert time.monotonic() < deadline, self._log()
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None
            (self.folder / "kdc.log").write_text("")

    def ticket(self, user: str) -> dict[str, str]:
        """Signs somebody in to the realm. Returns the environment in which their ticket is found."""
        environment = self.without_ticket(user)
        given = f"{PASSWORDS[user]}\n".encode()
        subprocess.run(["kinit", user], input=given, env=environment, check=True, capture_output=True, timeout=30)
        return environment

    def without_ticket(self, user: str) -> dict[str, str]:
        return {**self.environment, "KRB5CCNAME": f"FILE:{self.folder}/tickets-{user}"}

    def _log(self) -> str:
        path = self.folder / "kdc.log"
        return path.read_text(errors="replace") if path.exists() else ""


@contextmanager
def realm(folder: Path) -> Iterator[Realm]:
    """A realm in this folder, its KDC running until the end of the `with`."""
    made = Realm(folder, _free_port())
    words: Mapping[str, object] = {"realm": REALM, "host": HOST, "port": made.port, "folder": folder}
    (folder / "krb5.conf").write_text(_CLIENT.format(**words))
    (folder / "kdc.conf").write_text(_SERVER.format(**words))
    _run(made, "kdb5_util", "create", "-s", "-r", REALM, "-P", "master-password")
    for user, password in PASSWORDS.items():
        _run(made, "kadmin.local", "-q", f"addprinc -pw {password} {user}")
    _run(made, "kadmin.local", "-q", f"addprinc -randkey HTTP/{HOST}")
    _run(made, "kadmin.local", "-q", f"ktadd -k {made.keytab} HTTP/{HOST}")
    made.keytab.chmod(0o644)  # Apache's user reads it; the folder goes with the test
    made.start()
    try:
        yield made
    finally:
        made.stop()


def _run(made: Realm, *command: str) -> None:
    done = subprocess.run(command, env=made.environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
