"""docs/cli.md: every command, from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from cspdash.cli import app

PATH = "docs/cli.md"
SOURCE = "cspdash/cli.py"

INTRODUCTION = """# The command line

```
cspdash [--home DIR] [--quiet] COMMAND
```

`--home` is the folder of the deployment (or `CSPDASH_HOME`; else the current folder). `--quiet` leaves results and errors
only, for logs. Results go to standard output, everything else to standard error.

| exit code | means |
|---|---|
| 0 | all right |
| 1 | something is wrong with the deployment or its data: a batch was refused, a source is down, doctor found something |
| 2 | the question, a setting or a definition is wrong; what, where and what to do is printed |
| 75 | busy: another load is at work; try again |
"""


def text() -> str:
    return INTRODUCTION + "".join(_described(name, command) for name, command in commands(typer.main.get_command(app)))


def commands(group: Any, before: str = "cspdash") -> Iterator[tuple[str, Any]]:
    """Every visible command with its full name, in the order of the help page."""
    for name, command in group.commands.items():
        full = f"{before} {name}"
        if getattr(command, "commands", None):
            yield from commands(command, full)
        elif not command.hidden:
            yield full, command


def _described(name: str, command: Any) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and each.name != "help"]
    usage = " ".join([name, *(each.name.upper() for each in arguments)])
    parts = [f"\n## {usage}\n\n{command.help}\n"]
    if options:
        parts.append("\n| option | default | what it is |\n|---|---|---|\n")
        parts += [f"| `{' '.join(each.opts)}` | {_default(each)} | {each.help or ''} |\n" for each in options]
    return "".join(parts)


def _default(option: Any) -> str:
    if option.required:
        return "needed"
    value = getattr(option.default, "value", option.default)
    return f"`{value}`" if value not in (None, "", [], (), False) else ""
