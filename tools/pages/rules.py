"""docs/developer/rules.md: what the rules make of example records, as the command itself says it."""

from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from cspdash.commands.explained import Shape
from cspdash.commands.place import Place
from cspdash.commands.rules import explain
from cspdash.domain.datasets import Dataset, load_datasets

PATH = "docs/developer/rules.md"
SOURCE = "tools/pages/rules.py and docs/developer/rules/*.jsonl"
EXAMPLES = Path(__file__).parents[2] / "docs" / "developer" / "rules"
AT = "2024-03-20"  # examples are judged at the end of this day
WIDTH = 120

INTRODUCTION = """# Explaining a record

```
cspdash rules explain DATASET [FILE.jsonl] [--at INSTANT] [--format table|json]
```

says what the rules make of records, by the same checks, conversion and derivation as an ingest, without a database.
With `--home DIR` a deployment's own datasets and clocks count; else the packaged ones.

- **A line is one record**: a JSON object in the dataset's declared columns ([datasets](../datasets.md)); a column may be
  left out unless it is required. `ref` may be left out as well. Without a file, standard input is read.
- **Rows that a rule also reads** stand in the record under the relation's name, as a list of objects (or one object) in
  the other dataset's columns. What links them need not be said again.
- **Times** without a zone are local (Europe/London unless the force says otherwise).
- **`--at`** is a day (its end counts) or a time; default: now. Derived columns never depend on it. The state of each
  clock does: `running`, `suspended`, `pending`, `met`, `late`, `expired`, `overdue`, `ended`, `not applicable`, or
  `unknown` with the basis that is missing.
- **`--format json`** gives one object a record: `line`, `ref`, `at`, every derived column by its name, `reason` (all of
  it, to be read out), `missing`, and `clocks`: for each its `state`, `sentence`, what was `judged`, `due`, who has
  `authority` to extend, and the derived `columns` it explains.
- **A line that cannot be read** is told on standard error with line, column and what would do; the others are explained
  all the same. Exit code 1: such a line; 2: no such dataset, file or moment.

One example a dataset follows, more are in `docs/developer/rules/`. `make docs` runs them; a check fails when what they
say has changed.
"""


def text() -> str:
    datasets = [each for each in load_datasets().values() if each.rule]
    return "\n".join([INTRODUCTION, *(chapter(dataset) for dataset in datasets)])


def chapter(dataset: Dataset) -> str:
    """The dataset's examples: what goes in, the command, what comes out."""
    file = EXAMPLES / f"{dataset.name}.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    relations = ", ".join(f"`{relation.name}` (rows of {relation.dataset})" for relation in dataset.related)
    parts = [f"## {dataset.title}", ""]
    parts += [f"Related rows: {relations}.", ""] if relations else []
    parts += ["```json", *lines, "```", "", "```"]
    parts += [f"$ cspdash rules explain {dataset.name} {dataset.name}.jsonl --at {AT}"]
    return "\n".join([*parts, said(dataset.name, file).rstrip(), "```", ""])


def said(name: str, file: Path, shape: Shape = Shape.table) -> str:
    """What the command prints."""
    out = io.StringIO()
    code = explain(Place(home=None, is_quiet=True, out=Console(file=out, width=WIDTH)), name, file, AT, shape)
    if code:
        raise ValueError(f"an example of {name} cannot be read")
    return out.getvalue()


def objects(name: str) -> list[dict[str, object]]:
    """The same for programs."""
    return [json.loads(line) for line in said(name, EXAMPLES / f"{name}.jsonl", Shape.json).splitlines()]
