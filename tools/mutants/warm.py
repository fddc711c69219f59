"""A process that has imported what others made already, and runs pytest in a child of its own each time it is asked.

Most of a short test's time is that import. Nothing of ours is imported before the child: it finds the files as they are then.

    python -m tools.mutants.warm    a line of JSON in (pytest's arguments), two lines out: the child's number, pytest's exit code
"""

from __future__ import annotations

import importlib
import json
import os
import sys

import pytest

IMPORTED = (
    "authlib.integrations.flask_client", "cryptography", "dash", "dash_bootstrap_components", "diskcache", "flask",
    "flask_compress", "flask_login", "holidays", "hypothesis", "joserfc", "numpy", "pandas", "plotly",
    "psycopg", "pydantic", "pydantic_settings", "pytest_playwright.pytest_playwright", "requests", "rich",
    "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite", "structlog", "tenacity", "time_machine", "typer",
    "xlsxwriter",
)  # fmt: skip


# pytest would rather have imported its plugins itself, to say more of their assertions.
AS_USUAL = ("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning")


def main() -> None:
    for name in IMPORTED:
        importlib.import_module(name)
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            _run(json.loads(line))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(arguments: list[str]) -> None:
    """pytest in a group of its own, silent; ends the process."""
    os.setsid()
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    sys.argv = ["pytest", *AS_USUAL, *arguments]
    sys.exit(pytest.main(sys.argv[1:]))


if __name__ == "__main__":
    main()
