"""Roles: what a person may be, in words, and which role a rank carries."""

from __future__ import annotations

ROLE_WORDS: dict[str, str] = {
    "constable": "Constable",
    "sergeant": "Sergeant",
    "inspector": "Inspector",
    "chief_inspector": "Chief inspector",
    "superintendent": "Superintendent",
    "chief_officer": "Chief officer",
    "analyst": "Analyst",
    "administrator": "Administrator",
    "data_protection": "Data protection officer",
    "operator": "Operator",
}
ROLES = tuple(ROLE_WORDS)
POSTED = ("constable", "sergeant", "inspector", "chief_inspector", "superintendent", "chief_officer")  # lowest first
SUPERVISORS = (*POSTED[1:], "operator")
SEES_SOURCES = (*SUPERVISORS, "analyst", "administrator")
# Sees nobody's figures, and reads the audit: not the administrators, whose own work it holds.
SEES_AUDIT = ("data_protection", "operator")
GRANTABLE = (
    *POSTED[1:],
    "analyst",
    "administrator",
    "data_protection",
)  # by an administrator; a constable's rights come with the posting

_ROLE_OF_RANK = {
    "PS": "sergeant",
    "INSP": "inspector",
    "CI": "chief_inspector",
    "SUPT": "superintendent",
    "C/SUPT": "superintendent",
    "ACC": "chief_officer",
    "DCC": "chief_officer",
    "CC": "chief_officer",
}


def role_of_rank(rank: str | None) -> str:
    """The supervising role a rank carries, "" for none: "PS", "DS", "A/Insp", "T/DCI".

    Detective ranks are the same ranks (D before them); T/ and A/ are temporary and acting ones.
    """
    text = (rank or "").upper().strip()
    if text[:2] in ("T/", "A/"):
        text = text[2:].strip()
    detective = {"DS": "PS", "DI": "INSP", "DINSP": "INSP", "DCI": "CI", "DSUPT": "SUPT"}
    return _ROLE_OF_RANK.get(detective.get(text, text), "")


def higher(one: str, other: str) -> str:
    """The higher of two posted roles."""
    return max(one, other, key=lambda role: POSTED.index(role) if role in POSTED else -1)


def spoken(role: str) -> str:
    """A role as it is written on screen."""
    return ROLE_WORDS.get(role, role.replace("_", " ").capitalize())
