"""Whether the body of a callback request is one that our own page could have sent.

Dash looks only at `output`; everything else would reach the callback as it came. So the body is held against what was
registered: a known output with a function on the server, and outputs, inputs and state with the same ids and properties
in the same order. What the *values* are is for each callback to check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.exceptions import BadRequest

MOST_CHANGED = 50
_KNOWN_KEYS = {"output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds"}


def check_callback_body(body: object, callback_map: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises BadRequest, saying which part is wrong."""
    if not isinstance(body, dict) or not set(body) <= _KNOWN_KEYS:
        raise BadRequest("The request is not a callback.")
    registered = callback_map.get(body["output"]) if isinstance(body.get("output"), str) else None
    if registered is None or "callback" not in registered:
        raise BadRequest("There is no such callback.")
    if not _are_as_registered(body.get("inputs", []), registered["inputs"]):
        raise BadRequest("The inputs are not those of this callback.")
    if not _are_as_registered(body.get("state", []), registered["state"]):
        raise BadRequest("The state is not that of this callback.")
    if not _are_outputs(body.get("outputs"), registered):
        raise BadRequest("The outputs are not those of this callback.")
    if not _are_changed(body.get("changedPropIds", []), registered["inputs"]):
        raise BadRequest("What changed is not part of this callback.")


def refuse_wildcards(callback_map: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises ValueError at start for a callback with pattern-matching ids, whose rules the check does not know."""
    for output, registered in callback_map.items():
        ids = [output, *(str(part["id"]) for part in (*registered["inputs"], *registered["state"]))]
        if any(each.startswith("{") or ".{" in each for each in ids):
            raise ValueError(
                f"callback {output[:60]!r} uses pattern-matching ids, which cspdash.auth.callback_body cannot check"
            )


def _are_as_registered(sent: object, registered: Sequence[Mapping[str, Any]]) -> bool:
    if not isinstance(sent, list) or len(sent) != len(registered):
        return False
    return all(_is_part(part, known["id"], known["property"]) for part, known in zip(sent, registered, strict=True))


def _is_part(
    part: object, component_id: object, prop: object, keys: frozenset[str] = frozenset({"id", "property", "value"})
) -> bool:
    if not isinstance(part, dict) or not set(part) <= keys:
        return False
    return bool(part.get("id") == component_id and part.get("property") == prop)


def _are_outputs(sent: object, registered: Mapping[str, Any]) -> bool:
    output = registered["output"]
    if registered.get("no_output"):
        return sent in (None, [])
    is_many = isinstance(output, list | tuple)
    known = list(output) if is_many else [output]
    parts = sent if is_many else [sent]
    if not isinstance(parts, list) or len(parts) != len(known):
        return False
    keys = frozenset({"id", "property"})
    return all(_is_output(part, each, keys) for part, each in zip(parts, known, strict=True))


def _is_output(part: object, known: Any, keys: frozenset[str]) -> bool:
    """The renderer repeats the id's suffix of a duplicate output ("children@hash"), or leaves it out."""
    if not isinstance(part, dict) or not isinstance(part.get("property"), str):
        return False
    plain = {**part, "property": part["property"].partition("@")[0]}
    return _is_part(plain, known.component_id, known.component_property, keys)


def _are_changed(sent: object, inputs: Sequence[Mapping[str, Any]]) -> bool:
    if not isinstance(sent, list) or len(sent) > MOST_CHANGED:
        return False
    known = {f"{part['id']}.{part['property']}" for part in inputs}
    return all(isinstance(each, str) and each in known for each in sent)
