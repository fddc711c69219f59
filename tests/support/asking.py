"""Callbacks asked as a browser would: over HTTP, through the gate, with the body our own page sends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
ADDRESS = "/_dash-update-component"


def callback_of(app: dash.Dash, input_id: str, prop: str) -> tuple[str, dict[str, Any]]:
    """The server callback that listens to an input."""
    for output, registered in app.callback_map.items():
        listens = any(part["id"] == input_id and part["property"] == prop for part in registered["inputs"])
        if listens and "callback" in registered:
            return output, registered
    raise LookupError(f"no callback listens to {input_id}.{prop}")


def body_of(app: dash.Dash, changed: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The request a browser sends when `changed` ("url.pathname") changes; `values` by "id.property"."""
    input_id, _, prop = changed.partition(".")
    output, registered = callback_of(app, input_id, prop)
    many = registered["output"] if isinstance(registered["output"], list | tuple) else [registered["output"]]
    outputs = [{"id": each.component_id, "property": each.component_property} for each in many]

    def part(known: Mapping[str, str]) -> dict[str, Any]:
        return {**known, "value": values.get(f"{known['id']}.{known['property']}")}

    return {
        "output": output,
        "outputs": outputs if isinstance(registered["output"], list | tuple) else outputs[0],
        "inputs": [part(known) for known in registered["inputs"]],
        "state": [part(known) for known in registered["state"]],
        "changedPropIds": [changed],
    }


def post(client: FlaskClient, body: object) -> TestResponse:
    return client.post(ADDRESS, json=body, headers=SAME_SITE)


def ask(app: dash.Dash, client: FlaskClient, changed: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the callback sets, by component id; {} when it sets nothing."""
    answer = post(client, body_of(app, changed, values))
    assert answer.status_code in (200, 204, 403), answer.text
    return dict(answer.get_json()["response"]) if answer.status_code != 204 else {}


def visit(app: dash.Dash, client: FlaskClient, address: str) -> dict[str, Any]:
    """What going to an address puts on screen."""
    pathname, _, search = address.partition("?")
    values = {"url.pathname": pathname, "url.search": f"?{search}" if search else ""}
    return ask(app, client, "url.pathname", values)


def components(tree: Any) -> Iterator[dict[str, Any]]:
    """Every component of a drawn page, as sent."""
    if isinstance(tree, dict):
        if "props" in tree and "type" in tree:
            yield tree
            yield from components(tree["props"].get("children"))
    elif isinstance(tree, list):
        for each in tree:
            yield from components(each)


def words(tree: Any) -> str:
    """All text of a drawn page, components and nodes (layouts/components/tags.py) alike."""
    if isinstance(tree, dict):
        props = tree.get("props", {})
        return words(props.get("nodes", props.get("children")))
    if isinstance(tree, list):
        is_node = len(tree) > 1 and isinstance(tree[0], str) and isinstance(tree[1], dict) and "props" not in tree[1]
        return " ".join(filter(None, (words(each) for each in (tree[2:] if is_node else tree))))
    return "" if tree is None else str(tree)


def ids_in(tree: Any) -> set[str]:
    return {each["props"]["id"] for each in components(tree) if "id" in each["props"]}


def props_of(tree: Any, component_id: str) -> dict[str, Any]:
    """Properties of one component of a drawn page."""
    for each in components(tree):
        if each["props"].get("id") == component_id:
            return dict(each["props"])
    raise LookupError(f"{component_id} is not on this page: {json.dumps(sorted(ids_in(tree)))}")
