"""T-KEY. Nothing is signed with a key that others know, what those keys sign opens nothing, and keys can be changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import dash
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import encode_cookie
from pydantic import SecretStr

from cspdash.published_keys import PUBLISHED
from cspdash.settings import Settings, SettingsError
from layouts import ids
from tests.callbacks.test_plan import NEW, SMART
from tests.support.asking import body_of, post, props_of, visit
from tests.support.small import SAME_SITE, Small, app_of, signed_in, token_of

OLD, NEWER = "Aq7-first-key-of-this-test-0123456789-xyzw", "Bz9-second-key-of-this-test-9876543210-abcd"
# As manuals print them, with what people do to make them long enough.
LONG = ["changeme" * 5, "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET", "\x02\x01thisismyscretkey\x01\x02\\e\\y\\y\\h" * 2]
LONG += ["thisISaSECRET_1234" * 2, "YOUR_OWN_RANDOM_GENERATED_SECRET_KEY", "TEST_NON_DEV_SECRET" * 2]
LONG += ["c292a0a3aa32397cdb050e233733900f", "SW2YcwTIb9zpOOhoPsMm" * 2, "temporary_key" * 3, "super-secret" * 4]
LONG += [
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    "django-insecure-k3#x!q8w$z0p1m2n3b4v5c6x7z8",
]


@pytest.mark.parametrize("key", [*PUBLISHED, *LONG, "short", "a" * 64, "abcabcabc" * 8])
@pytest.mark.parametrize("name", ["secret_key", "secret_key_old"])
def test_a_key_that_others_know_is_refused(tmp_path: Path, name: str, key: str) -> None:
    with pytest.raises(SettingsError, match="makes a good one"):
        Settings(home=tmp_path, mode="demo", **{name: key})


def test_ten_published_ones_are_long_enough_to_need_the_list() -> None:
    assert len([key for key in LONG if len(key) >= 32]) >= 10


def test_a_server_of_ones_own_does_not_start_with_one(tmp_path: Path) -> None:
    environment = {**os.environ, "CSPDASH_HOME": str(tmp_path), "CSPDASH_SECRET_KEY": "changeme"}
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "wsgi:server"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "CSPDASH_SECRET_KEY" in done.stderr
    assert "changeme" not in done.stderr


@pytest.mark.parametrize("key", LONG)
def test_what_a_published_key_signs_opens_nothing(app: dash.Dash, key: str) -> None:
    forger = Flask("forger")
    forger.secret_key = key
    with forger.test_request_context():
        serializer: Any = forger.session_interface.get_signing_serializer(forger)  # type: ignore[attr-defined]
        forged = serializer.dumps({"_user_id": "chief", "_fresh": True, "in_at": 9**10, "seen_at": 9**10, "id": "x"})
        remembered = encode_cookie("chief", key=key)
    stranger = app.server.test_client()
    for name in ("cspdash_session", "cspdash_visit", "session", "__Host-session"):
        stranger.set_cookie(name, forged)
    stranger.set_cookie("remember_token", remembered)
    assert stranger.get("/session").status_code == 401
    assert stranger.get("/").status_code == 302


def moved(client: FlaskClient, app: dash.Dash) -> FlaskClient:
    """The same browser, at another process."""
    other: FlaskClient = app.server.test_client()
    for name in ("cspdash_session", "cspdash_visit", "csrf"):
        if cookie := client.get_cookie(name):
            other.set_cookie(name, cookie.value)
    other.environ_base["HTTP_X_CSRFTOKEN"] = client.environ_base.get("HTTP_X_CSRFTOKEN", "")
    return other


def saves(app: dash.Dash, client: FlaskClient, state: str) -> str:
    """Sends a plan's form that was opened before."""
    values: dict[str, Any] = {f"{name}.value": value for name, value in SMART.items()}
    values |= {f"{ids.PLAN_STATE}.data": state, f"{ids.PLAN_SAVE}.n_clicks": 1}
    answer = post(client, body_of(app, f"{ids.PLAN_SAVE}.n_clicks", values))
    return f"{answer.status_code} {answer.text}"


def test_keys_change_without_anybody_noticing(deployment: Small, home: Path) -> None:
    before = app_of(deployment, home, secret_key=SecretStr(OLD))
    during = app_of(deployment, home, secret_key=SecretStr(NEWER), secret_key_old=SecretStr(OLD))
    after = app_of(deployment, home, secret_key=SecretStr(NEWER))
    client = signed_in(before, "sgt")
    state = props_of(visit(before, client, NEW)[ids.MAIN]["children"], ids.PLAN_STATE)["data"]

    # With both keys: session, token and the form that was open go on, and what is new is signed with the new key.
    meanwhile = moved(client, during)
    assert "Plan saved." in saves(during, meanwhile, state)
    newer = signed_in(during, "sgt")
    assert token_of(newer) != token_of(client)
    newer_state = props_of(visit(during, newer, NEW)[ids.MAIN]["children"], ids.PLAN_STATE)["data"]

    # Without the old one: who was signed in still is, since that is kept on the server; what the old key signed is nothing.
    retired = moved(client, after)
    assert retired.get("/session").status_code == 200
    assert saves(after, retired, state).startswith("403")
    assert "out of date" in saves(after, moved(newer, after), state)
    assert "Plan saved." in saves(after, moved(newer, after), newer_state)


def test_processes_with_one_key_understand_each_other(deployment: Small, home: Path) -> None:
    first, second = (app_of(deployment, home, secret_key=SecretStr(OLD)) for _ in range(2))
    client = first.server.test_client()
    token = client.get("/sign-in").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"persona": "sgt", "csrf_token": token}
    elsewhere = moved(client, second)
    assert elsewhere.post("/sign-in", data=form, headers=SAME_SITE).status_code == 303
    assert moved(elsewhere, first).get("/session").status_code == 200


def test_an_old_key_signs_nothing_new(deployment: Small, home: Path) -> None:
    during = app_of(deployment, home, secret_key=SecretStr(NEWER), secret_key_old=SecretStr(OLD))
    only_old = app_of(deployment, home, secret_key=SecretStr(OLD))
    client = signed_in(during, "sgt")
    state = props_of(visit(during, client, NEW)[ids.MAIN]["children"], ids.PLAN_STATE)["data"]
    other = signed_in(only_old, "sgt")
    assert "out of date" in saves(only_old, other, state)
