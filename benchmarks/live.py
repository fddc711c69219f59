"""Live: how long a change takes from a source's commit to a page that is open already.

The whole way: a row committed to the crime system's own database, `cspdash ingest --follow`, the server, and a page in
Chromium on which somebody's figure changes. Every wait of the way is in it: the poll, the load, the page's look.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, sync_playwright

from tests.journeys.screen import SGT, sign_in
from tests.journeys.site import serving

TEAM_PAGE = "/workload?unit=watford-intervention-c"
EVERY_SECONDS, _CHANGES = 2.0, 30
_ZONE = ZoneInfo("Europe/London")


def measure(home: Path) -> None:
    print(f"From a commit in the crime system to an open page, {EVERY_SECONDS:g} s polling, {_CHANGES} changes")
    with serving(home) as site, _following(home), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(base_url=site.url)
        sign_in(page, SGT)
        page.goto(site.url + TEAM_PAGE)
        page.wait_for_selector("#main .lede")
        time.sleep(2 * EVERY_SECONDS)
        seconds = sorted(_one(page, home) for _ in range(_CHANGES))
        browser.close()
    p95 = seconds[max(round(0.95 * len(seconds)) - 1, 0)]
    print(f"  {'s':<44}{'median':>10}{'p95':>10}{'max':>10}")
    print(f"  {'commit to figure on screen':<44}{statistics.median(seconds):>10.2f}{p95:>10.2f}{seconds[-1]:>10.2f}\n")


def _one(page: Page, home: Path) -> float:
    """Seconds until the page shows one more open investigation, committed at a moment the polls know nothing of."""
    time.sleep(random.uniform(0.2, EVERY_SECONDS))
    shown = _figure(page)
    _commit_one(home)
    began = time.perf_counter()
    page.wait_for_function(
        "before => parseInt(document.querySelector('#main .lede b').textContent.replace(',', '')) > before",
        arg=shown,
        timeout=60_000,
        polling=20,
    )
    return time.perf_counter() - began


def _figure(page: Page) -> int:
    return int(page.locator("#main .lede b").inner_text().split()[0].replace(",", ""))


def _commit_one(home: Path) -> None:
    """Allocates one more crime to Team C's first constable, in the crime system itself."""
    now = f"{datetime.now(_ZONE):%Y-%m-%d %H:%M:%S}"
    with closing(sqlite3.connect(home / "sources-demo" / "athena.db")) as athena:
        columns = [row[1] for row in athena.execute("PRAGMA table_info(crime)")]
        like = athena.execute("SELECT * FROM crime WHERE oic_emp_no = '12207' AND final_dt IS NULL LIMIT 1").fetchone()
        row = dict(zip(columns, like, strict=True))
        row |= {"crime_no": f"BENCH/{time.time_ns()}", "rec_dt": now, "alloc_dt": now, "changed": now}
        marks = ", ".join("?" * len(columns))
        athena.execute(f"INSERT INTO crime VALUES ({marks})", [row[name] for name in columns])  # noqa: S608  marks only
        athena.commit()


@contextmanager
def _following(home: Path) -> Iterator[None]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CSPDASH_")}
    options = ("--quiet", "--home", str(home), "ingest", "--follow", "--every", str(EVERY_SECONDS))
    with (home / "follow.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "cspdash.cli", *options], stdout=log, stderr=log, env=plain)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)
