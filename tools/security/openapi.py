"""Dash's one address for callbacks as an OpenAPI document, a path parameter short: what a body may be, callback by callback.

Made from the callbacks the application has registered, so that a tool which reads OpenAPI can attack every one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

PATH = "/_dash-update-component"
_ANY: dict[str, Any] = {}


def openapi(callback_map: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The document; a callback of the browser's own is in it too, since anybody may post one."""
    bodies = [_body(output, registered) for output, registered in callback_map.items()]
    answers = {str(status): {"description": "an answer"} for status in (200, 204, 400, 401, 403, 413, 415, 429)}
    operation = {
        "operationId": "callback",
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"oneOf": bodies}}}},
        "responses": answers,
    }
    return {"openapi": "3.1.0", "info": {"title": "Callbacks", "version": "1"}, "paths": {PATH: {"post": operation}}}


def _body(output: str, registered: Mapping[str, Any]) -> dict[str, Any]:
    inputs = registered["inputs"]
    changed = [f"{part['id']}.{part['property']}" for part in inputs]
    return {
        "type": "object",
        "required": ["output", "outputs", "inputs", "state", "changedPropIds"],
        "properties": {
            "output": {"const": output},
            "outputs": _outputs(registered.get("output")),
            "inputs": _parts(inputs),
            "state": _parts(registered["state"]),
            "changedPropIds": {"type": "array", "maxItems": len(changed), "items": {"enum": changed}},
        },
        "additionalProperties": False,
    }


def _parts(known: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not known:
        return {"type": "array", "maxItems": 0}
    return {
        "type": "array",
        "prefixItems": [_part(each["id"], each["property"]) for each in known],
        "minItems": len(known),
        "maxItems": len(known),
    }


def _part(component_id: str, prop: str) -> dict[str, Any]:
    properties = {"id": {"const": component_id}, "property": {"const": prop}, "value": _ANY}
    return _exactly(properties)


def _outputs(output: Any) -> dict[str, Any]:
    if isinstance(output, list | tuple) and not output:
        return {"type": "array", "maxItems": 0}
    if isinstance(output, list | tuple):
        places = [_place(each) for each in output]
        return {"type": "array", "prefixItems": places, "minItems": len(output), "maxItems": len(output)}
    return _place(output) if output is not None else _ANY


def _place(output: Any) -> dict[str, Any]:
    properties = {"id": {"const": str(output.component_id)}, "property": {"const": output.component_property}}
    return _exactly(properties)


def _exactly(properties: dict[str, Any]) -> dict[str, Any]:
    """These and no others, as the gate has it: an attack by the document must get past it to find anything."""
    return {"type": "object", "required": ["id", "property"], "properties": properties, "additionalProperties": False}
