"""Third-party files: the ones that were pinned, in the order the pages need, and the page works without them."""

import base64
import hashlib
import io
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dash import Dash, dcc
from playwright.sync_api import Page
from plotly.offline import get_plotlyjs_version
from werkzeug.serving import make_server

from tests.architecture.source import ROOT
from tools import fetch_assets

FULL_BUNDLE = "plotly/package_data/plotly.min.js"


def tarball(folder: Path, name: str, content: bytes) -> Path:
    path = folder / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return path


@contextmanager
def served(assets: Path) -> Iterator[str]:
    app = Dash(__name__, assets_folder=str(assets), enable_mcp=False)
    app.layout = dcc.Graph(figure={"data": [{"type": "bar", "x": [1, 2], "y": ["A", "B"], "orientation": "h"}]})
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def fetched_to_draw_a_bar(page: Page, assets: Path) -> list[str]:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    with served(assets) as address:
        page.goto(address)
        page.wait_for_selector(".bars .point path")
        page.wait_for_load_state("networkidle")
    return fetched


def test_the_small_bundle_is_the_same_plotly_js_as_the_full_one() -> None:
    assert get_plotlyjs_version() == fetch_assets.PLOTLY_VERSION, "pin that version in tools/fetch_assets.py"


def test_another_package_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(fetch_assets.IntegrityError, match="pinned sha512-"):
        fetch_assets.extract_plotly(tarball(tmp_path, fetch_assets.PLOTLY_FILE, b"window.Plotly = evil"))


def test_another_file_than_the_pinned_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tarball(tmp_path, fetch_assets.PLOTLY_FILE, b"window.Plotly = evil")
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    monkeypatch.setattr(fetch_assets, "PLOTLY_INTEGRITY", f"sha512-{digest}")
    with pytest.raises(fetch_assets.IntegrityError, match="pinned sha256"):
        fetch_assets.extract_plotly(path)


def test_a_refused_package_fails_the_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_assets, "download_plotly", lambda folder: tarball(folder, "package/x.js", b""))
    assert fetch_assets.main(tmp_path) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "error", [FileNotFoundError("npm is not installed"), subprocess.CalledProcessError(1, ["npm"])]
)
def test_without_npm_or_network_the_set_up_goes_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    def fails(folder: Path) -> Path:
        raise error

    monkeypatch.setattr(fetch_assets, "download_plotly", fails)
    (tmp_path / "plotly-basic.min.js").write_text("half a file")
    assert fetch_assets.main(tmp_path) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["bootstrap.min.css"]
    assert "full plotly bundle" in capsys.readouterr().err


def test_what_is_here_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_assets, "PLOTLY_SHA256", hashlib.sha256(b"plotly").hexdigest())
    monkeypatch.setattr(fetch_assets, "download_plotly", lambda folder: pytest.fail("fetched"))
    (tmp_path / "plotly-basic.min.js").write_bytes(b"plotly")
    assert fetch_assets.main(tmp_path) == 0


def test_third_party_files_are_never_committed() -> None:
    command = ["git", "ls-files", "assets/_vendor"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == ""


def test_bars_are_drawn_without_the_full_bundle(page: Page) -> None:
    if not fetch_assets.plotly_is_here(fetch_assets.VENDOR):
        pytest.skip("the small plotly bundle was not fetched; `make assets` with npm installed fetches it")
    fetched = fetched_to_draw_a_bar(page, ROOT / "assets")
    assert not [address for address in fetched if FULL_BUNDLE in address]
    assert page.evaluate("Plotly.version") == fetch_assets.PLOTLY_VERSION


def test_bars_are_drawn_by_the_full_bundle_if_the_small_one_is_missing(page: Page, tmp_path: Path) -> None:
    fetched = fetched_to_draw_a_bar(page, tmp_path)
    assert [address for address in fetched if FULL_BUNDLE in address]


def test_our_css_comes_after_bootstrap(page: Page, tmp_path: Path) -> None:
    (tmp_path / "_vendor").mkdir()
    (tmp_path / "css").mkdir()
    fetch_assets.copy_bootstrap(tmp_path / "_vendor")
    (tmp_path / "css" / "cspdash.css").write_text("body { color: rgb(1, 2, 3) }")
    fetched_to_draw_a_bar(page, tmp_path)
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(1, 2, 3)"
    assert page.evaluate("getComputedStyle(document.body).boxSizing") == "border-box"  # Bootstrap is there too
