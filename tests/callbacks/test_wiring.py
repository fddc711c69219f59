"""Layouts and callbacks agree: every id a callback names is in the shell or on some page."""

from __future__ import annotations

import dash

from layouts import ids
from tests.support.asking import ids_in, visit
from tests.support.small import signed_in


def test_every_id_of_a_callback_is_drawn_somewhere(app: dash.Dash) -> None:
    client = signed_in(app, "sgt")
    drawn = ids_in(client.get("/_dash-layout").get_json())
    for address in ("/workload?unit=watford-int-c", "/officer/E2", "/plans/new?officer=E2&metric=open"):
        drawn |= ids_in(visit(app, client, address)[ids.MAIN]["children"])
    drawn |= ids_in(visit(app, signed_in(app, "admin"), "/sources")[ids.MAIN]["children"])
    drawn |= ids_in(visit(app, client, "/cover")[ids.MAIN]["children"]) | {ids.LOOK_STOP}  # test_administration.py
    named = set()
    for registered in app.callback_map.values():
        outputs = registered["output"] if isinstance(registered["output"], list | tuple) else [registered["output"]]
        named |= {each.component_id for each in outputs}
        named |= {part["id"] for part in (*registered["inputs"], *registered["state"])}
    assert named - drawn == set()


def test_the_frame_is_personal(app: dash.Dash) -> None:
    layout = signed_in(app, "sgt").get("/_dash-layout").text
    assert "PS Priya Nair" in layout
    assert "Supt Hale" not in layout


def test_no_callback_runs_in_the_background_or_by_pattern(app: dash.Dash) -> None:
    for output, registered in app.callback_map.items():
        assert not registered.get("background"), output
        assert "{" not in output
