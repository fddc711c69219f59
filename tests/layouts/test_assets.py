"""What the browser gets beside the pages agrees with them, and asks nobody else for anything."""

import ast
import re
from pathlib import Path

import pytest

from layouts import ids
from layouts.components import palette, tags

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
LAYOUTS = sorted((ROOT / "layouts").rglob("*.py"))
SCRIPTS = sorted((ASSETS / "js").glob("*.js"))
STYLES = sorted((ASSETS / "css").glob("*.css"))
# Set by a script itself, or fixed by a layout for links within the page.
OTHER_IDS = {"busy", "unanswered", "spoken", "signed-out", "definition", "records"}
# plotly's cloud, axe's findings in product.md 4.4, and whatever could run what a record holds.
BANNED = {
    "Dropdown",
    "DatePickerSingle",
    "DatePickerRange",
    "Slider",
    "RangeSlider",
    "Upload",
    "Tabs",
    "Progress",
    "Iframe",
    "Markdown",
    "DataTable",
    "Embed",
    "ObjectEl",
    "Script",
}


def text_of(files: list[Path]) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_scripts_look_for_ids_that_are_drawn() -> None:
    known = {value for value in vars(ids).values() if isinstance(value, str)} | set(ids.PLAN_FIELDS) | OTHER_IDS
    used = set(re.findall(r"""getElementById\("([^"]+)"\)|["'\s(]#([a-z][a-z-]*)[\s"',.\[]""", text_of(SCRIPTS)))
    names = {first or second for first, second in used}
    assert names <= known, names - known
    assert f'set_props("{ids.URL}"' in text_of(SCRIPTS)
    assert f'set_props("{ids.MOVED}"' in text_of(SCRIPTS)


def test_the_tree_draws_every_tag_there_is() -> None:
    script = (ASSETS / "js" / "tree.js").read_text(encoding="utf-8")
    listed = " ".join(re.findall(r'"([a-z0-9 ]+)"', script.split("const TAGS")[1].split("const ATTRIBUTES")[0]))
    made = {tag._name for tag in vars(tags).values() if isinstance(tag, tags.Tag)}
    assert set(listed.split()) == made
    assert not made & {"script", "iframe", "object", "embed", "style", "link", "img", "base", "meta"}


def test_the_tree_never_reads_html() -> None:
    assert not re.search(
        r"innerHTML|dangerouslySetInnerHTML|insertAdjacentHTML|document\.write|eval\(", text_of(SCRIPTS)
    )


def test_figures_are_drawn_in_the_colours_of_the_page() -> None:
    tokens = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", (ASSETS / "css" / "10-tokens.css").read_text()))
    pairs = {
        "INK": "ink",
        "INK_2": "ink-2",
        "BAR": "bar",
        "BAR_QUIET": "bar-quiet",
        "CONCERN": "concern",
        "SURFACE": "surface",
    }
    assert {name: getattr(palette, name) for name in pairs} == {name: tokens[token] for name, token in pairs.items()}


@pytest.mark.parametrize("file", [*SCRIPTS, *STYLES, *LAYOUTS], ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_fetched_from_elsewhere(file: Path) -> None:
    assert not re.search(r"https?://|//cdn|@import", file.read_text(encoding="utf-8"))


def test_every_action_of_a_button_is_known_to_a_script() -> None:
    wanted = set(re.findall(r'data_does="([a-z-]+)"', text_of(LAYOUTS)))
    scripts = text_of(SCRIPTS)
    assert wanted
    assert {
        name
        for name in wanted
        if f'"{name}"' not in scripts and f"{name}:" not in scripts and f"'{name}'" not in scripts
    } == set()


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


@pytest.mark.parametrize("file", LAYOUTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_layouts_use_accessible_components_only(file: Path) -> None:
    assert not names_in(file) & BANNED
    assert not re.search(r"\bdcc\.(RadioItems|Checklist)\b", file.read_text(encoding="utf-8"))  # Bootstrap's are clean
    assert "dangerously" not in file.read_text(encoding="utf-8")
    if "Graph" in names_in(file):
        assert file.name == "bar_chart.py", (
            "Make charts with layouts.components.bar_chart.graph: it keeps them off plotly's cloud"
        )


@pytest.mark.parametrize("file", LAYOUTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_layouts_are_small(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 300
