"""docs/settings.md: every setting, from the class that holds them."""

import re
import types
from datetime import date
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from cspdash.settings import CONNECTION_PREFIX, ENVIRONMENT_ONLY, FILE_NAME, PREFIX, fields_in_order, shown_default

PATH = "docs/settings.md"
SOURCE = "cspdash/settings.py"

WORDS = {int: "whole number", float: "number", str: "text", Path: "path", date: "date", SecretStr: "secret text"}

INTRODUCTION = f"""# Settings

A value comes from the first of these that gives one:

1. an option of the command line;
2. the environment: the setting's name in capitals with `{PREFIX}` before it, as `{PREFIX}PORT=8051`;
3. `{FILE_NAME}` in the home folder, as `port = 8051`;
4. the default.

Lists are written `a, b` in the environment and `["a", "b"]` in the file. A wrong value stops the program with a message
that says which value, where it was set and what would be right; so does a name that is no setting in the file, or
nearly one in the environment.

Secrets come from the environment only; the program refuses a file that holds one. That goes for a password inside a URL
too. Connections to sources stand in the file when they carry none:

```toml
[connections]
hr = "postgresql+psycopg://reader@hr-replica/hr"
```

and in the environment when they do: `{CONNECTION_PREFIX}ATHENA` sets the connection `athena`, and wins over the file.

| setting | type | default | what it is |
|---|---|---|---|
"""


def text() -> str:
    return INTRODUCTION + "".join(row(name, field) for name, field in fields_in_order().items())


def row(name: str, field: FieldInfo) -> str:
    help_text = field.description or ""
    if name in ENVIRONMENT_ONLY:
        help_text += f". Environment only: `{PREFIX}{name.upper()}`"
    if name == "home":
        help_text += f". Not in {FILE_NAME}"
    return f"| `{name}` | {kind(field)} | {code(shown_default(field))} | {help_text} |\n"


def kind(field: FieldInfo) -> str:
    """The type in words, with its bounds."""
    bounds = (
        [each.ge for each in field.metadata if isinstance(each, Ge)],
        [each.le for each in field.metadata if isinstance(each, Le)],
    )
    low, high = (found[0] if found else None for found in bounds)
    if low is None:
        return type_words(field.annotation)
    return f"{type_words(field.annotation)}, " + (f"{low} to {high}" if high is not None else f"at least {low}")


def type_words(annotation: Any) -> str:
    arguments = [each for each in get_args(annotation) if each not in (type(None), Ellipsis)]
    origin = get_origin(annotation)
    if origin is Literal:
        return " or ".join(f"`{each}`" for each in arguments)
    if origin in (types.UnionType, Union):
        return " or ".join(type_words(each) for each in arguments)
    if origin is tuple:
        return f"list of {type_words(arguments[0])}s"
    if origin is dict:
        return "table"
    return WORDS[annotation]


def code(default: str) -> str:
    return default if re.fullmatch(r"none|the [a-z ]+", default) else f"`{default}`"
