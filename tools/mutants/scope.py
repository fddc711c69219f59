"""Safeguards of scope: who sees whom, the second lock in the database, and what is kept for one viewer alone."""

from tools.mutants.mutant import Mutant

_LOCK, _SCOPE, _KEPT = "data_access/row_security.py", "cspdash/domain/scope.py", "callbacks/drawn_before.py"
_RLS, _EVERYBODY, _ROWS = (
    "tests/security/test_rls.py",
    "tests/security/test_scope_everywhere.py",
    "tests/security/test_rows.py",
)
_TURNS = f"{_EVERYBODY}::test_two_who_take_turns_never_meet_in_a_cache"

SCOPE = (
    Mutant(
        "officers' names are shown to whoever asks",
        _SCOPE,
        "        return any(span.holds(position) for span in self.named)\n",
        "        return True\n",
        (f"{_ROWS}::test_no_address_shows_an_officer_out_of_scope[admin]",),
    ),
    Mutant(
        "any officer's page is shown",
        _SCOPE,
        "        return self.may_name(unit) if unit >= 0 else self.may_name_all\n",
        "        return True\n",
        (f"{_ROWS}::test_no_address_shows_an_officer_out_of_scope[other]",),
    ),
    Mutant(
        "any unit's records are shown",
        _SCOPE,
        "        if not self.may_name_below(position):\n            raise NotPermitted(",
        "        if position < 0:\n            raise NotPermitted(",
        (f"{_EVERYBODY}::test_no_page_names_an_officer_out_of_scope[analyst]",),
    ),
    Mutant(
        "who asks for more is not refused",
        _SCOPE,
        "        if not self.may_officer(number, day):\n            raise NotPermitted(OUT_OF_SCOPE)\n",
        "        del number, day\n",
        (f"{_EVERYBODY}::test_asking_for_more_is_refused_and_logged[sgt-a]",),
    ),
    Mutant(
        "a sergeant sees every team below the parent",
        "cspdash/domain/rights.py",
        '        yield Right(role, Span(unit, unit + 1) if role == "sergeant" else below, by, until)\n',
        "        yield Right(role, everything(organisation), by, until)\n",
        ("tests/data_access/test_scope.py::test_nobody_sees_an_officer_outside_their_scope",),
    ),
    Mutant(
        "the search finds everybody",
        "data_access/answers/people.py",
        "if all(word in haystack for word in words) and scope.may_officer(number, today):",
        "if all(word in haystack for word in words):",
        (f"{_ROWS}::test_no_search_finds_an_officer_out_of_scope[sgt]",),
    ),
    Mutant(
        "the refusal tells who exists",
        "cspdash/domain/scope.py",
        "        if not self.may_officer(number, day):\n            raise NotPermitted(OUT_OF_SCOPE)\n",
        "        if not self.may_officer(number, day):\n"
        '            raise NotPermitted(f"Your role does not cover {self.organisation.officers[number].label}.")\n',
        (
            f"{_ROWS}::test_an_answer_does_not_tell_who_exists",
            f"{_ROWS}::test_no_address_shows_an_officer_out_of_scope[sgt]",
        ),
    ),
    Mutant(
        "pages are kept without who asked",
        _KEPT,
        "key = (scope, viewer, address, state,",
        "key = (address, state,",
        ("tests/callbacks/test_drawn_before.py::test_whatever_a_page_depends_on_draws_it_again", _TURNS),
    ),
    Mutant(
        "pages are kept for whoever is in the same role",
        _KEPT,
        "key = (scope, viewer, address, state,",
        "key = (viewer.role, address, state,",
        (_TURNS,),
    ),
    Mutant(
        "pages are kept without what the viewer may see",
        _KEPT,
        "key = (scope, viewer, address, state,",
        "key = (viewer, address, state,",
        ("tests/callbacks/test_drawn_before.py::test_whatever_a_page_depends_on_draws_it_again",),
    ),
    Mutant(
        "grants and cover are kept without whose they are",
        "data_access/reading.py",
        "return self.kept((ACCESS, version, viewer.user_id, viewer.officer_id), read)",
        "return self.kept((ACCESS, version), read)",
        (_TURNS,),
    ),
    Mutant(
        "a page as it last was is shown to anybody",
        "callbacks/last_good.py",
        "            kept = self._kept.get((viewer, address))\n",
        "            kept = next((page for (_, where), page in self._kept.items() if where == address), None)\n",
        ("tests/callbacks/test_last_good.py::test_a_page_is_kept_for_its_viewer_and_not_for_ever",),
    ),
    Mutant(
        "the database's policies let every row through",
        _LOCK,
        "FOR {kept} USING ({seen})",
        "FOR {kept} USING (true)",
        (f"{_RLS}::test_with_nothing_set_there_is_no_row[investigation]",),
    ),
    Mutant(
        "no table is locked",
        _LOCK,
        '            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",\n',
        "",
        (f"{_RLS}::test_every_table_with_records_or_names_is_locked",),
    ),
    Mutant(
        "the lock does not hold for whoever owns the table",
        _LOCK,
        '            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",\n',
        "",
        (f"{_RLS}::test_every_table_with_records_or_names_is_locked",),
    ),
    Mutant(
        "records of every unit pass the lock",
        _LOCK,
        '    parts = [f"unit_id = ANY ({_UNITS})"]\n',
        '    parts = ["unit_id IS NOT NULL"]\n',
        (f"{_RLS}::test_without_any_filter_a_viewer_sees_own_rows_only[sgt]",),
    ),
    Mutant(
        "plans of everybody pass the lock",
        _LOCK,
        '    plan = f"{_ALL} OR {mine} OR officer_id IN ({_POSTED_NOW})"\n',
        '    plan = "true"\n',
        (f"{_RLS}::test_with_nothing_set_there_is_no_row[plan]",),
    ),
    Mutant(
        "refused rows pass the lock",
        _LOCK,
        '("quarantine", f"{_MENDS} OR {_is(COUNTER)}", "SELECT"),',
        '("quarantine", "true", "SELECT"),',
        (f"{_RLS}::test_with_nothing_set_there_is_no_row[quarantine]",),
    ),
    Mutant(
        "officers' names pass the lock",
        _LOCK,
        'OR ref = {_OWN} OR ref IN ({_POSTED_NOW})", "SELECT"),',
        'OR ref IS NOT NULL", "SELECT"),',
        (f"{_RLS}::test_with_nothing_set_there_is_no_row[officer]",),
    ),
    Mutant(
        "what one transaction may see, the next one on its connection sees",
        _LOCK,
        '"SELECT set_config(:name, :value, true)"',
        '"SELECT set_config(:name, :value, false)"',
        (f"{_RLS}::test_no_request_inherits_what_the_one_before_could_see",),
    ),
    Mutant(
        "who may count may list",
        _LOCK,
        'for column in dataset.all_columns if column.name != "ref"]',
        "for column in dataset.all_columns]",
        (f"{_RLS}::test_sums_cannot_list_and_the_directory_knows_no_record",),
    ),
)
