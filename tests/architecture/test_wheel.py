"""What a force installs works: the wheel, in an environment of its own, run from somewhere else."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

pytestmark = pytest.mark.slow

SOMEBODY = """[[persona]]
id = "chief"
name = "Somebody"
title = "Chief officer"
role = "chief_officer"
unit_id = "force"
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What the command printed; the test fails with it if the command does."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=inherited | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, f"{' '.join(str(part) for part in command)} failed:\n{done.stdout}"
    return done.stdout


def copy_of_the_tree(target: Path) -> Path:
    """What is or would be committed, and the third-party files; a left-over build folder would spoil the wheel."""
    wanted = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines()
    vendored = [str(path.relative_to(ROOT)) for path in (ROOT / "assets" / "_vendor").glob("*")]
    for name in [*wanted, *vendored]:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    return target


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = copy_of_the_tree(tmp_path_factory.mktemp("tree"))
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", cwd=tree)
    return next((tree / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The bin folder of an environment with the pinned requirements and the wheel, far from the checkout."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "--requirement", ROOT / "requirements" / "base.txt", cwd=folder)
    run(*pip, "--no-deps", wheel, cwd=folder)
    yield folder / "bin"
    shutil.rmtree(folder)  # half a gigabyte, which pytest would keep for three runs


def test_requirements_are_complete_and_agree(installed: Path, tmp_path: Path) -> None:
    assert "No broken requirements found" in run(installed / "python", "-m", "pip", "check", cwd=tmp_path)


def test_assets_and_catalogue_came_along(wheel: Path, installed: Path, tmp_path: Path) -> None:
    tree = wheel.parents[1]
    program = (
        "from pathlib import Path; import cspdash; here = Path(cspdash.__file__).parents[1]; "
        "print(*sorted(str(path.relative_to(here)) for folder in ('assets', 'cspdash', 'data_access') "
        "for path in (here / folder).rglob('[!.]*') if path.is_file() and path.suffix not in ('.py', '.pyc')))"
    )
    shipped = set(run(installed / "python", "-c", program, cwd=tmp_path).split())
    wanted = {
        str(path.relative_to(tree))
        for folder in ("assets", "cspdash", "data_access")
        for path in (tree / folder).rglob("[!.]*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    assert shipped == wanted, "say in [options.package_data] of setup.cfg what is missing"


def test_the_command_says_what_it_can_do(installed: Path, tmp_path: Path) -> None:
    assert "serve" in run(installed / "cspdash", "--help", cwd=tmp_path)


def test_a_deployment_from_nothing_to_the_sign_in_page(installed: Path, tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {"CSPDASH_MODE": "demo", "CSPDASH_HOME": str(home)}
    run(installed / "cspdash", "init", home, cwd=elsewhere)
    (home / "personas.toml").write_text(SOMEBODY)
    run(installed / "cspdash", "db", "upgrade", cwd=elsewhere, **environment)
    run(installed / "cspdash", "doctor", cwd=elsewhere, **environment)
    assert "Flask" in run(installed / "python", "-c", "import wsgi; print(wsgi.server)", cwd=elsewhere, **environment)
    port = free_port()
    server = subprocess.Popen(
        [installed / "cspdash", "serve", "--port", str(port)],
        cwd=elsewhere,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        page = fetched(f"http://127.0.0.1:{port}/", server)
    finally:
        server.terminate()
        server.communicate(timeout=30)
    assert "sign in" in page.lower()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def fetched(address: str, server: "subprocess.Popen[str]") -> str:
    """The page, once the server answers."""
    for _ in range(300):
        if server.poll() is not None:
            pytest.fail(f"the server stopped:\n{server.stdout.read() if server.stdout else ''}")
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                text: str = answer.read().decode()
                return text
        except ConnectionError:
            time.sleep(0.1)
        except urllib.error.URLError as error:
            if isinstance(error, urllib.error.HTTPError):
                return error.read().decode()
            time.sleep(0.1)
    pytest.fail("the server did not answer within 30 seconds")
