"""`make bench`: what a click and a load cost, on the demonstration force."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import audit, drill, follow, ingest, live, postgres, sessions, weight
from cspdash.app import ports_of
from cspdash.deployment import open_deployment, upgrade_database
from cspdash.settings import Settings
from cspdash.web import build as build_web
from data_access.demo.build import build, build_small, is_complete

_HOME = Path(".bench")  # git leaves it out


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a small force: seconds instead of minutes")
    parser.add_argument("--home", type=Path, help="a demonstration force that is there already")
    options = parser.parse_args()
    home = (options.home or _HOME / ("small" if options.small else "full")).absolute()
    if not is_complete(home):
        print(f"Building a demonstration force in {home} (once)")
        home.mkdir(parents=True, exist_ok=True)
        (build_small if options.small else build)(home)
    settings = Settings.load(home)
    upgrade_database(settings)
    with open_deployment(settings) as deployment:
        deployment.ingest()
        app = build_web(deployment.settings, ports_of(deployment))
        drill.measure(deployment, app)
        audit.measure()
        weight.measure(app)
        live.measure(home)
        sessions.measure(deployment)
        follow.measure(deployment, home)
    postgres.measure(home)
    ingest.measure(*((220, 400) if options.small else (2100, 8000)))


if __name__ == "__main__":
    main()
