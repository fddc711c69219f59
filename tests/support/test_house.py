"""The tests' own support works: otherwise tests skip or lean on it in vain."""

import os

import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, text


def test_no_deployment_of_the_developer_leaks_in() -> None:
    assert not [name for name in os.environ if name.startswith("CSPDASH_")]


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_an_empty_postgres_database(postgres_url: str, turn: int) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (turn integer)"))
        assert connection.execute(text("SELECT count(*) FROM only_here")).scalar_one() == 0
        assert int(connection.execute(text("SHOW server_version_num")).scalar_one()) >= 180000
    engine.dispose()


def test_chromium_shows_a_page(page: Page) -> None:
    page.set_content("<title>Bars</title><h1>Officers</h1>")
    assert page.title() == "Bars"
    assert page.get_by_role("heading", name="Officers").is_visible()
