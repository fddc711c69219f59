"""Safeguards of the audit and of exports: written first, chained, closed to change; harmless, marked, hashed, refused."""

from tools.mutants.mutant import Mutant

_CHAIN, _PAGES, _EXPORT = (
    "tests/security/test_audit_chain.py",
    "tests/security/test_audit.py",
    "tests/security/test_export.py",
)
_TABLES, _VERIFY, _CALLBACKS = "data_access/audit/tables.py", "data_access/audit/verify.py", "callbacks/pages.py"

DISCLOSURE = (
    Mutant(
        "the audit's writers do not wait for each other on PostgreSQL",
        _TABLES,
        "    PERFORM pg_advisory_xact_lock({LOCK});\n",
        "",
        (f"{_CHAIN}::test_eight_writers_leave_no_gap",),
    ),
    Mutant(
        "the trigger looks for tables where its caller says",
        _TABLES,
        "SET search_path = {{schema}}, pg_temp SET timezone",
        "SET timezone",
        (f"{_CHAIN}::test_a_temporary_table_of_the_same_name_deceives_nobody",),
    ),
    Mutant(
        "the application's role may give any column of an entry",
        "data_access/audit/rights.py",
        "GRANT INSERT (entry), SELECT",
        "GRANT INSERT, UPDATE, SELECT",
        (f"{_CHAIN}::test_the_application_cannot_alter",),
    ),
    Mutant(
        "entries may be deleted before a checkpoint covers them",
        _TABLES,
        "BEFORE DELETE ON audit_entry WHEN OLD.seq > ({_KEPT})",
        "BEFORE DELETE ON audit_entry WHEN OLD.seq < 0",
        (f"{_CHAIN}::test_not_even_the_owner_alters_by_mistake",),
    ),
    Mutant(
        "hashes are not worked out again",
        _VERIFY,
        "        if hash_of(row.seq, row.at, row.entry, row.previous) != row.hash:\n",
        "        if not row.hash:\n",
        (f"{_CHAIN}::test_tampering_is_found_at_its_row",),
    ),
    Mutant(
        "links are not followed",
        _VERIFY,
        "        elif row.previous != previous:\n",
        "        elif not row.previous:\n",
        (f"{_CHAIN}::test_tampering_is_found_at_its_row",),
    ),
    Mutant(
        "the anchor is not asked",
        _VERIFY,
        "        if seq > verdict.last:\n",
        "        if seq < 0:\n",
        (f"{_CHAIN}::test_a_cut_tail_is_found_by_the_anchor_alone",),
    ),
    Mutant(
        "the anchor's hashes are not compared",
        _VERIFY,
        "        if seq in seen and seen[seq] != note.hash:\n",
        "        if seq not in seen:\n",
        (f"{_CHAIN}::test_a_tail_written_anew_is_found",),
    ),
    Mutant(
        "checkpoints need no signature",
        _VERIFY,
        "        if key and not month.is_genuine(key):\n",
        "        if not month.signature:\n",
        (f"{_CHAIN}::test_a_forged_checkpoint_is_found",),
    ),
    Mutant(
        "a page is shown although it cannot be logged",
        "data_access/audit/trail.py",
        "            raise AuditUnavailable from error\n        self.anchor.note",
        "            return 0\n        self.anchor.note",
        (
            f"{_PAGES}::test_without_the_audit_there_is_no_data",
            f"{_PAGES}::test_what_is_down_raises_and_writes_nothing",
        ),
    ),
    Mutant(
        "a page from memory is not logged",
        _CALLBACKS,
        "        if drawn.subject is not None:\n            self.consultations.shown",
        "        if drawn.subject is not None and len(self.before._kept) != 1:\n            self.consultations.shown",
        (f"{_PAGES}::test_a_page_from_memory_is_a_consultation_too", f"{_PAGES}::test_a_page_is_one_entry"),
    ),
    Mutant(
        "a browser says what was logged",
        "callbacks/consultations.py",
        "        if is_redraw and shown == subject.shown and",
        "        if is_redraw or shown == subject.shown and",
        (f"{_PAGES}::test_a_redraw_of_a_page_that_was_never_looked_at_is_logged",),
    ),
    Mutant(
        "refusals are not logged",
        _CALLBACKS,
        "            self.consultations.refused(viewer, wish(pathname, search))\n",
        "",
        (f"{_PAGES}::test_a_refusal_is_logged",),
    ),
    Mutant(
        "a plan is logged after it is saved, if at all",
        "callbacks/plan.py",
        "    number = pages.consultations.write(viewer, operation, about)\n",
        "    number = 0\n",
        (f"{_PAGES}::test_a_plan_is_not_saved_without_the_audit",),
    ),
    Mutant(
        "everybody reads the audit",
        "data_access/audit/log.py",
        "        if not self.may_search(viewer):\n",
        "        if not viewer:\n",
        ("tests/security/test_audit_page.py::test_only_the_data_protection_officer_reads_it",),
    ),
    Mutant(
        "an officer's own look counts as somebody's",
        "data_access/audit/log.py",
        "            table.user_id != viewer.user_id,\n",
        "",
        ("tests/security/test_audit_page.py::test_an_officer_sees_in_which_role_and_when_but_not_who",),
    ),
    Mutant(
        "cells may run in a spreadsheet",
        "cspdash/exports/spreadsheet_text.py",
        '    return f"\'{told}" if is_formula(value) else told\n',
        "    return told\n",
        (
            f"{_EXPORT}::test_a_name_cannot_run_in_a_spreadsheet",
            f"{_EXPORT}::test_no_cell_runs_and_every_number_stays_one",
        ),
    ),
    Mutant(
        "a workbook turns text into formulas",
        "cspdash/exports/xlsx_file.py",
        "        sheet.write_string(row, index, cell, quoted)\n",
        "        sheet.write_formula(row, index, cell)\n",
        (f"{_EXPORT}::test_a_name_cannot_run_in_a_spreadsheet",),
    ),
    Mutant(
        "a file is given away unlogged",
        "callbacks/export.py",
        "        Operation.DISCLOSURE,\n",
        "        Operation.CONSULTATION,\n",
        (f"{_EXPORT}::test_one_disclosure_with_count_and_hash",),
    ),
    Mutant(
        "a file that names people needs no reason",
        "callbacks/export.py",
        "    if wrong := lacking(document, asked):\n",
        "    if wrong := {}:\n",
        (f"{_EXPORT}::test_a_file_that_names_people_needs_a_reason_and_a_recipient",),
    ),
    Mutant(
        "who looks as somebody else may export",
        "callbacks/export.py",
        "        viewer.need_write()",
        "        viewer.actor",
        (f"{_EXPORT}::test_who_looks_as_somebody_else_takes_nothing_along",),
    ),
    Mutant(
        "a PDF may fetch",
        "cspdash/exports/pdf_file.py",
        '        raise ValueError("an exported document fetches nothing")\n',
        "        return None\n",
        (f"{_EXPORT}::test_a_pdf_fetches_nothing",),
    ),
)
