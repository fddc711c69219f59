"""Safeguards against what breaks: databases, disks, the cache, clocks, loads that are killed or meet each other, backups."""

from tools.mutants.mutant import Mutant

_CACHE, _LOCK, _UPSERT, _PATIENCE = (
    "data_access/cache.py",
    "data_access/lock.py",
    "data_access/upsert.py",
    "data_access/patience.py",
)
_OF_CACHE, _TWO, _KILLED, _RESTORE, _CLOCK = (
    "tests/faults/test_cache.py",
    "tests/faults/test_two_ingesters.py::test_one_works_and_the_others_are_busy",
    "tests/faults/test_ingest_killed.py",
    "tests/faults/test_restore.py",
    "tests/faults/test_clock.py",
)
_ORDER = "tests/faults/test_convergence.py::test_any_order_comes_to_the_same"
_IN_TIME = "tests/faults/test_db_freeze.py::test_a_frozen_database_answers_every_request_in_time"
_BACK = "tests/faults/test_db_restart.py::test_killed_under_load_and_back"

FAULTS = (
    Mutant(
        "an older version replaces a newer one",
        _UPSERT,
        "newer = (entry.version, entry.row_hash) > (before.version, before.row_hash)",
        "newer = True",
        (_ORDER,),
    ),
    Mutant(
        "of versions that came together the last one stays",
        _UPSERT,
        "        if other is None or (entry.version, entry.row_hash) > (other.version, other.row_hash):\n",
        "        if True:\n",
        (_ORDER,),
    ),
    Mutant(
        "a row taken away before it came leaves no trace",
        _UPSERT,
        'leaves_no_trace = entry.kind == "left_out" or (entry.kind == "deleted" and self.mapping.is_numbered)',
        'leaves_no_trace = entry.kind != "live"',
        (_ORDER,),
    ),
    Mutant(
        "two loads work at once (a file's lock)",
        _LOCK,
        "            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "            pass\n",
        ("tests/data_access/test_lock.py::test_the_second_hears_busy[sqlite]", f"{_TWO}[sqlite-2]"),
    ),
    Mutant(
        "two loads work at once (PostgreSQL's advisory lock)",
        _LOCK,
        '"SELECT pg_try_advisory_lock(:key)"',
        '"SELECT :key > 0"',
        (f"{_TWO}[postgres-5]",),
    ),
    Mutant(
        "a load that lost its lock goes on",
        "data_access/load.py",
        "        job.place.still_held()\n",
        "",
        ("tests/data_access/test_lock.py::test_a_load_whose_lock_was_lost_keeps_nothing",),
    ),
    Mutant(
        "a load is kept piece by piece",
        "data_access/load.py",
        "            transaction.take(chunk)\n",
        "            transaction.take(chunk)\n            connection.connection.driver_connection.commit()\n",
        (f"{_KILLED}::test_killed_at_any_moment_and_run_again[sqlite]",),
    ),
    Mutant(
        "a first load is kept piece by piece on PostgreSQL",
        "data_access/load.py",
        "            transaction.take(chunk)\n",
        "            transaction.take(chunk)\n            connection.connection.driver_connection.commit()\n",
        (f"{_KILLED}::test_a_first_load_killed_is_no_load[postgres]",),
    ),
    Mutant(
        "a cache that cannot be written to breaks the page",
        _CACHE,
        "            self._disk.set(key, data)\n        except Exception as error:",
        "            self._disk.set(key, data)\n        except ZeroDivisionError as error:",
        (f"{_OF_CACHE}::test_full_or_read_only[full]",),
    ),
    Mutant(
        "a broken cache breaks the start",
        _CACHE,
        "            self._disk = self._connect()\n        except Exception as error:  # noqa: BLE001 any fault",
        "            self._disk = self._connect()\n        except ZeroDivisionError as error:  # any fault",
        (f"{_OF_CACHE}::test_corrupt_it_is_set_aside_and_begun_anew",),
    ),
    Mutant(
        "a cache that was deleted is used on",
        _CACHE,
        "        if current != self._inode or self._disk is None:\n",
        "        if self._disk is None:\n",
        (f"{_OF_CACHE}::test_deleted_under_both_they_meet_again_in_the_new_one",),
    ),
    Mutant(
        "cubes are kept without the version of their data",
        "data_access/reading.py",
        '            *(f"{name}={self.versions.get(name, 0)}" for name in metric.depends_on),\n',
        "",
        (f"{_OF_CACHE}::test_locked_by_another_process",),
    ),
    Mutant(
        "an old page is not said to be old",
        "callbacks/pages.py",
        "            main=stale.as_it_was(kept.page.main, kept.at.astimezone(self.zone)),\n",
        "            main=kept.page.main,\n",
        (_BACK,),
    ),
    Mutant(
        "a database that went is an error like any other",
        _PATIENCE,
        "            breaker.failed()\n            raise DatabaseUnavailable from error\n",
        "            breaker.failed()\n",
        (_BACK,),
    ),
    Mutant(
        "a page waits three times as long as it may",
        _PATIENCE,
        "statement=max(seconds - 0.5, 0.5), answer=seconds, pool=1)",
        "statement=max(seconds - 0.5, 0.5), answer=seconds * 3, pool=1)",
        (_IN_TIME,),
    ),
    Mutant(
        "every request tries a database that does not answer",
        "data_access/breaker.py",
        "            self._try_again_at = self._clock() + self._rest\n",
        "            pass\n",
        (_IN_TIME,),
    ),
    Mutant(
        "a full disk is an error like any other (SQLite)",
        _PATIENCE,
        '"sqlite_errorname", "") == "SQLITE_FULL":',
        '"sqlite_errorname", "") == "":',
        ("tests/faults/test_disk_full.py::test_sqlite",),
    ),
    Mutant(
        "a full disk is an error like any other (PostgreSQL)",
        _PATIENCE,
        "        if isinstance(error, errors.DiskFull):\n            raise DatabaseFull from error\n",
        "",
        ("tests/faults/test_disk_full.py::test_postgresql",),
    ),
    Mutant(
        "days are those of Greenwich all summer",
        "cspdash/domain/periods.py",
        "    return at.astimezone(zone).date()\n",
        "    return at.astimezone(UTC).date()\n",
        (f"{_CLOCK}::test_28_days_are_28_local_days_whatever_the_hours_between",),
    ),
    Mutant(
        "every day has 24 hours",
        "cspdash/domain/periods.py",
        "    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)\n",
        "    return datetime.combine(day, time.min, tzinfo=UTC)\n",
        (f"{_CLOCK}::test_a_day_begins_when_it_does_there",),
    ),
    Mutant(
        "an event of a clock that runs ahead is in the future",
        "data_access/freshness.py",
        "    event_at = min(max(events), now) if events else None\n",
        "    event_at = max(events) if events else None\n",
        (f"{_CLOCK}::test_clocks_that_differ_make_no_age_below_nothing",),
    ),
    Mutant(
        "time without a click is counted on the wall clock",
        "cspdash/auth/signed_in.py",
        "        if now - kept.seen_at > self._limits.idle:\n",
        "        from zoneinfo import ZoneInfo\n\n"
        "        wall, seen = (at.astimezone(ZoneInfo('Europe/London')).replace(tzinfo=None) for at in (now, kept.seen_at))\n"
        "        if wall - seen > self._limits.idle:\n",
        (f"{_CLOCK}::test_sessions_end_though_the_clocks_change",),
    ),
    Mutant(
        "the audit is not in the backup",
        "data_access/backup.py",
        '_run("pg_dump", parsed, "--format=custom", f"--file={draft}")',
        '_run("pg_dump", parsed, "--format=custom", "--exclude-table-data=audit_entry", f"--file={draft}")',
        (f"{_RESTORE}::test_what_was_saved_comes_back_whole[postgresql]",),
    ),
    Mutant(
        "a backup is restored whatever became of it",
        "cspdash/commands/backup.py",
        "if digest(saved / name) != files[name]]",
        "if not files[name]]",
        (f"{_RESTORE}::test_a_backup_that_is_not_what_was_saved_is_refused[changed]",),
    ),
    Mutant(
        "a backup is restored over what is there",
        "data_access/backup.py",
        "        if place.exists() and place.stat().st_size:\n",
        "        if False:\n",
        (f"{_RESTORE}::test_nothing_is_restored_over_anything[sqlite]",),
    ),
)
