"""`cspdash demo`: a made-up force, built once, loaded, served and kept moving until stopped."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from pathlib import Path

from cspdash.commands.children import Children
from cspdash.commands.demo_people import set_up
from cspdash.commands.ingest import exit_code, load, rows_of
from cspdash.commands.listening import address, need_free
from cspdash.commands.place import FAILED, OK, Place
from cspdash.commands.stopping import stop_on_signals
from cspdash.commands.tables import plain
from cspdash.deployment import open_deployment, upgrade_database
from cspdash.settings import Settings
from data_access.demo.build import build, build_small, is_complete
from data_access.demo.feed import feed as keep_moving

DEFAULT_HOME = Path(".demo")  # git leaves it out
EVERY_SECONDS = 2.0
RATE_SECONDS = 5.0


def demo(place: Place, port: int | None, *, is_small: bool, is_served: bool) -> int:
    """Builds what is missing, then serves. Started again it uses what is there."""
    home = (place.home or DEFAULT_HOME).absolute()
    place.home = home
    started = time.monotonic()
    if is_served:
        need_free(Settings.load(home, mode="demo", port=port))  # before minutes of building, not after
    if not is_complete(home):
        place.say(f"Building a made-up force in {home} (once)")
        _build(place, home, is_small=is_small)
    settings = place.settings(port=port)
    upgrade_database(settings)
    code = _first_load(place, settings)
    place.say(f"Ready after {time.monotonic() - started:.0f} s.")
    return _serve(place, settings) if is_served else code


def feed(place: Place, rate_seconds: float) -> int:
    """Changes the sources now and then, as a force's day would."""
    stop = stop_on_signals(threading.Event())
    keep_moving(place.settings().home, stop.is_set, rate_seconds)
    return OK


def _build(place: Place, home: Path, *, is_small: bool) -> None:
    home.mkdir(parents=True, exist_ok=True)
    if is_small:
        build_small(home)
        return
    with place.progress() as step:
        build(home, progress=step)


def _first_load(place: Place, settings: Settings) -> int:
    """Loads what changed since last time; says what was refused, which in a demonstration is meant."""
    with open_deployment(settings) as deployment:
        results = load(place, deployment)
        set_up(deployment)
    for row in rows_of(results):
        if row["result"] != "ok":
            place.say(f"{row['source']} {row['dataset']}: {plain(row['result'])}")
    changed, refused = sum(each.changed for each in results), sum(each.refused for each in results)
    command = "cspdash" if shutil.which("cspdash") else sys.argv[0]  # started by make, it is on nobody's path
    place.say(f"{changed:,} rows loaded, {refused:,} refused: `{command} --home {settings.home} doctor` tells more.")
    return exit_code(results)


def _serve(place: Place, settings: Settings) -> int:
    need_free(settings)
    stop = stop_on_signals(threading.Event())
    with Children(settings.home) as children:
        children.start("the web server", "serve", "--port", str(settings.port))
        children.start("the feed", "feed", "--every", str(RATE_SECONDS))
        children.start("the load", "ingest", "--follow", "--every", str(EVERY_SECONDS))
        place.err.print(f"Scorecards of a made-up force: [bold]{address(settings)}[/]  (Ctrl-C stops)", highlight=False)
        ended = children.watch(stop)
    if ended:
        place.err.print(f"{ended.capitalize()} ended by itself; everything else is stopped, too.")
    return FAILED if ended else OK
