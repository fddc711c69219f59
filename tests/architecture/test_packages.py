"""The list of packages, the folders on disk and the installed names say the same."""

import configparser
import importlib.metadata
from pathlib import Path

import pytest

import cspdash
from tests.architecture.source import EVERYTHING, ROOT, SHIPPED, imported, modules, tree

CSPDASH_MODULES = {
    "app",
    "auth",
    "catalogue",
    "cli",
    "commands",
    "datasets",
    "deployment",
    "domain",
    "exports",
    "logs",
    "look_settings",
    "published_keys",
    "settings",
    "sign_in_settings",
    "web",
}
VAGUE = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def listed_packages() -> set[str]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return set(parser["options"]["packages"].split())


def packages_on_disk() -> set[str]:
    """Folders with modules in them, and the folders of TOML that the catalogue and the datasets are."""
    holding = {path.parent for path in modules(*SHIPPED)}
    holding |= {path.parent.relative_to(ROOT) for path in (ROOT / "cspdash").rglob("*.toml")}
    return {"assets"} | {".".join(folder.parts) for folder in holding}


def test_every_package_is_listed_by_hand() -> None:
    assert listed_packages() == packages_on_disk(), "bring `packages =` in setup.cfg and the folders on disk together"


@pytest.mark.parametrize("name", ["assets", *SHIPPED, "wsgi"])
def test_our_top_level_names_are_ours_alone(name: str) -> None:
    """The names are generic: a dependency that ships one of them would hide ours, or ours it, without a word."""
    assert set(importlib.metadata.packages_distributions()[name]) == {"cspdash"}


def test_every_module_of_cspdash_has_a_rung() -> None:
    """A new module beside cli and app escapes the import ladder until setup.cfg places it there."""
    names = {path.relative_to("cspdash").parts[0].removesuffix(".py") for path in modules("cspdash")}
    assert names - {"__init__"} <= CSPDASH_MODULES, "place it on the import ladder in setup.cfg, then name it here"


def test_assets_are_found() -> None:
    assets = Path(cspdash.__file__).parents[1] / "assets"
    assert (assets / "_vendor" / "bootstrap.min.css").is_file()


@pytest.mark.parametrize("path", [path for path in modules(*SHIPPED) if path.name == "__init__.py"], ids=str)
def test_package_roots_hand_nothing_on(path: Path) -> None:
    """One name, one place: an `__init__.py` that re-exports gives each thing two, and loads everything for anything."""
    assert not set(imported(tree(path))) & set(SHIPPED), "import it where it is defined instead"


@pytest.mark.parametrize("path", modules(*EVERYTHING), ids=str)
def test_modules_are_named_for_what_they_hold(path: Path) -> None:
    words = {word for part in path.with_suffix("").parts for word in part.split("_")}
    assert not words & VAGUE, "name it for what it holds"


def test_every_folder_of_tests_is_a_package() -> None:
    """Without `__init__.py` tests/callbacks would be imported as `callbacks` and hide the real one."""
    folders = {path.parent for path in modules("tests")}
    assert not {str(folder) for folder in folders if not (ROOT / folder / "__init__.py").is_file()}
