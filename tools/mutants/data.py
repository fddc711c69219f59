"""Safeguards of the data: scope, cache, audit, ingest."""

from tools.mutants.mutant import Mutant

_CACHE, _AUDIT = "data_access/cache.py", "data_access/audit/tables.py"

DATA = (
    Mutant(
        "officers' names are shown to whoever asks",
        "cspdash/domain/scope.py",
        "        return any(span.holds(position) for span in self.named)\n",
        "        return True\n",
        ("tests/security/test_rows.py",),
    ),
    Mutant(
        "any officer's page is shown",
        "cspdash/domain/scope.py",
        "        return self.may_name(unit) if unit >= 0 else self.may_name_all\n",
        "        return True\n",
        ("tests/security/test_rows.py",),
    ),
    Mutant(
        "pages are kept without who asked",
        "callbacks/drawn_before.py",
        "key = (scope, viewer, address, state,",
        "key = (address, state,",
        ("tests/callbacks/test_drawn_before.py",),
    ),
    Mutant(
        "the cache unpickles",
        _CACHE,
        "class BytesOnlyDisk(diskcache.Disk):",
        "class BytesOnlyDisk(diskcache.Disk):\n    pass\n\n\nclass _Unused(diskcache.Disk):",
        ("tests/security/test_pickle.py",),
    ),
    Mutant(
        "the cache's folder is open to all",
        _CACHE,
        "    if stat.S_IMODE(found.st_mode) != 0o700:\n        folder.chmod(0o700)\n",
        "",
        ("tests/data_access/test_cache.py::test_the_folder_is_private",),
    ),
    Mutant(
        "the cache's folder may be somebody else's",
        _CACHE,
        "    if found.st_uid != os.getuid():\n",
        "    if False:\n",
        ("tests/security/test_pickle.py::test_a_folder_of_somebody_else_is_refused",),
    ),
    Mutant(
        "audit entries are numbered without a lock",
        _AUDIT,
        "    PERFORM pg_advisory_xact_lock({LOCK});\n",
        "",
        ("tests/security/test_audit_chain.py::test_eight_writers_leave_no_gap",),
    ),
    Mutant(
        "audit entries can be changed",
        _AUDIT,
        '    "CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_keep()",\n',
        "",
        ("tests/security/test_audit_chain.py::test_not_even_the_owner_alters_by_mistake",),
    ),
    Mutant(
        "data is shown though it cannot be logged",
        "callbacks/consultations.py",
        "        self.write(viewer, Operation.CONSULTATION, subject)\n",
        "        try:\n            self.write(viewer, Operation.CONSULTATION, subject)\n"
        "        except Exception:\n            pass\n",
        ("tests/security/test_audit.py",),
    ),
    Mutant(
        "an older version replaces a newer one",
        "data_access/upsert.py",
        "newer = (entry.version, entry.row_hash) > (before.version, before.row_hash)",
        "newer = True",
        ("tests/data_access/test_convergence.py",),
    ),
    Mutant(
        "two ingests work at once",
        "data_access/lock.py",
        "            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "            pass\n",
        ("tests/data_access/test_lock.py",),
    ),
)
