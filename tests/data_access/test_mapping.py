"""sources/*.toml: what a file says, and for everything that is wrong the file, the line and what would be right."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cspdash.domain.datasets import load_datasets
from cspdash.domain.errors import DefinitionError
from data_access.mapped import RowTest, Source
from data_access.mapping import load_sources

LONDON = ZoneInfo("Europe/London")

GOOD = """\
[source]
name = "finance"
title = "Finance"
kind = "sql"
connection = "finance"
timezone = "UTC"
stale_after = "2d"
precedence = 20

[[dataset]]
dataset = "overtime_claim"
name = "claims"
table = "payroll.claim"
watermark = "changed"
overlap = "10m"
skip = [["kind", "in", ["TEST", 9]], ["total", "is_missing"]]
deleted = ["is_deleted", "is", true]

[dataset.columns]
ref = {columns = ["claim", "line"], join = "-"}
officer_id = {column = "emp", prefix = "E"}
worked_at = {column = "start", format = "%d/%m/%Y %H:%M", timezone = "Europe/London"}
overtime_type = {column = "type", map = {C = "casual", P = "planned"}, default = "other"}
amount_pence = {column = "gross", scale = 100}
paid_on = "paid"
settlement = {const = "pay"}

[dataset.when]
paid_on = ["status", "is", "PAID"]
"""

WORKED_AT = 'worked_at = {column = "start", format = "%d/%m/%Y %H:%M", timezone = "Europe/London"}\n'


def read(tmp_path: Path, text: str, **environment: str) -> Source:
    folder = tmp_path / "sources"
    folder.mkdir(exist_ok=True)
    (folder / "finance.toml").write_text(text)
    (source,) = load_sources([folder], load_datasets(), home=tmp_path, zone=LONDON, environment=environment)
    return source


def test_a_file_becomes_a_source(tmp_path: Path) -> None:
    source = read(tmp_path, GOOD)

    assert (source.name, source.title, source.kind, source.connection) == ("finance", "Finance", "sql", "finance")
    assert (source.stale_after, source.precedence, source.zone) == (timedelta(days=2), 20, ZoneInfo("UTC"))
    (mapping,) = source.mappings
    assert (mapping.dataset, mapping.name, mapping.table) == ("overtime_claim", "claims", "payroll.claim")
    assert mapping.overlap == timedelta(minutes=10)
    assert mapping.skip == (RowTest("kind", "in", frozenset({"TEST", "9"})), RowTest("total", "is_missing"))
    assert mapping.deleted == RowTest("is_deleted", "is", frozenset({"true"}))
    rules = {rule.name: rule for rule in mapping.columns}
    assert rules["ref"].takes == ("claim", "line")
    assert rules["worked_at"].zone == LONDON
    assert rules["paid_on"].zone == ZoneInfo("UTC")
    assert rules["paid_on"].when == RowTest("status", "is", frozenset({"PAID"}))
    assert rules["amount_pence"].scale == Decimal(100)
    assert mapping.source_columns == (
        "claim", "line", "emp", "start", "type", "gross", "paid", "changed", "kind", "total", "is_deleted", "status",
    )  # fmt: skip


def test_defaults(tmp_path: Path) -> None:
    text = '[source]\nname = "hr"\nkind = "files"\nfolder = "drops/${WHERE}"\n[[dataset]]\ndataset = "unit"\nfiles = "u*.csv"\n'
    source = read(tmp_path, text + '[dataset.columns]\nref = "a"\nname = "b"\nlevel = {const = "team"}\n', WHERE="hr")

    assert (source.title, source.stale_after, source.precedence, source.zone) == ("Hr", timedelta(days=1), 100, LONDON)
    assert source.folder == tmp_path / "drops" / "hr"
    assert source.mappings[0].name == "unit"
    assert source.mappings[0].encoding == "utf-8-sig"


def test_never_stale(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace('"2d"', '"never"')).stale_after is None


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('kind = "sql"', "kind = sql", 4, "this is not TOML"),
        ('kind = "sql"', 'kind = "ftp"', 4, "'sql', 'files', 'http' or 'sharepoint'"),
        ('name = "finance"\n', "", 1, "'name' is missing"),
        ('name = "finance"', 'name = "Finance DB"', 2, "small letters"),
        ('title = "Finance"', 'titel = "Finance"', 3, "no key 'titel'"),
        ('connection = "finance"\n', "", 4, "needs a connection"),
        ('connection = "finance"', 'connection = "finance"\nfolder = "x"', 6, "has no folder"),
        ('timezone = "UTC"', 'timezone = "London"', 6, "no time zone 'London'"),
        ('"2d"', '"2 weeks"', 7, "30s, 15m, 4h or 2d"),
        ("precedence = 20", 'precedence = "first"', 8, "'precedence' is wrong"),
        ('"overtime_claim"', '"overtime_claims"', 11, "Did you mean 'overtime_claim'?"),
        ('table = "payroll.claim"\n', "", 10, "table = \"...\" or query"),
        ('table = "payroll.claim"', 'table = "payroll.claim"\nfiles = "*.csv"', 14, "has no 'files'"),
        ('watermark = "changed"\n', "", 14, "overlap needs a watermark"),
        ('overlap = "10m"', 'overlap = "soon"', 15, "not a length of time"),
        ('["kind", "in", ["TEST", 9]]', '["kind", "like", "T%"]', 16, "operators: is, is_not"),
        ('["kind", "in", ["TEST", 9]]', '["kind", "in", "TEST"]', 16, "'in' takes a list"),
        ('["total", "is_missing"]', '["total", "is_missing", 1]', 16, "takes no value"),
        ('deleted = ["is_deleted", "is", true]', 'deleted = ["is_deleted"]', 17, "'deleted' is wrong"),
        ("settlement =", "settlment =", 26, "Did you mean 'settlement'?"),
        ("settlement =", "worked_on =", 26, "worked out by the program"),
        (WORKED_AT, "", 19, "not mapped: worked_at"),
        ('{columns = ["claim", "line"], join = "-"}', "{}", 20, "nothing says where this comes from"),
        ('{columns = ["claim", "line"], join = "-"}', '{column = "a", const = "b"}', 20, "exclude each other"),
        ('{columns = ["claim", "line"], join = "-"}', '{column = "a", join = "-"}', 20, "join needs columns"),
        ('prefix = "E"}', 'regex = "^E"}', 21, "round brackets"),
        ('prefix = "E"}', 'regex = "(("}', 21, "cannot be used"),
        ('prefix = "E"}', 'default = "E1"}', 21, "default needs a map"),
        ('prefix = "E"}', 'format = "%d"}', 21, "format is for dates"),
        ('prefix = "E"}', "scale = 2}", 21, "scale is for numbers"),
        ('timezone = "Europe/London"}', 'timezone = "Mars"}', 22, "no time zone 'Mars'"),
        ('C = "casual"', 'C = "kasual"', 23, "Choices: casual, planned"),
        ('default = "other"', 'default = "others"', 23, "Choices: casual, planned"),
        ('const = "pay"', 'const = "cash"', 26, "is not a choice of settlement"),
        ('paid_on = ["status"', 'toil_taken_on = ["status"', 29, "is not mapped"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD

    with pytest.raises(DefinitionError) as error:
        read(tmp_path, GOOD.replace(old, new, 1))

    assert str(error.value).startswith("sources/finance.toml")
    assert words in str(error.value)
    assert f"line {line}" in str(error.value)
    assert error.value.problem


def test_a_folder_from_the_environment_must_be_there(tmp_path: Path) -> None:
    files = GOOD.replace('"sql"', '"files"').replace('connection = "finance"', 'folder = "${DROPS}/x"')

    with pytest.raises(DefinitionError, match="no variable DROPS"):
        read(
            tmp_path,
            files.replace('table = "payroll.claim"', 'files = "*.csv"')
            .replace('watermark = "changed"\n', "")
            .replace('overlap = "10m"\n', ""),
        )


def test_two_sources_may_not_share_a_name(tmp_path: Path) -> None:
    read(tmp_path, GOOD)
    (tmp_path / "sources" / "other.toml").write_text(GOOD)

    with pytest.raises(DefinitionError, match=r"declared already in sources/finance\.toml"):
        load_sources([tmp_path / "sources"], load_datasets(), home=tmp_path, zone=LONDON)


def test_two_mappings_of_a_source_may_not_share_a_name(tmp_path: Path) -> None:
    again = GOOD[GOOD.index("[[dataset]]") :]

    with pytest.raises(DefinitionError, match="two mappings of this source are called 'claims'"):
        read(tmp_path, GOOD + again)


def test_the_digest_changes_with_the_meaning_alone(tmp_path: Path) -> None:
    def digest(text: str) -> str:
        return read(tmp_path, text).mappings[0].digest

    assert digest(GOOD) == digest(
        GOOD.replace("10m", "20m").replace("2d", "3d").replace('title = "Finance"', 'title = "F"')
    )
    for old, new in [
        ('"-"', '"/"'),
        ("scale = 100", "scale = 1"),
        ('"PAID"', '"P"'),
        ("TEST", "T"),
        ('"UTC"', '"Europe/Paris"'),
    ]:
        assert digest(GOOD) != digest(GOOD.replace(old, new)), old


PRINT_DIGEST = """
import pathlib, sys, zoneinfo
from cspdash.domain.datasets import load_datasets
from data_access.mapping import load_sources

home = pathlib.Path(sys.argv[1])
sources = load_sources([home / "sources"], load_datasets(), home=home, zone=zoneinfo.ZoneInfo("Europe/London"))
print(sources[0].mappings[0].digest)
"""


def test_the_digest_is_the_same_in_every_process(tmp_path: Path) -> None:
    own = read(tmp_path, GOOD).mappings[0].digest
    command = [sys.executable, "-c", PRINT_DIGEST, str(tmp_path)]
    for seed in "12":
        run = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed})
        assert run.stdout.strip() == own
