"""Safeguards of what is kept: the cache, and the audit before anything is shown."""

from tools.mutants.mutant import Mutant

_CACHE, _AUDIT = "data_access/cache.py", "data_access/audit/tables.py"

DATA = (
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
)
