"""docs/datasets.md: every packaged dataset, from the declarations everything else reads."""

from cspdash.domain.datasets import COMMON, Column, Dataset, load_datasets

PATH = "docs/datasets.md"
SOURCE = "cspdash/datasets/*.toml"

INTRODUCTION = """# Datasets

The kinds of record a force holds, and the columns of each. A source file maps a force's own columns onto them (see
[sources](admin/sources.md)); **derived** columns are worked out by the rules and never mapped. A force may declare
datasets of its own in `datasets/`.

| type | is |
|---|---|
| text | words or a code |
| choice | one of the words listed |
| integer, number | a whole number, a number |
| pence | money in whole pence |
| bool | yes or no; empty is "not known", never "no" |
| date | a local day |
| instant | a moment, kept in UTC |

Every dataset has these columns as well:
"""


def text() -> str:
    datasets = load_datasets()
    records = [dataset for dataset in datasets.values() if dataset.kind == "record"]
    organisation = [dataset for dataset in datasets.values() if dataset.kind == "organisation"]
    return "\n".join(
        [INTRODUCTION, table(COMMON), *(chapter(dataset, datasets) for dataset in (*records, *organisation))]
    )


def chapter(dataset: Dataset, datasets: dict[str, Dataset]) -> str:
    parts = [f"## {dataset.title}\n", f"`{dataset.name}`{lifecycle(dataset)}\n"]
    given = [column for column in dataset.columns if not (column.derived or column.shaped)]
    parts.append(table(given))
    shaped = [column for column in dataset.columns if column.shaped]
    if shaped:
        parts += ["Made while reading, where one row of the source may be several here:\n", table(shaped)]
    if dataset.derived_columns:
        parts += ["Derived:\n", table(dataset.derived_columns)]
    if dataset.related:
        named = ", ".join(
            f"{datasets[relation.dataset].title.lower()} (`{relation.name}`)" for relation in dataset.related
        )
        parts.append(f"The rule also reads, source columns only: {named}.\n")
    return "\n".join(parts)


def lifecycle(dataset: Dataset) -> str:
    """When a row is open, in words."""
    if not dataset.opens:
        return ""
    return f": open from `{dataset.opens}`" + (f" to `{dataset.closes}`" if dataset.closes else "")


def table(columns: tuple[Column, ...] | list[Column]) -> str:
    rows = [f"| `{column.name}` | {kind(column)} | {column.help or column.label} |" for column in columns]
    return "\n".join(["| column | type | what it is |", "|---|---|---|", *rows, ""])


def kind(column: Column) -> str:
    words = f"choice: {', '.join(column.choices)}" if column.type == "choice" else column.type
    return f"{words}, required" if column.required else words
