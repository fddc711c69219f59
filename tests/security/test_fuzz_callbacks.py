"""Every callback, any value in any input or state: an answer in words or a refusal, never a failure, never a foreign name."""

from __future__ import annotations

from typing import Any

import dash
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.support.asking import callback_of, post

TRIGGERS = (
    "url.pathname",
    "search.value",
    "moved.data",
    "look-reason.data",
    "plan-typed.data",
    "plan-afresh.n_clicks",
    "source-try.n_clicks",
    "export-go.n_clicks",
    "plan-save.n_clicks",
    "plan-draft.n_clicks",
    "admin-do.n_clicks",
    "look-stop.n_clicks",
)
ADDRESSES = ("/", "/workload", "/officer/E5", "/plans/new", "/plans/%00", "../../etc/passwd")
QUERIES = ("?unit=stevenage-int-a", "?officer=E5&metric=open", "?as_at=2026-02-30", "?period=400d", "?order=password")
ODDITIES = ("", "E5", "closed", "' OR 1=1 --", "\x00", "\ud800", "<script>", "${7*7}", "%s%n", "9" * 400)
LARGE = ("?rows=99999999999999999999", "?unit=herts&bar=officer:E5&metric=open", "?order=-ref", "?bar=officer:E5")
WORDS = st.sampled_from([*ADDRESSES, *QUERIES, *ODDITIES, *LARGE])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**65), 2**65)
    | st.floats(allow_nan=False)
    | st.text(max_size=30)
    | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FOREIGN = ("PC 2733 Shah", "PS 1196 Okafor", "Supt 0100 Hale")  # not the sergeant's
BROKE = "Something went wrong"  # what the last resort says of an error nobody foresaw
NEVER = (*FOREIGN, "Traceback", "sqlalchemy", "SELECT ", "/work/", "site-packages", BROKE)


def body_with(app: dash.Dash, changed: str, values: list[Any]) -> dict[str, Any]:
    input_id, _, prop = changed.partition(".")
    output, registered = callback_of(app, input_id, prop)
    parts = [*registered["inputs"], *registered["state"]]
    filled = [{**part, "value": value} for part, value in zip(parts, values, strict=False)]
    many = registered["output"] if isinstance(registered["output"], list | tuple) else [registered["output"]]
    outputs = [{"id": each.component_id, "property": each.component_property} for each in many]
    return {
        "output": output,
        "outputs": outputs if isinstance(registered["output"], list | tuple) else outputs[0],
        "inputs": filled[: len(registered["inputs"])],
        "state": filled[len(registered["inputs"]) :],
        "changedPropIds": [changed],
    }


@pytest.mark.parametrize("changed", TRIGGERS)
@given(st.lists(VALUES, min_size=16, max_size=16))
def test_no_value_breaks_a_callback(
    app: dash.Dash, clients: dict[str, FlaskClient], changed: str, values: list[Any]
) -> None:
    answer = post(clients["sgt"], body_with(app, changed, values))
    assert answer.status_code in (200, 204, 400, 403), answer.text
    for mark in NEVER:
        assert mark not in answer.text


@pytest.mark.parametrize("changed", TRIGGERS)
@given(st.lists(WORDS, min_size=16, max_size=16))
def test_no_text_does_either(app: dash.Dash, clients: dict[str, FlaskClient], changed: str, values: list[Any]) -> None:
    answer = post(clients["sgt"], body_with(app, changed, values))
    assert answer.status_code in (200, 204, 400, 403), answer.text
    for mark in NEVER:
        assert mark not in answer.text


def test_every_server_callback_is_among_them(app: dash.Dash) -> None:
    found = {id(callback_of(app, *changed.split("."))[1]) for changed in TRIGGERS}
    assert found == {id(each) for each in app.callback_map.values() if "callback" in each}


def test_a_callback_of_the_browser_cannot_be_asked(app: dash.Dash, clients: dict[str, FlaskClient]) -> None:
    for output, registered in app.callback_map.items():
        if "callback" not in registered:
            parts = {"inputs": registered["inputs"], "state": registered["state"]}
            answer = post(clients["sgt"], {"output": output, "outputs": None, **parts, "changedPropIds": []})
            assert answer.status_code == 400


@pytest.mark.parametrize("name", ["oldJob", "job", "cancelJob", "cacheKey"])
def test_no_handle_of_a_background_job_is_taken(app: dash.Dash, clients: dict[str, FlaskClient], name: str) -> None:
    body = body_with(app, "search.value", ["x"])
    answer = clients["sgt"].post(
        f"/_dash-update-component?{name}=1", json=body, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 200  # as if it had not been there
