"""Elements are plain nodes, and components only where Dash must know them."""

import json

import pytest
from dash import dcc, html
from dash._utils import to_json

from layouts.components import tags
from layouts.components.tags import Node, Tree, whole


def test_a_tag_of_text_is_a_plain_list() -> None:
    made = tags.Td("28", className="r", aria_label="open", data_at="now", title=None)
    assert made == ["td", {"className": "r", "aria-label": "open", "data-at": "now"}, "28"]
    assert isinstance(made, Node)
    assert (made.tag, made.props["className"], made.children) == ("td", "r", ["28"])


def test_gaps_are_left_out_and_lists_are_opened() -> None:
    assert tags.P(["a", None, ["b", [tags.B("c")]], 0]) == ["p", {}, "a", "b", ["b", {}, "c"], 0]


def test_a_tag_with_an_id_is_the_component_dash_knows() -> None:
    made = tags.Div("text", id="main", className="page")
    assert to_json(made) == to_json(html.Div("text", id="main", className="page"))


def test_around_a_component_nodes_become_trees() -> None:
    chart = dcc.Graph(id="bars")
    made = tags.Section([tags.H2("Title"), "text", chart, tags.P("below")], className="panel")
    assert isinstance(made, html.Section)
    first, middle, last = made.children
    assert isinstance(first, Tree)
    assert first.nodes == [["h2", {}, "Title"], "text"]
    assert middle is chart
    assert last.nodes == [["p", {}, "below"]]


def test_dash_finds_an_id_inside() -> None:
    """callbacks/plan_state.py seals the state of a form it is handed."""
    made = whole(tags.Div([tags.P("x"), tags.Section([dcc.Store(id="plan-state"), tags.P("y")])]))
    assert made["plan-state"].id == "plan-state"


def test_a_tree_travels_as_json() -> None:
    sent = json.loads(to_json(whole(tags.P(["a", tags.B("<b>")]))))
    assert sent == {"props": {"nodes": [["p", {}, "a", ["b", {}, "<b>"]]]}, "type": "Tree", "namespace": "scorecards"}


def test_several_elements_as_one_component() -> None:
    assert whole(tags.P("a"), tags.P("b")).nodes == [["p", {}, "a"], ["p", {}, "b"]]
    assert isinstance(whole(tags.P("a"), dcc.Store(id="s")), html.Div)


def test_dash_has_no_input_so_it_must_stay_a_node() -> None:
    assert tags.Input(type="date")[0] == "input"
    with pytest.raises(TypeError, match="has no such tag"):
        tags.Input(id="x")
