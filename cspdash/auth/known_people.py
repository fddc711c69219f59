"""Everybody who may sign in: the personas of a demonstration, or the directory of people an identity provider vouched for."""

from __future__ import annotations

from collections.abc import Sequence

from cspdash.auth.personas import Persona
from cspdash.domain.administration import KnownPerson
from cspdash.domain.errors import NotPermitted
from cspdash.domain.identity import Directory, Person


class PersonasAsPeople:
    """Implements cspdash.domain.administration.People over a file: nobody is let in or kept out from a page."""

    def __init__(self, personas: Sequence[Persona]) -> None:
        self._known = {each.id: _of_persona(each) for each in personas}

    def people(self, text: str = "") -> Sequence[KnownPerson]:
        word = text.lower()
        return [each for each in self._known.values() if word in f"{each.name} {each.officer_id}".lower()]

    def person(self, user_id: str) -> KnownPerson | None:
        return self._known.get(user_id)

    def disable(self, user_id: str, by: str, why: str) -> None:  # noqa: ARG002  the port's
        raise NotPermitted("People come from a file here.")

    def enable(self, user_id: str) -> None:  # noqa: ARG002  the port's
        raise NotPermitted("People come from a file here.")

    def may_disable(self) -> bool:
        return False


class DirectoryAsPeople:
    """Implements cspdash.domain.administration.People over a directory."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def people(self, text: str = "") -> Sequence[KnownPerson]:
        return [_of_person(each) for each in self._directory.people(text)]

    def person(self, user_id: str) -> KnownPerson | None:
        found = self._directory.person(user_id)
        return _of_person(found) if found else None

    def disable(self, user_id: str, by: str, why: str) -> None:
        self._directory.disable(user_id, by, why)

    def enable(self, user_id: str) -> None:
        self._directory.enable(user_id)

    def may_disable(self) -> bool:
        return True


def _of_persona(persona: Persona) -> KnownPerson:
    return KnownPerson(persona.id, persona.name, persona.title, (persona.role,), persona.officer_id, persona.unit_id)


def _of_person(person: Person) -> KnownPerson:
    return KnownPerson(
        person.person_id,
        person.name,
        person.title,
        person.roles,
        person.officer_id,
        person.unit_id,
        person.signed_in_at,
        person.disabled_at is not None,
    )
