"""Personas are for a demonstration on this machine, and a wrong file says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspdash.auth.demonstration import refuse_outside_demonstration
from cspdash.auth.personas import Persona, load_personas
from cspdash.domain.errors import DefinitionError
from cspdash.settings import SettingsError
from tests.cspdash.auth.site import PERSONAS

GOOD = """
[[persona]]
id = "sgt-nair"
name = "PS Priya Nair"
title = "Sergeant"
role = "sergeant"
officer_id = "E10234"

[[persona]]
id = "supt"
name = "Supt Hale"
role = "superintendent"
unit_id = "csp-watford"
"""


def test_are_read_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "personas.toml").write_text(GOOD)
    sergeant, superintendent = load_personas(tmp_path)
    assert sergeant == Persona("sgt-nair", "PS Priya Nair", "Sergeant", "sergeant", "E10234")
    assert superintendent.viewer.unit_id == "csp-watford"


def test_none_without_a_file(tmp_path: Path) -> None:
    assert load_personas(tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = [", "Mend the TOML"),
        ("[persona2]", "unknown keys"),
        ('[[persona]]\nid="a"\nname="A"\nrole="king"', "role 'king' is unknown"),
        ('[[persona]]\nid="a"\nname="A"\nrole="operator"', "role 'operator' is unknown"),
        ('[[persona]]\nid="A b"\nname="A"\nrole="sergeant"', "the id cannot be used"),
        ('[[persona]]\nid="a"\nrole="sergeant"', "there is no name"),
        ('[[persona]]\nid="a"\nname=3\nrole="sergeant"', "name is not text"),
        ('[[persona]]\nid="a"\nname="A"\nrole="sergeant"\nrank="PS"', "unknown key 'rank'"),
        ('[[persona]]\nid="a"\nname="A"\nrole="sergeant"\n' * 2, "id 'a' is there twice"),
    ],
)
def test_a_wrong_file_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "personas.toml").write_text(text)
    with pytest.raises(DefinitionError) as raised:
        load_personas(tmp_path)
    assert said in str(raised.value)
    assert "personas.toml" in str(raised.value)


@pytest.mark.parametrize(
    ("host", "personas", "said"),
    [
        ("0.0.0.0", PERSONAS, "may not listen on 0.0.0.0"),
        ("10.0.0.5", PERSONAS, "may not listen on 10.0.0.5"),
        ("127.0.0.1", (), "nobody to sign in as"),
    ],
)
def test_no_password_means_made_up_people_on_this_machine(host: str, personas: tuple, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        refuse_outside_demonstration(host, personas, "/somewhere")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_demonstration_on_this_machine_is_fine(host: str) -> None:
    refuse_outside_demonstration(host, PERSONAS, "/somewhere")
