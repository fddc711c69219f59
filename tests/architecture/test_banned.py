"""What may not be written, and what to write instead. Each rule is tried on a line that breaks it."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.source import SHIPPED, calls, imported, mentioned, modules, tree

# Failed axe on a real render: use the form controls of dash_bootstrap_components and the native date input.
INACCESSIBLE = {
    "dbc.Progress": "no accessible name: say it in words",
    "dbc.Tabs": "nav links or dcc.Tabs",
    "dcc.Checklist": "dbc.Checklist",
    "dcc.DatePickerRange": "two dbc.Input of type date",
    "dcc.DatePickerSingle": "dbc.Input of type date",
    "dcc.Dropdown": "dbc.Select",
    "dcc.RadioItems": "dbc.RadioItems",
    "dcc.RangeSlider": "two dbc.Input of type number",
    "dcc.Slider": "dbc.Input of type number",
    "dcc.Upload": "the command line loads files",
}
PICKLES = {"cloudpickle", "dill", "jsonpickle", "marshal", "pickle", "shelve"}
PICKLE_METHODS = {"read_pickle", "to_pickle"}
GRAPH_FACTORY = Path("layouts/components/bar_chart.py")

Rule = Callable[[ast.Module], Iterator[str]]


def inaccessible_components(module: ast.Module) -> Iterator[str]:
    spelt = {name.replace("dash_bootstrap_components.", "dbc."): name for name in mentioned(module)}
    yield from (f"{name}: write {INACCESSIBLE[name]}" for name in sorted(spelt.keys() & INACCESSIBLE.keys()))


def nameless_dialogs(module: ast.Module) -> Iterator[str]:
    for name, given, line in calls(module):
        if name in ("dbc.Modal", "dbc.Offcanvas") and "labelledby" not in given:
            yield f"line {line}: give {name} labelledby, the id of its heading"


def ways_in_for_script(module: ast.Module) -> Iterator[str]:
    for _, given, line in calls(module):
        for keyword in given & {"srcDoc", "dangerously_allow_html"}:
            yield f"line {line}: {keyword} runs what it is given; build components"
    if any("dash_table" in name.split(".") for name in [*imported(module), *mentioned(module)]):
        yield "dash_table is deprecated and renders HTML it is given: use dash_ag_grid"


def pickles(module: ast.Module) -> Iterator[str]:
    yield from (f"{name} runs code on reading: keep bytes or JSON" for name in set(imported(module)) & PICKLES)
    names = {name.rsplit(".", 1)[-1] for name in mentioned(module)}
    yield from (f"{name} runs code on reading" for name in names & PICKLE_METHODS)


def graphs(module: ast.Module) -> Iterator[str]:
    if "dcc.Graph" in mentioned(module):
        yield f"only {GRAPH_FACTORY} makes a dcc.Graph: it switches off the button that uploads to a cloud"


EXAMPLES: dict[Rule, list[str]] = {
    inaccessible_components: [
        "from dash import dcc\ndcc.Dropdown()",
        "from dash.dcc import Slider\nSlider()",
        "import dash_bootstrap_components as dbc\ndbc.Tabs()",
        "from dash_bootstrap_components import Progress",
    ],
    nameless_dialogs: ["dbc.Modal([], id='a')", "dbc.Offcanvas()"],
    ways_in_for_script: [
        "html.Iframe(srcDoc=text)",
        "dcc.Markdown(text, dangerously_allow_html=True)",
        "from dash import dash_table",
        "import dash\ndash.dash_table.DataTable()",
    ],
    pickles: ["import pickle", "from pickle import loads", "import marshal as m", "frame.to_pickle(path)"],
    graphs: ["from dash import dcc\ndcc.Graph()", "from dash.dcc import Graph"],
}


@pytest.mark.parametrize("path", modules(*SHIPPED, "benchmarks", "tools"), ids=str)
def test_nothing_banned(path: Path) -> None:
    rules = EXAMPLES.keys() - ({graphs} if path == GRAPH_FACTORY else set())
    assert not [found for rule in rules for found in rule(tree(path))]


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in EXAMPLES.items() for line in lines])
def test_the_rules_see_what_they_ban(rule: Rule, line: str) -> None:
    assert list(rule(ast.parse(line)))


def test_the_rules_let_the_rest_be() -> None:
    fine = ast.parse("import json\ndbc.Modal(labelledby='h')\ndbc.Select()\ndcc.Tabs()\nhtml.Iframe(src='/x')")
    assert not [found for rule in EXAMPLES for found in rule(fine)]
