"""`cspdash people`: who may sign in, from the machine itself; for the first administrator, and for a proxy's people."""

from __future__ import annotations

from cspdash.commands.place import OK, Place
from cspdash.commands.tables import Format, show
from cspdash.deployment import OPERATOR, Deployment
from cspdash.domain.audit import AuditEntry, Operation
from cspdash.domain.identity import BY_RANK, ENDED_BY_ADMINISTRATOR, NEEDS_OFFICER, Person, Vouched, person_id_of
from cspdash.settings import Problem, SettingsError

_COLUMNS = (
    ("name", "name"),
    ("roles", "roles"),
    ("officer", "officer"),
    ("unit", "unit"),
    ("signed_in", "last signed in"),
    ("state", "state"),
    ("subject", "subject"),
    ("issuer", "issuer"),
    ("id", "id"),
)


def list_people(place: Place, text: str, shape: Format) -> int:
    with place.deployment() as deployment:
        rows = [_row(person) for person in deployment.identity.directory.people(text)]
    show(place.out, shape, rows, _COLUMNS, {}, "people")
    return OK


def admit(place: Place, who: Vouched, unit: str) -> int:
    """Lets somebody in who has not signed in yet, or changes what an administrator says of them. Raises SettingsError."""
    roles = who.roles or ()
    for given, option in ((who.issuer, "--issuer"), (who.subject, "--subject"), (roles, "--role")):
        if not given:
            raise SettingsError(Problem("is not given", option, "`cspdash people admit --help` says what it is"))
    if wrong := [role for role in roles if role not in BY_RANK]:
        raise SettingsError(Problem(f"no role is called {wrong[0]!r}", "--role", f"Roles: {', '.join(BY_RANK)}"))
    if set(roles) & NEEDS_OFFICER and not who.officer_id:
        raise SettingsError(Problem(f"a {roles[0]} is an officer", "--officer", "Give the HR employee number"))
    with place.deployment() as deployment:
        _note(deployment, person_id_of(who.issuer, who.subject), f"admitted as {' '.join(roles)}")
        person_id = deployment.identity.directory.admit(who, unit)
    place.say(f"{who.name} may sign in as {who.subject} of {who.issuer}.")
    place.out.print(person_id, highlight=False)
    return OK


def disable(place: Place, person_id: str, why: str) -> int:
    """Takes somebody's access away and ends their sessions. Raises SettingsError."""
    with place.deployment() as deployment:
        person = _need(deployment, person_id)
        _note(deployment, person_id, f"disabled: {why}")
        deployment.identity.directory.disable(person_id, OPERATOR.user_id, why)
        ended = deployment.identity.sessions.end_all(person_id, ENDED_BY_ADMINISTRATOR, OPERATOR.user_id)
    place.say(f"{person.name} has no access any more; {ended} sessions ended.")
    return OK


def enable(place: Place, person_id: str) -> int:
    """Gives access back. Raises SettingsError."""
    with place.deployment() as deployment:
        person = _need(deployment, person_id)
        _note(deployment, person_id, "enabled")
        deployment.identity.directory.enable(person_id)
    place.say(f"{person.name} may sign in again.")
    return OK


def end_sessions(place: Place, person_id: str) -> int:
    """Ends every session of somebody; they may sign in again. Raises SettingsError."""
    with place.deployment() as deployment:
        person = _need(deployment, person_id)
        _note(deployment, person_id, "sessions ended")
        ended = deployment.identity.sessions.end_all(person_id, ENDED_BY_ADMINISTRATOR, OPERATOR.user_id)
    place.say(f"{ended} sessions of {person.name} ended.")
    return OK


def _need(deployment: Deployment, person_id: str) -> Person:
    if (person := deployment.identity.directory.person(person_id)) is None:
        raise SettingsError(Problem(f"nobody has the id {person_id!r}", "ID", "`cspdash people list` shows them"))
    return person


def _note(deployment: Deployment, person_id: str, what: str) -> None:
    entry = AuditEntry.by(OPERATOR, Operation.ADMINISTRATION, subject="person", subject_id=person_id, detail=what)
    deployment.audit.write(entry)


def _row(person: Person) -> dict[str, str]:
    return {
        "name": person.name,
        "roles": " ".join(person.roles),
        "officer": person.officer_id,
        "unit": person.unit_id,
        "signed_in": f"{person.signed_in_at:%Y-%m-%d %H:%M}" if person.signed_in_at else "never",
        "state": f"disabled: {person.disabled_why}" if person.disabled_at else "",
        "subject": person.subject,
        "issuer": person.issuer,
        "id": person.person_id,
    }
