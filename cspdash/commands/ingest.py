"""`cspdash ingest`: loads what changed at the sources, once or again and again."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from cspdash.commands.place import BUSY, FAILED, OK, Place
from cspdash.commands.stopping import stop_on_signals
from cspdash.commands.tables import Format, show
from cspdash.deployment import Deployment
from cspdash.domain.errors import DomainError, IngestBusy
from cspdash.settings import Problem, SettingsError
from data_access.ingest import LoadResult

RESTATED_EVERY = timedelta(minutes=15)  # with --follow: thirteen months are worked out again each time
LOOKED_EVERY_SECONDS = 20.0
_LOOKED_AT_SECONDS = 2.0
_DECLARING = ("sources", "datasets", "catalogue")
COLUMNS = (
    ("source", "source"),
    ("dataset", "dataset"),
    ("read", "read"),
    ("changed", "changed"),
    ("refused", "refused"),
    ("left_out", "left out"),
    ("seconds", "seconds"),
    ("result", "result"),
)


def ingest(place: Place, only: Sequence[str], shape: Format) -> int:
    """One load of every source, or of those named. 0: all went well, 1: a batch refused or a source down, 75: busy."""
    with place.deployment() as deployment:
        _need_sources(deployment)
        try:
            results = load(place, deployment, only)
            _restate(place, deployment)
        except IngestBusy as busy:
            place.err.print(str(busy), markup=False)
            return BUSY
    show(place.out, shape, rows_of(results), COLUMNS, {}, "loads")
    return exit_code(results)


def follow(place: Place, only: Sequence[str], every_seconds: float) -> int:
    """Loads again and again until told to stop; one line for each load that changed, refused or failed.

    What the deployment's files declare is read again when it changes: a mapping that is mended is used at once.
    """
    stop = stop_on_signals(threading.Event())
    while not stop.is_set():
        with place.deployment() as deployment:
            _need_sources(deployment)
            watch = DefinitionsWatch(place, stop)
            follower = deployment.follower(
                every_seconds, only, watch.enough, place.say, lambda result: place.say(line_of(result))
            )
            watch.start()
            follower.run()
    return OK


class DefinitionsWatch(threading.Thread):
    """Sets `enough` when `stop` is set, or when the deployment's files changed and can be used as they are now."""

    def __init__(self, place: Place, stop: threading.Event) -> None:
        super().__init__(daemon=True, name="definitions")
        self.place, self.stop, self.enough = place, stop, threading.Event()
        self._seen = self._files()

    def run(self) -> None:
        while not self.stop.wait(_LOOKED_AT_SECONDS):
            files = self._files()
            if files != self._seen:
                self._seen = files
                if self._can_be_used():
                    break
        self.enough.set()

    def _can_be_used(self) -> bool:
        try:
            with self.place.deployment():
                self.place.say("The deployment's files changed; loads go on with them.")
                return True
        except (DomainError, SettingsError) as error:
            self.place.say(f"The deployment's files changed, and what was there before stays in use: {error}")
            return False

    def _files(self) -> list[tuple[str, int, int]]:
        home = self.place.settings().home
        paths = [*home.glob("*.toml"), *(path for name in _DECLARING for path in (home / name).glob("*.toml"))]
        found = []
        for path in sorted(paths):
            with suppress(OSError):
                status = path.stat()
                found.append((str(path), status.st_mtime_ns, status.st_size))
        return found


def load(place: Place, deployment: Deployment, only: Sequence[str] = ()) -> list[LoadResult]:
    """One load, with a progress bar."""
    with place.progress() as step:
        titles = {source.name: source.title for source in deployment.definitions.sources}
        return deployment.ingest(
            only, lambda source, dataset, done, total: step(f"{titles.get(source, source)}: {dataset}", done, total)
        )


def _restate(place: Place, deployment: Deployment, at_most_every: timedelta | None = None) -> None:
    """Looks which past figures became others by what was loaded; whoever else does so just now does it for us."""
    with suppress(IngestBusy):
        found = deployment.restate(at_most_every)
        if found:
            place.say(f"{found:,} past figures were restated: `cspdash restatements` lists them.")


def _keep_restating(place: Place, deployment: Deployment, stop: threading.Event) -> None:
    """Beside the loads, so that none waits for it."""
    while not stop.wait(LOOKED_EVERY_SECONDS):
        try:
            _restate(place, deployment, RESTATED_EVERY)
        except (DomainError, SQLAlchemyError) as error:  # the database is away: it will be looked at later
            place.say(f"Past figures could not be compared: {type(error).__name__}")


def rows_of(results: Sequence[LoadResult]) -> list[dict[str, object]]:
    return [
        {
            "source": each.source,
            "dataset": each.dataset if each.mapping == each.dataset else f"{each.dataset} ({each.mapping})",
            "read": each.read,
            "changed": each.changed,
            "refused": each.refused,
            "left_out": each.skipped,
            "seconds": round(each.seconds, 2),
            "result": each.result,
        }
        for each in results
    ]


def exit_code(results: Sequence[LoadResult]) -> int:
    return OK if all(each.ok for each in results) else FAILED


def line_of(result: LoadResult) -> str:
    """A load in one line."""
    words = f"{result.source} {result.dataset}: {result.changed} changed, {result.refused} refused"
    return words + ("" if result.ok else f": {result.result}")


def _need_sources(deployment: Deployment) -> None:
    """Raises SettingsError where no source is declared."""
    if not deployment.definitions.sources:
        where = f"{deployment.settings.home}/sources"
        remedy = "docs/admin/sources.md says how to declare one"
        raise SettingsError(Problem("no source is declared", where, remedy))
