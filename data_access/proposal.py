"""A mapping proposed from what a source holds: what is likely is filled in, what only a person knows is marked as a gap."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from cspdash.domain.datasets import Column, Dataset
from data_access.mapped import plain
from data_access.sources.sampling import Sample

GAP = "# GAP:"
_LIKELY = 0.62
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_CHANGED = ("changed", "modified", "updated", "lastmodified", "last_change", "upd", "amended", "timestamp")
_MOST_CHOICES = 20
# Words that mean the same in different systems' names for their columns.
_SAME = {
    "oic": "officer", "emp": "officer", "employee": "officer", "collar": "officer", "pnum": "officer", "owner": "officer",
    "csp": "unit", "team": "unit", "dept": "unit", "department": "unit", "org": "unit", "rec": "recorded",
    "reported": "recorded", "dt": "at", "date": "on", "time": "at", "datetime": "at", "no": "ref", "id": "ref", "number": "ref",
    "num": "ref", "key": "ref", "type": "kind", "cat": "class", "category": "class", "desc": "name", "title": "name",
    "start": "starts", "begin": "starts", "from": "starts", "end": "ends", "to": "ends", "finish": "ends", "upd": "changed",
    "modified": "changed", "updated": "changed", "amount": "pence", "gross": "pence", "cost": "pence",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """Their column for one of ours, and how alike the two are (1: the same)."""

    theirs: str
    likeness: float


def words_of(name: str) -> list[str]:
    found = [word.lower() for word in _WORD.findall(name)]
    return [_SAME.get(word, word) for word in found]


def likeness(ours: str, theirs: str) -> float:
    """How alike two names are: by their words where they share some, else by their letters."""
    a, b = words_of(ours), words_of(theirs)
    if not a or not b:
        return 0.0
    shared = len(set(a) & set(b)) / len(set(a) | set(b))
    return max(shared, SequenceMatcher(None, "".join(a), "".join(b)).ratio() * 0.9)


def matches(dataset: Dataset, sample: Sample) -> dict[str, Match]:
    """For each column of ours the likeliest of theirs; each of theirs at most once, the key always for ref."""
    key = key_of(sample)
    found = {"ref": Match(key, 1.0)} if key else {}
    free = [name for name in sample.columns if name != key]
    pairs = [
        (likeness(column.name, name) - (0.3 if not _fits(column, sample.columns[name]) else 0), column.name, name)
        for column in dataset.source_columns
        if column.name != "ref"
        for name in free
    ]
    taken: set[str] = set()
    for score, ours, theirs in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if score >= _LIKELY and ours not in found and theirs not in taken:
            found[ours] = Match(theirs, score)
            taken.add(theirs)
    return found


def key_of(sample: Sample) -> str:
    """Their column that tells rows apart: the one key they declare, or the first with different values and such a name."""
    if len(sample.key) == 1:
        return sample.key[0]
    for name, values in sample.columns.items():
        texts = [plain(value) for value in values]
        if "ref" in words_of(name) and all(texts) and len(set(texts)) == len(texts):
            return name
    return ""


def watermark_of(sample: Sample) -> str:
    """Their column that looks like the time of the last change; "" for none."""
    for name, values in sample.columns.items():
        is_named = any(each in name.lower() for each in _CHANGED)
        if is_named and all(_is_time(value) for value in values if value not in (None, "")):
            return name
    return ""


def _fits(column: Column, values: Sequence[Any]) -> bool:
    known = [value for value in values if value not in (None, "")]
    match column.type:
        case "date" | "instant":
            return all(_is_time(value) for value in known)
        case "integer" | "number" | "pence":
            return all(_is_number(value) for value in known)
    return True


def _is_time(value: Any) -> bool:
    if isinstance(value, date):
        return True
    return isinstance(value, str) and bool(re.match(r"\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", value.strip()))


def _is_number(value: Any) -> bool:
    return bool(re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", plain(value)))


def proposed(head: Mapping[str, Any], dataset: Dataset, place: Mapping[str, Any], sample: Sample, kind: str) -> str:
    """The text of a source's file. `head` are keys of [source], `place` those that say where the rows are."""
    found = matches(dataset, sample)
    lines = [
        f"# Proposed from the source's columns and its first {max(map(len, sample.columns.values()), default=0)} rows.",
        f"# Look at every line; fill in what is marked {GAP.removeprefix('# ')} docs/admin/sources.md explains the keys.",
        "[source]",
        *_keys(head),
        'stale_after = "1d"           # the source\'s own promise',
        "",
        "[[dataset]]",
        f"dataset = {json.dumps(dataset.name)}",
        *_keys(place),
        *_changes(sample, kind),
        "",
        "[dataset.columns]",
    ]
    for column in dataset.source_columns:
        lines += _column(column, found.get(column.name), sample)
    used = {match.theirs for match in found.values()}
    rest = [f"#   {name}{_example(values)}" for name, values in sample.columns.items() if name not in used]
    return "\n".join([*lines, "", "# Columns of theirs that nothing takes:", *rest]) + "\n"


