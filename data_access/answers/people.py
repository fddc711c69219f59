"""The team list and the search: who is posted where, as far as the viewer may know."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from cspdash.domain.ports import Hit, TeamMember, TeamPage
from cspdash.domain.view import OFFICER, TEAM, View
from data_access.answers.confidence import confidence_of, reasons_of
from data_access.answers.disputes import dispute_words
from data_access.answers.unit import crumbs
from data_access.reading import Reading
from data_access.row_security import seeing

_SHORTEST = 2


def team_page(reading: Reading, asked: View) -> TeamPage:
    """Everybody posted to a unit today, and what is odd about postings to it or below it."""
    organisation, scope, today = reading.organisation, reading.scope, reading.today
    position = organisation.unit(asked.unit) if asked.unit else max(scope.home, 0)
    scope.need_total(position)
    unit = organisation.unit_row(position)
    view = asked.but(page=TEAM, unit=unit.ref)
    members = organisation.members(position, today)
    named = [number for number in members.tolist() if scope.may_name(position) or number == scope.own]
    nowhere = _unposted(reading) if position == 0 and scope.may_name_all else ()
    names_others = bool(nowhere) or any(number != scope.own for number in named)
    look_reason = scope.open_here(position) if names_others else ""
    may_dispute = scope.may_supervise and scope.may_name(position) and not reading.viewer.is_read_only
    return TeamPage(
        view=view,
        unit=unit.ref,
        unit_name=unit.name,
        crumbs=crumbs(reading, view, position),
        members=_members(reading, named, may_dispute=may_dispute),
        withheld=len(members) - len(named),
        issues=_issues(reading, position) if scope.may_name(position) else (),
        children=tuple(
            (organisation.unit_row(child).name, view.but(unit=organisation.unit_row(child).ref))
            for child in organisation.tree.children(position)
            if scope.may_total(child)
        ),
        scope_note=scope.note,
        may_claim=may_dispute,
        unposted=nowhere,
        unposted_owner=reading.options.unposted_owner,
        look_reason=look_reason,
    )


def _members(reading: Reading, numbers: list[int], *, may_dispute: bool) -> tuple[TeamMember, ...]:
    """Each with what other sources say of the posting."""
    reasons = reasons_of(reading, [reading.organisation.officers[number].ref for number in numbers])
    found = []
    for number in numbers:
        member = _member(reading, number, may_dispute=may_dispute)
        own = reasons.get(member.officer, ())
        words = tuple(said for _, said in own)
        found.append(
            replace(
                member,
                confidence=confidence_of(member.source, own),
                reasons=words,
                source=reading.source_title(member.source),
            )
        )
    return tuple(found)


def _unposted(reading: Reading) -> tuple[TeamMember, ...]:
    """Officers in the force today whom no source places in a unit of the tree."""
    organisation, today = reading.organisation, reading.today
    posted = organisation.posted(today).unit
    return tuple(
        _member(reading, number)
        for number, officer in enumerate(organisation.officers)
        if posted[number] < 0
        and not (officer.left_on and officer.left_on <= today)
        and not (officer.joined_on and officer.joined_on > today)
    )


def _member(reading: Reading, number: int, *, may_dispute: bool = False) -> TeamMember:
    organisation, today = reading.organisation, reading.today
    officer = organisation.officers[number]
    posting = organisation.posting_row(int(organisation.posted(today).row[number]))
    view = View(page=OFFICER, officer=officer.ref) if reading.scope.may_officer(number, today) else None
    role = (posting.role or "").replace("_", " ") if posting else ""
    return TeamMember(
        officer.ref, officer.label, officer.rank, role, posting.fte if posting else 0.0, posting.starts_on if posting else None,
        organisation.posting_note(number, today), view, posting.source if posting else "",
        dispute_words(reading, officer.ref), may_dispute,
    )  # fmt: skip


def _issues(reading: Reading, position: int) -> tuple[tuple[str, str], ...]:
    """Oddities of postings to units in view; officers by their label."""
    organisation = reading.organisation
    table = reading.figures.metadata.tables["org_issue"]
    below = range(position, organisation.tree.ends[position])
    inside = {organisation.unit_row(at).ref for at in below if reading.scope.may_name(at)}
    with reading.figures.engine.connect() as connection:
        seeing(connection, reading.scope)
        rows = connection.execute(
            select(table.c.officer_id, table.c.unit_id, table.c.source, table.c.words).order_by(table.c.id)
        ).all()
    found = []
    for row in rows:
        if row.unit_id in inside:
            number = organisation.number.get(row.officer_id or "", -1)
            found.append((_whose(reading, number, row.unit_id) + row.words, reading.source_title(row.source or "")))
        if len(found) >= 200:
            break
    return tuple(found)


def _whose(reading: Reading, number: int, unit_id: str) -> str:
    """The officer by label; without it where a reason would have to be said first."""
    if number < 0:
        return ""
    position = reading.organisation.tree.position[unit_id]
    is_open = reading.scope.is_self(number) or reading.scope.is_open_here(position)
    return f"{reading.organisation.officers[number].label if is_open else 'An officer'}: "


def search(reading: Reading, text: str, limit: int) -> tuple[Hit, ...]:
    """Units and officers whose name, collar or employee number holds every word typed; only those in scope.

    Who is where is a directory, and the way to whoever has to be looked at: no reason is asked for it, and it is logged
    as typed. What is behind a hit opens with a reason only (Scope.open_officer).
    """
    words = text.lower().split()
    if len("".join(words)) < _SHORTEST:
        return ()
    organisation, scope, today = reading.organisation, reading.scope, reading.today
    family = reading.catalogue.families[0].slug if reading.catalogue.families else ""
    tree = organisation.tree
    hits: list[tuple[int, Hit]] = []
    for position, unit in enumerate(tree.units):
        parent = tree.parents[position]
        above = " ".join(tree.units[at].name for at in tree.ancestors(position)[1:])
        if scope.may_total(position) and all(word in f"{unit.name} {above}".lower() for word in words):
            where = f"{unit.level}, {tree.units[parent].name}" if parent >= 0 else unit.level
            rank = 0 if unit.name.lower().startswith(words[0]) else 1
            hits.append(
                (rank * 10 + tree.depth[position], Hit("unit", unit.name, where, View(page=family, unit=unit.ref)))
            )
    if scope.named or scope.own >= 0:
        posted = organisation.posted(today).unit
        for number, officer in enumerate(organisation.officers):
            haystack = f"{officer.label} {officer.ref}".lower()
            if all(word in haystack for word in words) and scope.may_officer(number, today):
                home = int(posted[number])
                above_home = tree.parents[home] if home >= 0 else -1
                where = ", ".join(tree.units[at].name for at in (home, above_home) if at > 0) or "not posted"
                rank = (
                    0 if words[0] in (officer.name.lower(), officer.collar_number.lower(), officer.ref.lower()) else 3
                )
                hits.append((rank * 10, Hit("officer", officer.label, where, View(page=OFFICER, officer=officer.ref))))
    hits.sort(key=lambda item: (item[0], item[1].name))
    return tuple(hit for _, hit in hits[:limit])
