"""docs/edge-cases.md: every edge case of the law in the demonstration, from the list its test looks for."""

from data_access.demo.edges import SECTIONS, Edge, edges

PATH = "docs/edge-cases.md"
SOURCE = "data_access/demo/edges.toml"

INTRODUCTION = """# Edge cases in the demonstration

The made-up force ([demonstration](demonstration.md)) holds every awkward case of the law at least once, with one officer of
Hertsmere, so that each can be looked at. `known_answers.json` in the deployment folder gives the reference of each by these
words; open it at `/record/DATASET/REFERENCE`. A test looks for every one after an ordinary load and holds its clock against
the last column, as it stands on the day of building.
"""


def text() -> str:
    found = edges()
    chapters = [
        _chapter(title, [edge for edge in found if edge.section == number]) for number, title in SECTIONS.items()
    ]
    return "\n".join([INTRODUCTION, *chapters])


def _chapter(title: str, found: list[Edge]) -> str:
    rows = [f"| `{edge.id}` | {edge.note} | {edge.dataset} | {_outcome(edge)} |" for edge in found]
    return "\n".join(
        [f"## {title}\n", "| case | what | dataset | what must come out |", "|---|---|---|---|", *rows, ""]
    )


def _outcome(edge: Edge) -> str:
    parts = [edge.state] if edge.state else []
    parts += [f"“{words.replace('|', '” or “')}”" for words in edge.says]
    parts += [f"`{name}` {value if value != True else 'yes'}" for name, value in edge.columns.items()]  # noqa: E712
    return "; ".join(parts)
