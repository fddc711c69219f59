"""Whom a proxy names: one plain name, or nobody."""

from __future__ import annotations

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from cspdash.auth.proxy import named_user

HEADER = "X-Remote-User"


def asked(*values: str) -> Request:
    builder = EnvironBuilder(headers=[(HEADER, value) for value in values])
    return Request(builder.get_environ())


@pytest.mark.parametrize(
    "name", ["sgt1", "a.b-c_d+e", "nair@FORCE.TEST", "6f1c2d3e-0000-4444-8888-123456789abc", "7" * 200]
)
def test_a_plain_name_is_somebody(name: str) -> None:
    assert named_user(asked(name), HEADER) == name


@pytest.mark.parametrize(
    "name",
    ["", " ", "sgt1,sgt2", "sgt1 sgt2", " sgt1", "sgt1 ", "sgt1\tx", "-sgt1", "@FORCE.TEST", "(null)", "FORCE\\sgt1",
     "sgt1/admin", "s\u200bgt1", "ѕgt1", "sgt1\x00", "CN=sgt1", "7" * 201],
)  # fmt: skip
def test_anything_else_is_nobody(name: str) -> None:
    assert named_user(asked(name), HEADER) == ""


def test_two_names_are_nobody() -> None:
    assert named_user(asked("sgt1", "sgt2"), HEADER) == ""


def test_nor_is_no_name_at_all() -> None:
    assert named_user(asked(), HEADER) == ""
