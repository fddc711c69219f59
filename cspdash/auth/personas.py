"""Personas: the made-up people of a demonstration, one click each. Read from <home>/personas.toml.

[[persona]]
id = "sgt-nair"
name = "PS Priya Nair"
title = "Sergeant, Team C, Watford Intervention"
role = "sergeant"            # one of cspdash.domain.scope.ROLES, but not operator
officer_id = "E10234"        # who they are in the force; or
# unit_id = "csp-watford"    # for somebody who is no officer
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cspdash.domain.errors import DefinitionError
from cspdash.domain.ports import Viewer
from cspdash.domain.scope import ROLES

FILE_NAME = "personas.toml"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_KEYS = ("id", "name", "title", "role", "officer_id", "unit_id")
_ROLES = tuple(role for role in ROLES if role != "operator")


@dataclass(frozen=True, slots=True)
class Persona:
    """One made-up person."""

    id: str
    name: str
    title: str
    role: str
    officer_id: str = ""
    unit_id: str = ""

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.id, self.name, self.role, self.officer_id, self.unit_id, self.title)


def load_personas(home: Path) -> tuple[Persona, ...]:
    """The personas of a deployment, in the order of the file; none without one. Raises DefinitionError."""
    path = home / FILE_NAME
    if not path.is_file():
        return ()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError(str(error), FILE_NAME, "Mend the TOML") from error
    if unknown := set(table) - {"persona"}:
        raise DefinitionError(f"unknown keys {sorted(unknown)}", FILE_NAME, "The file holds [[persona]] tables only")
    personas = tuple(_persona(raw, number) for number, raw in enumerate(table.get("persona", ()), 1))
    ids = [persona.id for persona in personas]
    if repeated := {each for each in ids if ids.count(each) > 1}:
        raise DefinitionError(f"id {sorted(repeated)[0]!r} is there twice", FILE_NAME, "Give each persona its own id")
    return personas


def _persona(raw: Mapping[str, Any], number: int) -> Persona:
    at = f"{FILE_NAME}, persona {number}"
    if unknown := set(raw) - set(_KEYS):
        raise DefinitionError(f"unknown key {sorted(unknown)[0]!r}", at, f"Keys: {', '.join(_KEYS)}")
    for key, value in raw.items():
        if not isinstance(value, str):
            raise DefinitionError(f"{key} is not text", at, "Put it in quotes")
    if not _ID.fullmatch(raw.get("id", "")):
        raise DefinitionError("the id cannot be used", at, 'id = "sgt-nair": small letters, digits, - _ and .')
    if not raw.get("name"):
        raise DefinitionError("there is no name", at, 'name = "PS Priya Nair"')
    if raw.get("role") not in _ROLES:
        raise DefinitionError(f"role {raw.get('role')!r} is unknown", at, f"Use one of {', '.join(_ROLES)}")
    return Persona(**{key: raw.get(key, "") for key in _KEYS})
