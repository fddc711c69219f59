"""`cspdash doctor`: is everything as it must be? One line for each thing looked at."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from cspdash.commands.doctor_sign_in import sign_in
from cspdash.commands.place import FAILED, OK, Place
from cspdash.deployment import Definitions, open_audit, open_database, read_definitions, trials
from cspdash.domain.errors import DomainError
from cspdash.exports.pdf_file import PdfUnavailable, weasyprint
from cspdash.settings import Settings, SettingsError
from data_access import migrations
from data_access.audit.anchor import can_append
from data_access.cache import private_folder
from data_access.mapped import Source
from data_access.quarantine import reasons_of
from data_access.schema import build
from data_access.trial import Trial

MOST_KINDS = 8  # of refused rows, told in full
OUR_PACKAGES = ("assets", "callbacks", "cspdash", "data_access", "layouts")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: in order, or what is wrong with it."""

    name: str
    words: str
    is_right: bool = True


def doctor(place: Place) -> int:
    """Prints one line a thing; exit code 1 when one is wrong."""
    found = []
    for finding in look(place):
        found.append(finding)
        sign = "[green]ok[/]   " if finding.is_right else "[red]wrong[/]"
        place.out.print(f"{sign} {finding.name}: ", end="", highlight=False)
        place.out.print(finding.words, markup=False, highlight=False)
    return OK if all(finding.is_right for finding in found) else FAILED


def look(place: Place) -> Iterator[Finding]:
    """Looks at one thing after another, and at the next even when one is wrong."""
    yield _packages()
    try:
        settings = place.settings()
    except SettingsError as error:
        yield Finding("settings", str(error), is_right=False)
        return
    yield Finding("settings", f"{settings.mode} mode, {settings.force_name}, home {settings.home}")
    yield _tried("database", lambda: _database(settings))
    yield _tried("migrations", lambda: _migrations(settings))
    yield _tried("cache folder", lambda: _cache(settings))
    yield _tried("audit", lambda: _audit(settings))
    yield _tried("PDF exports", _pdf)
    definitions: list[Definitions] = []
    yield _tried("definitions", lambda: _definitions(settings, definitions))
    if definitions:
        yield _tried("sign-in", lambda: sign_in(settings, definitions[0].personas))
        yield _tried("refused rows", lambda: _refused(settings, definitions[0]))
    for source in definitions[0].sources if definitions else ():
        yield _tried(f"source {source.name}", lambda source=source: _source(settings, source))  # type: ignore[misc]


def _tried(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, check())
    except (DomainError, SettingsError, OSError, SQLAlchemyError) as error:
        first = str(getattr(error, "orig", None) or error).strip().splitlines()
        return Finding(name, first[0] if first else type(error).__name__, is_right=False)


def _packages() -> Finding:
    """Our package names are plain words: another distribution with the same ones would shadow them in silence."""
    owners = importlib.metadata.packages_distributions()
    shared = {name: sorted(set(owners.get(name, []))) for name in OUR_PACKAGES}
    wrong = [f"{name} belongs to {', '.join(who)}" for name, who in shared.items() if who not in ([], ["cspdash"])]
    if wrong:
        return Finding("packages", "; ".join(wrong) + ". Give cspdash an environment of its own", is_right=False)
    return Finding("packages", f"{', '.join(OUR_PACKAGES)} are ours alone")


def _database(settings: Settings) -> str:
    engine = open_database(settings)
    try:
        with engine.connect() as connection:
            version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
            return f"{engine.dialect.name} {version} at {engine.url.render_as_string(hide_password=True)}"
    finally:
        engine.dispose()


def _migrations(settings: Settings) -> str:
    engine = open_database(settings)
    try:
        found, wanted = migrations.current(engine), migrations.head()
    finally:
        engine.dispose()
    if found != wanted:
        raise DomainError(f"at {found or 'none'}, this release needs {wanted}: run `cspdash db upgrade`")
    return f"current ({found})"


def _cache(settings: Settings) -> str:
    private_folder(settings.cache_dir)
    probe = settings.cache_dir / ".doctor"
    probe.write_bytes(b"")
    probe.unlink()
    return f"{settings.cache_dir}, this user's alone"


def _audit(settings: Settings) -> str:
    """Whether entries can go there, and whether the anchor can be written; `cspdash audit verify` walks the chain."""
    trail = open_audit(settings)
    try:
        if not trail.is_ready():
            raise DomainError("holds no tables yet: run `cspdash db upgrade`")
        where = trail.engine.url.render_as_string(hide_password=True)
        if trail.anchor.path is None or not can_append(trail.anchor.path):
            raise DomainError(f"the anchor {trail.anchor.path} cannot be written")
        return f"{where}, anchor {trail.anchor.path}"
    finally:
        trail.engine.dispose()


def _pdf() -> str:
    """Not wrong where it is missing: every other form holds the same."""
    try:
        return f"WeasyPrint {weasyprint().__version__} with Pango"
    except PdfUnavailable as missing:
        return str(missing)


def _definitions(settings: Settings, found: list[Definitions]) -> str:
    definitions = read_definitions(settings)
    found.append(definitions)
    counts = f"{len(definitions.datasets)} datasets, {len(definitions.catalogue.metrics)} metrics"
    return f"{counts}, {len(definitions.sources)} sources, clocks {definitions.clocks.version}"


def _refused(settings: Settings, definitions: Definitions) -> str:
    """Not wrong by itself: every row is kept until it can be read, and is counted nowhere meanwhile."""
    engine = open_database(settings)
    try:
        with engine.connect() as connection:
            found = reasons_of(connection, build(definitions.datasets).tables["quarantine"])
    finally:
        engine.dispose()
    if not found:
        return "none"
    kinds = sorted(((sum(reasons.values()), *kind) for kind, reasons in found.items()), reverse=True)
    told = [f"{count} of {source}, {dataset}.{column}: {why}" for count, source, dataset, column, why in kinds]
    more = [f"and {len(told) - MOST_KINDS} more kinds"] if len(told) > MOST_KINDS else []
    total = sum(count for count, *_ in kinds)
    return "\n        ".join(
        [f"{total:,} kept and not counted; the Sources page shows each", *told[:MOST_KINDS], *more]
    )


def _source(settings: Settings, source: Source) -> str:
    """Whether the source answers, and has every column that is mapped."""
    datasets = ", ".join(sorted({mapping.dataset for mapping in source.mappings}))
    if source.kind == "files" and (source.folder is None or not source.folder.is_dir()):
        raise DomainError(f"the folder {source.folder} does not exist")
    trouble = [each for trial in trials(settings, source.name, 1) if (each := _said(trial))]
    if trouble:
        raise DomainError(trouble[0] + (f" (and {len(trouble) - 1} more)" if len(trouble) > 1 else ""))
    return f"answers, with every column that is mapped ({datasets})"


def _said(trial: Trial) -> str:
    if trial.missing:
        return f"{trial.mapping.where}: {trial.mapping.place} has no column {trial.missing[0]!r}"
    return f"{trial.mapping.where}: {trial.problem}" if trial.problem else ""