def _keys(values: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]


def _changes(sample: Sample, kind: str) -> list[str]:
    name = watermark_of(sample)
    if kind == "sql" and name:
        return [f"watermark = {json.dumps(name)}   # likely the time of the last change: must move with every change"]
    if kind == "sql":
        return [
            f'{GAP} watermark = "their column that grows with every change"; without one, all is compared each time'
        ]
    return []


def _column(column: Column, match: Match | None, sample: Sample) -> list[str]:
    about = f"{column.type}, {column.label}" + (", required" if column.required or column.name == "ref" else "")
    if match is None:
        if column.required or column.name == "ref":
            return [f'{GAP} {column.name} = "their column"   # {about}: {column.help or column.label}']
        return [f'# {column.name} = "their column"   # {about}']
    theirs = json.dumps(match.theirs, ensure_ascii=False)
    sure = "" if match.likeness > 0.95 else " (a guess)"
    note = f"   # {about}{sure}{_example(sample.columns[match.theirs])}"
    if column.type == "choice":
        return _choice(column, theirs, sample.columns[match.theirs], note)
    if column.type in ("date", "instant") and (pattern := _format(sample.columns[match.theirs])):
        return [f'{column.name} = {{column = {theirs}, format = "{pattern}"}}{note}']
    return [f"{column.name} = {theirs}{note}"]


def _choice(column: Column, theirs: str, values: Sequence[Any], note: str) -> list[str]:
    """A map with a choice for each of their values that is like one; the others are gaps."""
    known = list(dict.fromkeys(filter(None, map(plain, values))))[:_MOST_CHOICES]
    pairs, open_values = [], []
    for value in known:
        score, best = max((_alike(value, choice), choice) for choice in column.choices)
        if score >= _LIKELY:
            pairs.append(f"{json.dumps(value, ensure_ascii=False)} = {json.dumps(best)}")
        else:
            open_values.append(value)
    gap = []
    if open_values:
        lacking = json.dumps(open_values, ensure_ascii=False)
        gap = [f"{GAP} the map lacks their values {lacking}; choices: {', '.join(column.choices)}"]
    commented = "" if pairs else f"{GAP} "
    shown = ", ".join(pairs) or f'"their value" = "{column.choices[0]}"'
    return [*gap, f"{commented}{column.name} = {{column = {theirs}, map = {{{shown}}}}}{note}"]


def _alike(value: str, choice: str) -> float:
    return SequenceMatcher(None, choice, "_".join(words_of(value)) or value.lower()).ratio()


def _format(values: Sequence[Any]) -> str:
    """How times are written, where not as 2026-11-22T14:05:00."""
    texts = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    for pattern in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"):
        if texts and all(_is_written(text, pattern) for text in texts):
            return pattern
    return ""


def _is_written(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text, pattern)  # noqa: DTZ007  only its shape matters
    except ValueError:
        return False
    return True


def _example(values: Sequence[Any]) -> str:
    """What kind of values these are; never one of them, for they may be personal."""
    kinds = sorted({type(value).__name__ for value in values if value not in (None, "")})
    return f"; there: {'/'.join(kinds)}" if kinds else "; there: nothing in these rows"
