"""`make security`: scanners and long attacks, beyond what `make test` has time for.

Every step says what it looked at, so that a tool which looked at nothing is not taken for one that found nothing.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.person import Person
from tests.support.serving import served
from tests.support.small import app_of, small
from tools.security.openapi import openapi
from tools.security.pins import ROOT

OURS = ("cspdash", "data_access", "layouts", "callbacks")
TOOLS = ROOT / ".venv-security" / "bin"
RULES, PLANTED = Path(__file__).with_name("rules.yml"), Path(__file__).with_name("planted.py.txt")
MISTAKES = 8  # in planted.py.txt
CASES = "3000"
FITTING_EXAMPLES, SCHEMA_EXAMPLES = "1000", "300"


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        cwd=cwd,
        text=True,
        capture_output=True,
        env={**os.environ, **environment},
    )
    if done.returncode:
        print(done.stdout[-4000:], done.stderr[-4000:], sep="\n")
    return done


def pins() -> bool:
    """Our pins against the dated advisories; and what is installed fits together."""
    return _said(run(sys.executable, "-m", "tools.security.pins")) and _said(run(sys.executable, "-m", "pip", "check"))


def bandit() -> bool:
    """All but B608 and B314: ruff asks the same (S608, S314), and each place it was answered says why."""
    done = run(TOOLS / "bandit", "-ll", "--skip", "B608,B314", "-r", *OURS)
    lines = [line.strip() for line in done.stdout.splitlines() if "Total lines of code" in line]
    print(f"  {lines[0] if lines else 'looked at nothing'}")
    return done.returncode == 0 and bool(lines) and not lines[0].endswith(": 0")


def semgrep() -> bool:
    """Our rules over our code; before that, over planted mistakes, each of which they must find."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(PLANTED, Path(folder) / "planted.py")
        planted = _semgrep("--no-git-ignore", folder)
    if planted is None or len(planted["results"]) < MISTAKES:
        print(f"  the rules found {len(planted['results']) if planted else 'none'} of {MISTAKES} planted mistakes")
        return False
    done = _semgrep(*OURS)
    if done is None:
        return False
    for each in done["results"]:
        print(f"  {each['path']}, line {each['start']['line']}: {each['extra']['message']} ({each['check_id']})")
    looked_at = len(done["paths"]["scanned"])
    print(f"  {looked_at} files, {len(planted['results'])} planted mistakes found, {len(done['results'])} to act on")
    return not done["results"] and not done["errors"] and looked_at > 150


def _semgrep(*over: str) -> Any:
    """What it found; None where it did not get that far, which is said."""
    options = ("--metrics", "off", "--disable-version-check", "--quiet", "--config", RULES, "--json")
    done = run(TOOLS / "semgrep", "scan", *options, *over)
    return json.loads(done.stdout) if done.returncode == 0 else None


def forge() -> bool:
    test = "tests/security/test_forge.py"
    done = run(sys.executable, "-m", "pytest", "-q", "-s", test, FORGE_CASES=CASES)
    print("\n".join(line for line in done.stdout.splitlines() if "forged bodies" in line))
    return done.returncode == 0


def schemathesis() -> bool:
    """Every callback by its schema, as somebody signed in: bodies that fit it, most of which must get past the gate; then any."""
    fitting = _attack("positive", FITTING_EXAMPLES)
    passed = sum(fitting[status] for status in (200, 204, 403))
    if passed < fitting[400]:
        print("  bodies that fit were refused at the gate: the document and the gate do not agree")
        return False
    return passed > 0 and bool(_attack("all", SCHEMA_EXAMPLES))


def _attack(mode: str, examples: str) -> Counter[int]:
    """How often each status was answered; none where the attack did not take place, or found something."""
    with tempfile.TemporaryDirectory() as name, small(Path(name)) as deployment:
        app = app_of(deployment, Path(name), calls_per_minute=10**6)
        statuses: Counter[int] = Counter()
        app.server.after_request(lambda answer: statuses.update([answer.status_code]) or answer)
        document = Path(name) / "openapi.json"
        document.write_text(json.dumps(openapi(app.callback_map)))
        with served(app) as url:
            person = Person(url).sign_in("sgt")
            cookies = "; ".join(f"{each.name}={each.value}" for each in person.http.cookies)
            known = {
                "Cookie": cookies,
                "X-CSRFToken": person.http.headers["X-CSRFToken"],
                "Sec-Fetch-Site": "same-origin",
            }
            headers = [part for each, value in known.items() for part in ("-H", f"{each}: {value}")]
            options = ("-c", "not_a_server_error", "--url", url, "-n", examples, "--seed", "1", "--no-color")
            # In the folder: it keeps what crashed before, and would try that first the next time.
            done = run(TOOLS / "schemathesis", "run", document, "--mode", mode, *options, *headers, cwd=Path(name))
    told = done.stdout + done.stderr
    print("\n".join(line for line in told.splitlines() if "test cases" in line or "generated" in line))
    print(f"  mode {mode}, seed 1, answers: {dict(sorted(statuses.items()))}")
    is_done = done.returncode == 0 and "Authentication failed" not in told and statuses[200] > statuses[401]
    return statuses if is_done else Counter()


def _said(done: subprocess.CompletedProcess[str]) -> bool:
    print("\n".join(f"  {line}" for line in done.stdout.strip().splitlines()[-3:]))
    return done.returncode == 0


def main() -> int:
    steps: tuple[Callable[[], bool], ...] = (pins, bandit, semgrep, schemathesis, forge)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    known = [step.__name__ for step in steps]
    wanted = sys.argv[1:] or known
    if unknown := set(wanted) - set(known):
        print(f"there is no step {', '.join(sorted(unknown))}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for step in (each for each in steps if each.__name__ in wanted):
        print(f"{step.__name__} ...", flush=True)
        if not step():
            failed.append(step.__name__)
            print(f"{step.__name__}: NOT IN ORDER")
    print(f"not in order: {', '.join(failed)}" if failed else f"in order: {', '.join(wanted)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
