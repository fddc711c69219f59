"""docs/clocks.md: every limit and interval with its source, from the file the rules read."""

from cspdash.domain.clocks import PACKAGED

PATH = "docs/clocks.md"
SOURCE = "cspdash/clocks.toml"

INTRODUCTION = """# Clocks

Every limit, interval and period the rules count with is configuration. This is the packaged file; a deployment's
`clocks.toml` holds only the keys that differ, and its `[[stl_offence]]` lines come before these. What is wrong in it is
refused with the line and what would be right.

A value that changed is written with the days it changed on:

```toml
[victim_updates]
default_interval_days = [{from = 2015-04-01, value = 28}, {from = 2026-10-01, value = 21}]
```

A record is judged by the value of the day its clock started, so a change never rewrites what was owed before it. After a
change every record is derived again on the next load; those the change touches get new dates.

Each date a rule makes comes with its reason in words (`stl_reason`, `scope_reason`, ...), on the record's own page.
"""


def text() -> str:
    return f"{INTRODUCTION}\n## The packaged file\n\n```toml\n{PACKAGED.read_text(encoding='utf-8').rstrip()}\n```\n"
