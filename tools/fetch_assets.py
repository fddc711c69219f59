"""Bring third-party CSS and JavaScript into assets/_vendor, which git ignores and the wheel includes.

Dash serves every file below assets/ in alphabetical order: the underscore puts these before assets/css, so that our
rules win ties with Bootstrap's. A plotly that is on the page keeps dcc.Graph from loading the far larger full bundle.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.resources import files
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "assets" / "_vendor"

BOOTSTRAP = ("flask_bootstrap", "static/bootstrap5/css/bootstrap.min.css")

# The same plotly.js as the `plotly` package brings. To move on: change the version, put here what
# `npm view plotly.js-basic-dist-min@VERSION dist.integrity` says, run this and put the sha256 that it reports here.
PLOTLY_VERSION = "4.1.1"
PLOTLY_PACKAGE = f"plotly.js-basic-dist-min@{PLOTLY_VERSION}"
PLOTLY_INTEGRITY = "sha512-1oNF8PeQx2hv/y7tqEVWKD3JGwn/MGEMQ8mL9HUwsaqG9FGy/OU5FHUHvzqbqxN4mnwZGI9abTiE775C4kkjMQ=="
PLOTLY_FILE = "package/plotly-basic.min.js"
PLOTLY_SHA256 = "99784e3abfb07b142a15e521a439e6d9addceadb3f79553fd24c72774f0649ba"

WITHOUT_PLOTLY = "Pages still work: they load the full plotly bundle, about 3.6 MB more on the first visit."


class IntegrityError(Exception):
    """A fetched file is not the one that was pinned."""


def copy_bootstrap(vendor: Path) -> None:
    package, path = BOOTSTRAP
    (vendor / "bootstrap.min.css").write_bytes(files(package).joinpath(path).read_bytes())


def plotly_is_here(vendor: Path) -> bool:
    target = vendor / "plotly-basic.min.js"
    return target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == PLOTLY_SHA256


def download_plotly(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not installed")
    command = [npm, "pack", "--silent", PLOTLY_PACKAGE, "--pack-destination", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=180, cwd=folder)
    return next(folder.glob("*.tgz"))


def extract_plotly(tarball: Path) -> bytes:
    """The one file we want, if the tarball is the pinned one."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != PLOTLY_INTEGRITY:
        raise IntegrityError(f"{PLOTLY_PACKAGE}: pinned {PLOTLY_INTEGRITY}, fetched {found}")
    with tarfile.open(tarball) as archive:
        member = archive.extractfile(PLOTLY_FILE)
        if member is None:
            raise IntegrityError(f"{PLOTLY_PACKAGE} holds no {PLOTLY_FILE}")
        content = member.read()
    if (digest := hashlib.sha256(content).hexdigest()) != PLOTLY_SHA256:
        raise IntegrityError(f"{PLOTLY_FILE}: pinned sha256 {PLOTLY_SHA256}, fetched {digest}")
    return content


def fetch_plotly(vendor: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        content = extract_plotly(download_plotly(Path(folder)))
    (vendor / "plotly-basic.min.js").write_bytes(content)


def main(vendor: Path = VENDOR) -> int:
    vendor.mkdir(parents=True, exist_ok=True)
    if not plotly_is_here(vendor):
        try:
            fetch_plotly(vendor)
        except IntegrityError as error:
            print(f"refused: {error}", file=sys.stderr)
            return 1
        except (OSError, subprocess.SubprocessError) as error:
            (vendor / "plotly-basic.min.js").unlink(missing_ok=True)
            print(f"assets: small plotly bundle not fetched ({error}). {WITHOUT_PLOTLY}", file=sys.stderr)
    copy_bootstrap(vendor)  # last: make takes this file as the sign that all is done
    return 0


if __name__ == "__main__":
    sys.exit(main())
