"""T-DEPS: pins are held against dated advisories, and what looks at nothing is not taken for a good answer."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tools.security.pins import ADVISORIES, pinned, problems, read_advisories, read_pins

GATHERED, KNOWN = read_advisories(ADVISORIES)


def asked(pins: str, today: date = GATHERED, max_age_days: int = 30) -> list[str]:
    return problems(ADVISORIES, pins, today, max_age_days)


def test_no_advisory_covers_a_pin() -> None:
    assert asked(pinned()) == []
    assert len(read_pins(pinned())) > 80


@pytest.mark.parametrize(
    "pin", ["dash==4.3.0", "Authlib==1.7.1", "flask-caching==2.3.1", "Werkzeug==3.0.5", "gunicorn==22.0.0"]
)
def test_a_bad_pin_is_named(pin: str) -> None:
    (said,) = asked(f"{pin} \\\n    --hash=sha256:0")
    assert said.lower().startswith(pin.lower())


def test_an_old_file_is_no_good_answer() -> None:
    good = pinned()
    assert asked(good, GATHERED + timedelta(days=30)) == []
    assert "gathered 31 days ago" in asked(good, GATHERED + timedelta(days=31))[0]
    assert "in the future" in asked(good, GATHERED - timedelta(days=1))[0]


def test_no_pins_is_no_good_answer() -> None:
    assert "no pin was read" in asked("")[0]


def test_what_we_live_with_says_why() -> None:
    accepted = [each for each in KNOWN if each.accepted]
    assert [each.package for each in accepted] == ["diskcache"]
    assert all("tests/" in each.accepted for each in accepted)


def test_what_is_installed_fits_together() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_requirements_hold_a_hash_for_every_pin() -> None:
    for name in ("base", "dev", "security"):
        text = Path(f"requirements/{name}.txt").read_text()
        assert text.count("==") <= text.count("--hash=sha256:")
        assert "https://" not in text  # no index of this or that machine
