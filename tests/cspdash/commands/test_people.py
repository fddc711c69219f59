"""`cspdash people`: letting somebody in and out again from the machine itself, each step in the audit."""

from __future__ import annotations

import json

import pytest

from cspdash.deployment import open_deployment
from cspdash.settings import Settings
from tests.cspdash.commands.conftest import CommandLine

ADMIT = ("people", "admit", "Ola Bright", "--issuer", "FORCE.TEST", "--subject", "obright", "--role", "administrator")


def people(cspdash: CommandLine, *more: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(cspdash("people", "list", "--format", "json", *more).out)["people"]
    return found


def test_from_admitting_to_taking_it_away(cspdash: CommandLine) -> None:
    answer = cspdash(*ADMIT)
    assert answer.code == 0
    person_id = answer.out.strip()
    (person,) = people(cspdash, "--find", "bright")
    assert (person["id"], person["roles"], person["signed_in"], person["state"]) == (
        person_id, "administrator", "never", ""
    )  # fmt: skip
    with open_deployment(Settings.load(cspdash.home)) as deployment:
        viewer = deployment.identity.directory.find(person_id)
        assert viewer is not None
        deployment.identity.sessions.start("a-secret", viewer, "proxy")
        assert "1 sessions" in cspdash("people", "end-sessions", person_id).err
        deployment.identity.sessions.start("another", viewer, "proxy")
        assert cspdash("people", "disable", person_id, "--why", "left the unit").code == 0
        assert deployment.identity.directory.find(person_id) is None
        assert deployment.identity.sessions.sessions(person_id) == []
    assert people(cspdash)[0]["state"] == "disabled: left the unit"
    assert cspdash("people", "enable", person_id).code == 0
    assert people(cspdash)[0]["state"] == ""
    told = cspdash("audit", "search", "--format", "json").out
    for what in ("admitted as administrator", "sessions ended", "disabled: left the unit", "enabled"):
        assert what in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*ADMIT[:-1], "king"), "no role is called"),
        ((*ADMIT[:-1], "sergeant"), "Give the HR employee number"),
        (ADMIT[:-2], "--role: is not given"),
        (("people", "disable", "p0", "--why", "x"), "nobody has the id"),
        (("people", "enable", "p0"), "nobody has the id"),
        (("people", "end-sessions", "p0"), "nobody has the id"),
    ],
)
def test_a_wrong_question_changes_nothing(cspdash: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    answer = cspdash(*arguments)
    assert answer.code == 2
    assert said in answer.err
    assert people(cspdash) == []
