"""Safeguards of what others hold: how sources are read, followed and believed."""

from tools.mutants.mutant import Mutant

_SOURCES, _FOLLOW = "data_access/sources", "data_access/follow"
_FOLLOWER, _DRIFT = "tests/data_access/follow/test_follower.py", "tests/faults/test_drift.py"
_LISTS, _PAGES = "tests/data_access/sources/test_sharepoint.py", "tests/data_access/sources/test_http.py"

SOURCES = (
    Mutant(
        "a table that lost half its rows is believed",
        "data_access/transaction.py",
        "if not self.job.is_anew and count > FEW_REFUSED and",
        "if False and count > FEW_REFUSED and",
        (_DRIFT,),
    ),
    Mutant(
        "too many refused rows are no reason to refuse a batch",
        "data_access/transaction.py",
        "if counts.refused > FEW_REFUSED and",
        "if False and",
        (_DRIFT,),
    ),
    Mutant(
        "an error in a cell is an empty cell",
        f"{_SOURCES}/workbooks.py",
        "        if reason := self._spoilt.get((number, column)):\n            return Unreadable(reason)\n",
        "",
        ("tests/data_access/sources/test_workbooks.py",),
    ),
    Mutant(
        "the next page may lie anywhere",
        f"{_SOURCES}/web.py",
        "        if origin(asked) != origin(self.base):\n",
        "        if False:\n",
        (_PAGES,),
    ),
    Mutant(
        "a token that ran out is not renewed",
        f"{_SOURCES}/web.py",
        "        if answer.status_code == 401:",
        "        if False:",
        (_LISTS,),
    ),
    Mutant(
        "Graph may be anybody's server",
        f"{_SOURCES}/graph.py",
        "    if address != usual and not is_loopback(address):\n",
        "    if False:\n",
        (_LISTS,),
    ),
    Mutant(
        "what went from a list stays",
        f"{_SOURCES}/sharepoint.py",
        "            gone=list(zip(gone, places[len(live) :], strict=True)) if self._is_known_by_id else (),\n",
        "            gone=(),\n",
        (_LISTS,),
    ),
    Mutant(
        "a list read anew is not taken for all there is",
        f"{_SOURCES}/sharepoint.py",
        "                self.is_whole, url = True, self._first()\n",
        "                url = self._first()\n",
        (_LISTS,),
    ),
    Mutant(
        "rows that another load overtook are written",
        f"{_FOLLOW}/desk.py",
        "        if memory != look.job.memory:\n",
        "        if False:\n",
        (_FOLLOWER,),
    ),
    Mutant(
        "a source that hangs is waited for",
        f"{_FOLLOW}/watched.py",
        "        if monotonic - self.poll.beat > answer.total_seconds():\n",
        "        if False:\n",
        (_FOLLOWER,),
    ),
    Mutant(
        "nobody says that a source is in trouble",
        f"{_FOLLOW}/watched.py",
        'wrong = next((words for words in self._outcome.values() if words != "ok"), "")',
        'wrong = ""',
        ("tests/faults/test_sources.py::test_one_in_trouble_and_four_fresh",),
    ),
    Mutant(
        "every look writes",
        f"{_FOLLOW}/poll.py",
        "                look.is_same = known == (job.memory.watermark, job.latest, look.digest)\n",
        "                del known\n",
        (_FOLLOWER,),
    ),
    Mutant(
        "the breaker never opens",
        f"{_FOLLOW}/pace.py",
        '            self.breaker = "open"\n',
        "            pass\n",
        ("tests/data_access/follow/test_pace.py",),
    ),
    Mutant(
        "a trial looks where loads got to",
        "data_access/load.py",
        "        known = {} if job.is_a_trial else _files_seen(job)\n",
        "        known = _files_seen(job)\n",
        ("tests/cspdash/commands/test_source.py",),
    ),
    Mutant(
        "a proposed mapping overwrites",
        "cspdash/commands/source.py",
        "    if path.exists():\n",
        "    if False:\n",
        ("tests/cspdash/commands/test_source.py",),
    ),
)
