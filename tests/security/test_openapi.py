"""T-SCHEMA, the part without its tool: the document tells of every callback what the gate lets through, and no more."""

from __future__ import annotations

from typing import Any

import dash

from tests.support.asking import body_of
from tools.security.openapi import PATH, openapi


def schemas(app: dash.Dash) -> list[dict[str, Any]]:
    post = openapi(app.callback_map)["paths"][PATH]["post"]
    return list(post["requestBody"]["content"]["application/json"]["schema"]["oneOf"])


def fits(schema: dict[str, Any], value: Any) -> bool:
    """As much of JSON Schema as the document uses."""
    if "const" in schema:
        return bool(value == schema["const"])
    if "enum" in schema:
        return value in schema["enum"]
    if schema.get("type") == "object":
        known = schema["properties"]
        return isinstance(value, dict) and all(
            name in value and fits(known[name], value[name]) for name in schema["required"]
        )
    if schema.get("type") == "array":
        if not isinstance(value, list) or not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 99):
            return False
        items = schema.get("prefixItems", [schema.get("items", {})] * len(value))
        return all(fits(*pair) for pair in zip(items, value, strict=False))
    return True


def test_every_callback_is_in_it(app: dash.Dash) -> None:
    outputs = [schema["properties"]["output"]["const"] for schema in schemas(app)]
    assert sorted(outputs) == sorted(app.callback_map)


def test_what_our_page_sends_fits_one_of_them(app: dash.Dash) -> None:
    for registered in [each for each in app.callback_map.values() if "callback" in each]:
        first = registered["inputs"][0]
        body = body_of(app, f"{first['id']}.{first['property']}", {})
        assert sum(fits(schema, body) for schema in schemas(app)) == 1
        body["inputs"][0]["id"] = "another"
        assert not any(fits(schema, body) for schema in schemas(app))
