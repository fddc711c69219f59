"""`make mutants`: every mutant in a copy of the repository, one after the other. All must be red.

Each test is run unharmed first: one that fails anyway shows nothing. What was found is kept in .mutants/, so that a run
which was interrupted goes on where it was as long as no file has changed.
"""

from __future__ import annotations

import argparse
import queue
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from tools.mutants.every import MUTANTS
from tools.mutants.kept import Kept
from tools.mutants.mutant import Mutant
from tools.mutants.named_tests import NAMED, names_of
from tools.mutants.trial import SEED, Copy, Found, Ran

T = TypeVar("T")
R = TypeVar("R")
_FILES_AT_ONCE = 4  # of tests run unharmed: more would lose more to an interruption, fewer take longer


def main() -> int:
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside; what was found is kept"))
    wanted = [each for each in MUTANTS if not asked.part or any(part in _told(each) for part in asked.part)]
    kept = Kept(wanted, near=asked.near)
    if asked.anew:
        kept.forget()
    known = {each.name: found for each in wanted if (found := kept.of(each))}
    left = [each for each in wanted if each.name not in known]
    print(f"{len(wanted)} mutants, Hypothesis seed {SEED}; {len(known)} found earlier in .mutants/", flush=True)
    if asked.list:
        print(*map(_told, wanted), sep="\n")
        return 0
    begun = time.monotonic()
    if left:
        with tempfile.TemporaryDirectory(prefix="cspdash-mutants-") as folder, ExitStack() as stack:
            places = [Path(folder) / str(number) for number in range(min(asked.jobs, len(left)))]
            known |= _find(left, [stack.enter_context(Copy(place)) for place in places], kept)
    return _sum_up(wanted, known, time.monotonic() - begun)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("part", nargs="*", help="only mutants with this in their name, file, test or T name")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once, each in a copy of its own")
    parser.add_argument("--anew", action="store_true", help="count nothing that was found earlier")
    parser.add_argument(
        "--near", action="store_true", help="count it as long as a mutant's own file and tests are the same"
    )
    parser.add_argument("--list", action="store_true", help="run nothing")
    return parser.parse_args()


def _told(mutant: Mutant) -> str:
    return f"{' '.join(names_of(mutant)) or '-'}: {mutant.name} ({mutant.file}) <- {' '.join(mutant.tests)}"


def _find(left: Sequence[Mutant], copies: Sequence[Copy], kept: Kept) -> dict[str, Found]:
    """What becomes of each, told as it is found."""
    ran = _unharmed(left, copies, kept)

    def one(copy: Copy, mutant: Mutant) -> tuple[Mutant, Found]:
        started = time.monotonic()
        found = _verdict(copy, mutant, ran)
        return mutant, replace(found, seconds=round(time.monotonic() - started, 1))

    result: dict[str, Found] = {}
    for number, (mutant, found) in enumerate(_each(one, left, copies), 1):
        kept.keep(mutant, found)
        result[mutant.name] = found
        line = f"{number:>3}/{len(left)} {found.verdict:<7} {found.seconds:4.0f} s  {_told(mutant)}"
        print(line if found.verdict == "red" else f"{line}\n      {found.why}", flush=True)
    return result


def _unharmed(left: Sequence[Mutant], copies: Sequence[Copy], kept: Kept) -> dict[str, list[Ran]]:
    """How every test that is asked for ends while nothing is taken out."""
    tests = dict.fromkeys(test for mutant in left for test in mutant.tests)
    known, begun = kept.unharmed(tests), time.monotonic()
    files = sorted({test.partition("::")[0] for test in tests if test not in known})
    batches = [files[at : at + _FILES_AT_ONCE] for at in range(0, len(files), _FILES_AT_ONCE)]

    def one(copy: Copy, batch: Sequence[str]) -> dict[str, list[Ran]]:
        new = tuple(test for test in tests if test not in known and test.partition("::")[0] in batch)
        ran = copy.unharmed(new)
        return {test: [each for each in ran if each.is_of(test)] for test in new}

    found: dict[str, list[Ran]] = {}
    for some in _each(one, batches, copies):
        kept.keep_unharmed(some)
        found |= some
        endings = Counter(each.ending for ran in some.values() for each in ran)
        told = " ".join(dict.fromkeys(test.partition("::")[0] for test in some))
        print(f"unharmed, {time.monotonic() - begun:.0f} s: {dict(endings)} of {told}", flush=True)
    return known | found


def _each(one: Callable[[Copy, T], R], what: Sequence[T], copies: Sequence[Copy]) -> Iterator[R]:
    """What `one` makes of each, as they come, as many at once as there are copies."""
    free: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    for copy in copies:
        free.put(copy)

    def in_a_copy(each: T) -> R:
        copy = free.get()
        try:
            return one(copy, each)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        waits: list[Future[R]] = [pool.submit(in_a_copy, each) for each in what]
        try:
            for wait in as_completed(waits):
                yield wait.result()
        except BaseException:  # above all an interrupt: nothing goes on behind our back
            pool.shutdown(wait=False, cancel_futures=True)
            for copy in copies:
                copy.stop()
            raise


def _verdict(copy: Copy, mutant: Mutant, ran: Mapping[str, Sequence[Ran]]) -> Found:
    own = [ran[test] for test in mutant.tests]
    of_it = [each for group in own for each in group]
    wrong = [f"{each.name} {each.ending}" for each in of_it if each.ending in ("failed", "error")]
    if wrong or not all(own):
        return Found("broken", f"unharmed: {', '.join(wrong[:3]) or 'a test did not run'}")
    if not any(each.ending == "passed" for each in of_it):
        return Found("skipped", of_it[0].said)
    return copy.harmed(mutant, sum(each.seconds for each in of_it))


def _sum_up(wanted: Sequence[Mutant], known: dict[str, Found], took: float) -> int:
    count = Counter(known[each.name].verdict for each in wanted)
    for named in NAMED:
        own = [known[each.name] for each in wanted if named.name in names_of(each)]
        if own:
            print(f"{named.name:<12} {sum(each.verdict == 'red' for each in own)} of {len(own)} red")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{len(wanted)} mutants, Hypothesis seed {SEED}: {count['red']} red, {len(wanted) - count['red']} not; "
        f"{took / 60:.1f} min, {(used.ru_utime + used.ru_stime) / 60:.1f} min of CPU this time"
    )
    for each in wanted:
        if (found := known[each.name]).verdict != "red":
            print(f"  {found.verdict}: {_told(each)}\n    {found.why}")
    return 0 if count["red"] == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
