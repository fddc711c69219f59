"""Everything that can go wrong in words a supervisor or an engineer can act on.

One small tree: callers catch `DomainError` and show `str(error)`; each subclass says what kind of answer it is.
Messages never hold personal data beyond what the caller sent in.
"""


class DomainError(Exception):
    """Root of every error this package raises on purpose."""


class NotPermitted(DomainError):
    """The viewer's scope does not cover what was asked for."""

    def __init__(self, message: str = "You are not permitted to see this.") -> None:
        super().__init__(message)


class ReasonNeeded(DomainError):
    """The viewer may see this by name, and has first to say why: it lies outside their own team.

    `unit_id` and `is_alone` are what the reason will count for (cspdash.domain.looking_outside), `place` names it.
    """

    def __init__(self, unit_id: str, place: str, *, is_alone: bool) -> None:
        self.unit_id, self.place, self.is_alone = unit_id, place, is_alone
        super().__init__(f"This is outside your own team. Say first why you look at {place}: open its page again.")


class DecidedAlready(DomainError):
    """Somebody else decided the same thing first: no refusal of whoever came second."""

    def __init__(self) -> None:
        super().__init__("Somebody else has decided this meanwhile.")


class UnknownMetric(DomainError):
    """No live metric has that slug."""


class UnknownUnit(DomainError):
    """No unit has that id."""


class UnknownOfficer(DomainError):
    """No officer has that id."""


class UnknownFamily(DomainError):
    """No family page has that slug."""


class BadFilter(DomainError):
    """A period, date, sort or page in a URL or command could not be read."""


class NoData(DomainError):
    """The source of a figure has never been loaded, so there is no figure: not a zero."""


class DefinitionError(DomainError):
    """A dataset, metric, mapping or clock file is wrong.

    `where` names the file and, where known, the line; `remedy` says what would be right.
    """

    def __init__(self, problem: str, where: str = "", remedy: str = "") -> None:
        self.problem, self.where, self.remedy = problem, where, remedy
        super().__init__(": ".join(part for part in (where, problem) if part) + (f". {remedy}" if remedy else ""))


class BatchRefused(DomainError):
    """A whole batch was refused; the figures that were there stay."""


class SourceUnavailable(DomainError):
    """A source could not be reached or read."""


class DatabaseUnavailable(DomainError):
    """The scorecards' own database does not answer, so nothing can be looked up or kept just now."""

    def __init__(
        self, message: str = "The database of the scorecards is not answering. Please try again in a moment."
    ) -> None:
        super().__init__(message)


class DatabaseSlow(DatabaseUnavailable):
    """It answers, but not in time for a page."""

    def __init__(self) -> None:
        super().__init__("The database of the scorecards took too long to answer. Please try again in a moment.")


class DatabaseFull(DomainError):
    """The database's disk is full: what is there can be read, nothing can be kept."""

    def __init__(self) -> None:
        super().__init__(
            "This could not be saved: the disk of the database is full. What you typed is still here; please tell your "
            "administrator, and save again later."
        )


class MoveRefused(DomainError):
    """A database was not moved; the target is as it was."""


class IngestBusy(DomainError):
    """Another ingest holds the lock."""


class AuditUnavailable(DomainError):
    """The audit cannot be written, so nothing may be shown or done."""

    def __init__(self) -> None:
        super().__init__(
            "What is looked at must be logged, and the log cannot be written just now. Please try again soon."
        )


class PlanInvalid(DomainError):
    """A plan's fields do not hold together: `problems` maps field name to what is wrong and what to do."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems.values()))


class PlanChanged(DomainError):
    """Somebody saved the plan after this editor opened it. Nothing was overwritten."""

    def __init__(self, changed_by: str, changed_at: str) -> None:
        self.changed_by, self.changed_at = changed_by, changed_at
        super().__init__(
            f"{changed_by} saved this plan at {changed_at}, after you opened it. Nothing of yours was saved over it."
        )
