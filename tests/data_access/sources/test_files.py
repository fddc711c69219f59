"""Folders of CSV: their quirks survived or said, their order kept, each file read again only when it is different."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import pytest

from tests.support.works import NOW, Works

HEAD = 'kind = "files"\nfolder = "drops"'
DOGS = """
[[dataset]]
dataset = "dog"
files = "dogs-*.csv*"
[dataset.columns]
ref = "Dog No"
name = "Name"
seen_at = "Seen"
"""
HEADER = "Dog No,Name,Seen,Notes\n"


@pytest.fixture
def works(tmp_path: Path) -> Works:
    works = Works.open(tmp_path)
    works.source("drops", DOGS, HEAD)
    works.file("readme.txt", "not data")
    return works


def names(works: Works) -> dict[str, str]:
    return {ref: row["name"] for ref, row in works.rows().items()}


def reasons(works: Works) -> list[tuple[str, str]]:
    return [(row["place"], row["reason"]) for row in sorted(works.table("quarantine"), key=lambda row: row["place"])]


def test_quirks_that_hurt_nobody(works: Works) -> None:
    text = '\ufeffDog No , Name,Seen,Notes\r\n\r\nd1," Rex ",2026-11-22T10:00:00,"two\nlines, one comma"\r\n , ,,\r\n'
    works.file("dogs-1.csv", text.replace(" , ,,\r\n", "   \r\n") + "d1,Rex,2026-11-22T10:00:00,again\r\nd2,Fly,,")

    result = works.one()

    assert (result.result, result.read, result.changed, result.refused) == ("ok", 3, 2, 0)
    assert names(works) == {"d1": "Rex", "d2": "Fly"}


def test_gz_other_delimiters_and_encodings(works: Works) -> None:
    works.source("drops", DOGS.replace("files =", 'encoding = "cp1252"\ndelimiter = ";"\nfiles ='), HEAD)
    works.file("dogs-1.csv.gz", gzip.compress("Dog No;Name;Seen\nd1;Café;\n".encode("cp1252")))

    assert (works.one().result, names(works)) == ("ok", {"d1": "Café"})


def test_files_come_in_order_of_their_names_whenever_they_arrive(works: Works) -> None:
    works.file("dogs-2026-02.csv", HEADER + "d1,February,,\nd1,February again,,\n")
    works.ingest()
    assert names(works) == {"d1": "February again"}, "within a file the later line"
    works.file("dogs-2026-01.csv", HEADER + "d1,January,,\nd2,January,,\n")
    works.ingest()

    assert names(works) == {"d1": "February again", "d2": "January"}, "a late file is an old one"
    works.file("dogs-2026-03.csv.gz", gzip.compress((HEADER + "d2,March,,\n").encode()))
    works.ingest()
    assert names(works) == {"d1": "February again", "d2": "March"}


def test_a_version_of_the_rows_own(works: Works) -> None:
    own = DOGS.replace("files =", 'version = "Changed"\nfiles =').replace(
        '"Seen"', '{column = "Changed", format = "%d/%m/%Y"}'
    )
    works.source("drops", own, HEAD)
    works.file("dogs-1.csv", "Dog No,Name,Changed\nd1,first of March,01/03/2026\nd2,old,01/02/2026\n")
    works.file("dogs-2.csv", "Dog No,Name,Changed\nd1,last of February,28/02/2026\nd2,same day,01/02/2026\n")
    works.ingest()

    assert names(works) == {"d1": "first of March", "d2": "same day"}


def test_unchanged_files_are_not_read_again(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    path = works.file("dogs-1.csv", HEADER + "d1,Rex,,\n")
    works.ingest()
    with monkeypatch.context() as patch:
        patch.delattr(hashlib, "file_digest")  # not even looked through
        assert works.one().read == 0

    os.utime(path, (1, 1))  # touched, with the same content: looked through, not loaded
    assert works.one().read == 0
    assert works.table("source_file")[0]["modified_ns"] == 10**9
    works.file("dogs-2.csv", HEADER + "d2,Fly,,\n")
    assert works.one().read == 1
    assert works.version("dog") == 2


def test_a_replaced_file_writes_what_is_different_and_takes_away_what_is_gone(works: Works) -> None:
    works.file("dogs-1.csv", HEADER + "d1,Rex,,\nd2,Fly,,\nd3,Pip,,\nd4,,,\n")
    works.file("dogs-2.csv", HEADER + "d5,Max,,\nd6\n,nameless,,\n")
    works.ingest()
    assert len(works.table("quarantine")) == 3
    works.file("dogs-2.csv", HEADER + "d5,Max,,\n")
    works.ingest()
    assert [row["ref"] for row in works.table("quarantine")] == ["d4"]
    works.file("dogs-1.csv", HEADER + "d0,new,,\nd2,Fly,,\nd3,Pop,,\nd4,good now,,\nd5,older than file 2,,\n")

    result = works.one()

    assert (result.read, result.changed) == (5, 4)  # d0, d3, d4, and d1 taken away
    assert names(works) == {"d0": "new", "d2": "Fly", "d3": "Pop", "d4": "good now", "d5": "Max"}
    assert works.table("quarantine") == []
    works.file("dogs-1.csv", HEADER)
    assert (works.one().changed, names(works)) == (4, {"d5": "Max"})
    works.file("dogs-1.csv", HEADER + "d1,Rex,,\n")
    works.ingest()
    assert names(works) == {"d1": "Rex", "d5": "Max"}
    assert works.table("source_state")[0]["rows"] == 2


def test_a_file_that_was_cleared_away_takes_nothing_with_it(works: Works) -> None:
    path = works.file("dogs-1.csv", HEADER + "d1,Rex,,\n")
    works.ingest()
    path.unlink()

    assert (works.one().result, set(names(works))) == ("ok", {"d1"})


def test_two_mappings_read_one_folder(works: Works) -> None:
    kennels = '[[dataset]]\ndataset = "kennel"\nfiles = "dogs-*.csv"\n[dataset.columns]\nref = "Notes"\n'
    works.source("drops", DOGS + kennels + "name = 'Notes'\n", HEAD)
    works.file("dogs-1.csv", HEADER + "d1,Rex,,North\nd2,Fly,,North\n")

    assert [(result.dataset, result.changed) for result in works.ingest()] == [("dog", 2), ("kennel", 1)]
    works.file("dogs-1.csv", HEADER + "d1,Rex,,South\nd2,Fly,,South\n")
    assert [(result.dataset, result.changed) for result in works.ingest()] == [("dog", 0), ("kennel", 2)]
    assert set(works.rows("kennel")) == {"South"}


def test_bad_rows_cost_themselves_alone(works: Works) -> None:
    works.file(
        "dogs-1.csv",
        (HEADER + 'd1,Rex,,\nd2\nd3,"Fl"y",,\nd4,Pip,soon,\n,Max,,\nd6,Bo,,,too,many\n').encode()
        + b"d7,caf\xe9,,\nd8,nul\x00,,\n",
    )

    result = works.one()

    assert (result.read, result.refused, names(works)) == (8, 7, {"d1": "Rex"})
    assert reasons(works) == [
        ("dogs-1.csv, line 3", "has 1 values where the header has 4 columns"),
        ("dogs-1.csv, line 4", "is no row: ',' expected after '\"'"),
        ("dogs-1.csv, line 5", "'soon' is not a date and time as 2026-11-22T14:05:00"),
        ("dogs-1.csv, line 6", "is required and empty"),
        ("dogs-1.csv, line 7", "has 6 values where the header has 4 columns"),
        ("dogs-1.csv, line 8", "'caf?' is not in the encoding that was named"),
        ("dogs-1.csv, line 9", "'nul\\x00' holds a NUL character"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "dogs-2.csv is empty: it has no line with the names of its columns."),
        ("Dog No,Seen,Notes\n", "dogs-2.csv has no column 'Name'; its columns are Dog No, Seen, Notes."),
        (HEADER.replace("Notes", "Name"), "dogs-2.csv has 'Name' twice"),
        (HEADER + 'd2,"Fly,,\nd3,Pip,,\n', "dogs-2.csv, line 2: a quotation mark is opened and not closed"),
        (HEADER + 'd2,"Fly,,\nd3,"Pip",,\n', "dogs-2.csv, line 2: a quotation mark is opened and not closed"),
        (HEADER + 'd2,"Fly' + "\nd3,x,," * 200 + '",,\n', "dogs-2.csv, line 2: a quotation mark is opened"),
    ],
)
def test_a_file_that_is_not_what_was_mapped_changes_nothing(works: Works, content: str, words: str) -> None:
    works.file("dogs-1.csv", HEADER + "d1,Rex,,\n")
    works.ingest()
    works.file("dogs-1.csv", HEADER + "d1,Max,,\n")
    works.file("dogs-2.csv", content)

    result = works.one()

    assert words in result.result
    assert (result.ok, result.changed, names(works)) == (False, 0, {"d1": "Rex"})
    assert not works.table("source_state")[0]["is_down"]
    works.file("dogs-2.csv", HEADER + "d2,Fly,,\n")
    assert (works.one().result, names(works)) == ("ok", {"d1": "Max", "d2": "Fly"})


def test_a_file_still_being_written(works: Works) -> None:
    whole = gzip.compress((HEADER + "d1,Rex,,\n" * 5000).encode())
    works.file("dogs-1.csv.gz", whole[: len(whole) // 2])
    assert "perhaps it is still being written" in works.one().result

    works.file("dogs-1.csv.gz", whole)
    assert works.one().result == "ok"


def test_a_folder_that_is_not_there(works: Works) -> None:
    works.source("drops", DOGS, HEAD.replace("drops", "nowhere"))

    assert works.one().result == "Drops could not be read: there is no folder nowhere"
    assert works.table("source_state")[0]["is_down"]


def test_a_folder_without_such_files(works: Works) -> None:
    assert works.one().result == "Drops has no file dogs-*.csv* in its folder drops yet"


def test_what_the_rows_are_about_is_their_age(works: Works) -> None:
    works.file("dogs-1.csv", HEADER + "d1,Rex,2026-01-22T10:00:00,\nd2,Fly,2026-01-20T10:00:00,\n")
    works.ingest()
    assert works.table("source_state")[0]["event_at"] == NOW.replace(month=1, hour=10)
    path = works.file("dogs-1.csv", HEADER + "d1,Rex,,\n")
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    works.ingest()
    assert works.table("source_state")[0]["event_at"] == NOW, "else when the file was written"


def test_a_file_that_came_back_cut_short_changes_nothing(works: Works) -> None:
    rows = [f"d{n},Dog {n},,\n" for n in range(60)]
    works.file("dogs-1.csv", HEADER + "".join(rows))
    works.file("dogs-2.csv", HEADER + "".join(f"e{n},Other {n},,\n" for n in range(500)))
    works.ingest()
    works.file("dogs-1.csv", HEADER + "".join(rows[:29]))

    assert "dogs-1.csv, no longer has 31 of the 60 rows" in works.one().result
    assert len(works.rows()) == 560
    works.file("dogs-1.csv", HEADER + "".join(rows[:50]))
    assert (works.one().result, len(works.rows())) == ("ok", 550)
