"""The acceptance tests that have a name (T-...): where each is, and so which mutants must turn it red."""

from __future__ import annotations

from dataclasses import dataclass

from tools.mutants.mutant import Mutant


@dataclass(frozen=True)
class NamedTest:
    """`tests` are files under tests/, or what is in them; `elsewhere` says what runs it, or the rest of it, where `make test`
    does not; `why_none` why it has no mutant."""

    name: str
    tests: tuple[str, ...]
    shows: str
    elsewhere: str = ""
    why_none: str = ""

    def is_shown_by(self, test: str) -> bool:
        """Whether a test, as written on pytest's command line, is one of these or part of one."""
        return any(test == own or test.startswith(f"{own}::") for own in (f"tests/{each}" for each in self.tests))


NAMED = (
    NamedTest(
        "T-ROUTES",
        ("security/test_routes.py",),
        "these routes and no others, whatever the environment says; strangers get nothing",
    ),
    NamedTest(
        "T-ROWS",
        (
            "security/test_rows.py",
            "security/test_refused.py",
            "security/test_scope_everywhere.py",
            "security/test_look_reason.py",
            "cspdash/domain/test_looking_outside.py",
            "data_access/test_scope.py",
        ),
        "everybody, every callback, any address: rows and figures of one's own scope; more is a 403 and one entry, and what is "
        "in scope never is",
    ),
    NamedTest(
        "T-NAMES",
        (
            "security/test_rows.py",
            "security/test_scope_everywhere.py::test_no_page_names_an_officer_out_of_scope",
            "security/test_scope_everywhere.py::test_no_other_callback_does_either",
        ),
        "no officer out of scope in options, hover, titles, counts, errors, search or the audit's page",
    ),
    NamedTest(
        "T-CACHE-X",
        (
            "security/test_scope_everywhere.py::test_two_who_take_turns_never_meet_in_a_cache",
            "callbacks/test_drawn_before.py",
            "callbacks/test_last_good.py",
        ),
        "nothing kept for one viewer is shown to another, warm or cold",
    ),
    NamedTest("T-RLS", ("security/test_rls.py",), "PostgreSQL's second lock holds where the first is gone"),
    NamedTest(
        "T-FORGE",
        ("security/test_forge.py", "security/test_fuzz_callbacks.py"),
        "forged bodies: 150 a callback by default, 3,000 by `make security` (`FORGE_CASES`)",
    ),
    NamedTest(
        "T-SCHEMA",
        ("security/test_openapi.py",),
        "the document by which Schemathesis attacks every callback tells of each what the gate lets through",
        "`make security` (the attack)",
    ),
    NamedTest(
        "T-CSRF",
        ("security/test_csrf.py",),
        "no other token, origin, type; a page of another origin in a real browser achieves nothing",
    ),
    NamedTest("T-CSP", ("security/test_csp.py",), "real Chromium: no violation; nothing injected runs"),
    NamedTest(
        "T-XSS", ("security/test_xss.py",), "real Chromium, policy switched off: twelve payloads in every text field"
    ),
    NamedTest("T-HDR", ("security/test_headers.py",), "every header on thirteen statuses"),
    NamedTest(
        "T-SESS",
        ("security/test_sessions.py", "data_access/test_sessions.py", "callbacks/test_unchanged.py"),
        "fixation, idle, absolute, revoked, leaver, role change",
    ),
    NamedTest("T-KEY", ("security/test_keys.py",), "weak and published keys start nothing; keys rotate"),
    NamedTest(
        "T-OIDC",
        ("sso/test_hostile_op.py", "sso/test_more_attacks.py"),
        "a hostile provider: every defect is 401 and in the audit",
    ),
    NamedTest(
        "T-OIDC-REAL",
        ("sso/test_oidc_provider.py", "sso/test_proxy_openidc.py"),
        "a certified provider, by ourselves and by Apache with mod_auth_openidc",
    ),
    NamedTest("T-KRB", ("sso/test_kerberos.py",), "Apache with a real KDC; nobody but the proxy opens the socket"),
    NamedTest("T-PICKLE", ("security/test_pickle.py", "data_access/test_cache.py"), "planted cache rows run nothing"),
    NamedTest("T-BG", ("security/test_background.py",), "no process is ended; no background callback"),
    NamedTest("T-SQL", ("security/test_sql.py",), "no input becomes part of a statement"),
    NamedTest(
        "T-EXPORT", ("security/test_export.py",), "scope, marking, formula-safe cells, counted and hashed in the audit"
    ),
    NamedTest(
        "T-ERR", ("security/test_errors.py",), "twenty exceptions: a reference, never a stack, SQL, path or password"
    ),
    NamedTest("T-LOG", ("security/test_log.py::TestLines",), "one line each, nothing private"),
    NamedTest("T-LOGFULL", ("security/test_log.py::TestAFullDisk",), "a full disk stops nobody; one alarm"),
    NamedTest("T-PATH", ("security/test_paths.py",), "traversal is 404"),
    NamedTest("T-REDIR", ("security/test_redirect.py",), "sign-in leads to this site only"),
    NamedTest(
        "T-SIZE", ("security/test_limits.py",), "sizes, depth, headers, 300 calls a minute, a crowd, slow senders"
    ),
    NamedTest(
        "T-AUDIT",
        (
            "security/test_six_operations.py",
            "data_access/test_combining.py",
            "security/test_audit.py",
            "security/test_audit_chain.py",
            "security/test_audit_page.py",
            "security/test_audit_in_the_browser.py",
        ),
        "written first, chained, anchored, closed when down",
    ),
    NamedTest(
        "T-DEPS",
        ("security/test_pins.py",),
        "pins against dated advisories, pip check",
        "`make security` (bandit, our Semgrep rules against planted mistakes)",
    ),
    NamedTest(
        "T-DB",
        ("faults/test_db_restart.py",),
        "the database server killed under load: nothing wrong, nothing lost, soon well",
    ),
    NamedTest("T-FREEZE", ("faults/test_db_freeze.py",), "a frozen database: every request answered in time"),
    NamedTest("T-FULL", ("faults/test_disk_full.py",), "a full disk: plans refused in words, pages readable"),
    NamedTest("T-CACHE", ("faults/test_cache.py",), "whatever becomes of the cache, pages are right"),
    NamedTest("T-SOURCE", ("faults/test_sources.py",), "one source of five down, slow or talking garbage"),
    NamedTest("T-DRIFT", ("faults/test_drift.py",), "a source that changed its shape is refused, yesterday stays"),
    NamedTest(
        "T-CONV",
        ("faults/test_convergence.py", "data_access/test_convergence.py"),
        "any order, batches, repeats: the same rows",
    ),
    NamedTest("T-INGEST9", ("faults/test_ingest_killed.py",), "loads killed at any moment: old or new, never half"),
    NamedTest(
        "T-TWO",
        ("faults/test_two_ingesters.py", "data_access/test_lock.py"),
        "several loads at once: one works, the others are busy",
    ),
    NamedTest("T-DST", ("faults/test_clock.py",), "clock changes, leap day, year end, clocks that differ"),
    NamedTest("T-RESTORE", ("faults/test_restore.py",), "backup, loss, restore: every table and the chain equal"),
    NamedTest(
        "T-WORKER",
        (),
        "killed workers: pages come back, nothing half-written",
        "`make bench` (`benchmarks/load`)",
        "No mutant: a measurement, whose verdict is a number of its own; it runs no pytest.",
    ),
    NamedTest(
        "T-500",
        (),
        "five hundred people, and twice as many, each with a session of their own",
        "`make bench` (`benchmarks/load`)",
        "No mutant: a measurement. What sheds a crowd is T-SIZE's, with mutants.",
    ),
)


def names_of(mutant: Mutant) -> list[str]:
    """The T names of the tests that must notice."""
    return [named.name for named in NAMED if any(map(named.is_shown_by, mutant.tests))]
