"""From nothing to a healthy deployment: init, db, doctor, metrics; and what is said when something is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cspdash.cli import run
from cspdash.settings import ENVIRONMENT_ONLY, Settings
from tests.cspdash.commands.conftest import CommandLine
from tests.support.folder import write_folder


def test_init_writes_a_folder_that_means_nothing_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = tmp_path / "new"
    assert run(["init", str(new)]) == 0
    text = (new / "cspdash.toml").read_text()
    assert tomllib.loads(text) == {}
    unwritten = {"home", "connections", "look_reasons", "oidc_roles", *ENVIRONMENT_ONLY}
    assert all(f"#{name} = " in text for name in Settings.model_fields if name not in unwritten)
    uncommented = "\n".join(
        line.removeprefix("#") for line in text.splitlines() if line.startswith("#") and not line.startswith("# ")
    )
    assert tomllib.loads(uncommented)["port"] == 8050
    assert run(["--home", str(new), "metrics", "check"]) == 0
    assert run(["init", str(new)]) == 2
    assert "not empty" in capsys.readouterr().err


def test_a_database_that_is_not_there_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = write_folder(tmp_path / "home")
    assert run(["--home", str(home), "figures", "--metric", "open_investigations"]) == 2
    assert f"cspdash --home {home} db upgrade" in capsys.readouterr().err
    assert run(["--home", str(home), "db", "current"]) == 1
    assert run(["--home", str(home), "db", "upgrade"]) == 0
    assert run(["--home", str(home), "db", "current"]) == 0
    assert run(["--home", str(home), "db", "downgrade", "base"]) == 0
    assert run(["--home", str(home), "db", "current"]) == 1


def test_a_table_a_new_dataset_needs_is_asked_for(cspdash: CommandLine) -> None:
    (cspdash.home / "datasets").mkdir()
    declaration = (
        '[dataset]\nname = "complaint"\ntitle = "Complaints"\n\n[[column]]\nname = "made_at"\ntype = "instant"\n'
    )
    (cspdash.home / "datasets" / "complaint.toml").write_text(declaration)
    answer = cspdash("figures", "--metric", "open_investigations")
    assert answer.code == 2
    assert "lacks complaint" in answer.err
    assert cspdash("db", "upgrade").code == 0
    assert cspdash("figures", "--metric", "open_investigations").code == 0


def test_doctor_finds_nothing_wrong(cspdash: CommandLine) -> None:
    answer = cspdash("doctor")
    names = [line.split(":")[0].split(maxsplit=1)[1] for line in answer.out.splitlines()]
    assert names == [
        "packages",
        "settings",
        "database",
        "migrations",
        "cache folder",
        "audit",
        "PDF exports",
        "definitions",
        "sign-in",
        "refused rows",
        "source drops",
    ]
    assert answer.code == 0, answer.out
    assert "refused rows: none" in answer.out


def test_doctor_tells_what_was_refused_and_why_but_not_what_it_held(cspdash: CommandLine) -> None:
    crimes = "".join(f"X{n},E2,not a day {n},Theft\n" for n in range(3)) + ",E2,2026-11-22 10:00:00,Theft\n"
    (cspdash.home / "drops" / "crimes-0.csv").write_text("ref,officer,recorded,offence\n" + crimes)
    cspdash("ingest")
    answer = cspdash("doctor")
    assert answer.code == 0, answer.out
    told = answer.out.partition("refused rows: ")[2].splitlines()
    assert told[0].startswith("4 kept and not counted")
    assert told[1].strip().startswith("3 of drops, investigation.recorded_at: ")
    assert told[2].strip().startswith("1 of drops, investigation.ref: ")
    assert "not a day" not in answer.out


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("settings", lambda home: (home / "cspdash.toml").write_text('mode = "demonstration"')),
        (
            "database",
            lambda home: (home / "cspdash.toml").write_text(
                'mode = "demo"\ndatabase_url = "sqlite:////proc/none/x.db"'
            ),
        ),
        ("migrations", lambda home: run(["--quiet", "--home", str(home), "db", "downgrade", "base"])),
        ("cache folder", lambda home: (home / "cspdash.toml").write_text('mode = "demo"\ncache_dir = "cspdash.toml"')),
        ("sign-in", lambda home: (home / "cspdash.toml").write_text('mode = "demo"\nhost = "0.0.0.0"')),
        ("definitions", lambda home: (home / "sources" / "drops.toml").write_text("[source]\nname = 3")),
        ("source drops", lambda home: (home / "drops").rename(home / "gone")),
    ],
)
def test_doctor_finds_what_is_wrong(cspdash: CommandLine, name: str, spoil: object) -> None:
    spoil(cspdash.home)  # type: ignore[operator]
    answer = cspdash("doctor")
    assert answer.code == 1
    assert f"wrong {name}: " in answer.out


def test_a_wrong_definition_is_named_with_its_line(cspdash: CommandLine) -> None:
    (cspdash.home / "catalogue").mkdir()
    text = '[family]\nslug = "workload"\n\n[[metric]]\nslug = "open_investigations"\nkind = "stuck"\n'
    (cspdash.home / "catalogue" / "workload.toml").write_text(text)
    answer = cspdash("metrics", "check")
    assert answer.code == 2
    assert "catalogue/workload.toml, line 6" in answer.err
    assert "stock" in answer.err


def test_a_metric_is_explained(cspdash: CommandLine) -> None:
    answer = cspdash("metrics", "explain", "open_investigations")
    assert "What is counted" in answer.out
    assert "workload.toml, line" in answer.out
    assert cspdash("metrics", "explain", "nothing").code == 2


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--home", str(tmp_path / "none"), "doctor"]) == 1
    assert run(["--home", str(tmp_path / "none"), "ingest"]) == 2
    assert "cspdash init" in capsys.readouterr().err


def test_quiet_is_quiet(cspdash: CommandLine) -> None:
    answer = cspdash("--quiet", "db", "upgrade")
    assert (answer.out, answer.err) == ("", "")
