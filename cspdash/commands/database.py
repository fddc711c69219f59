"""`cspdash db`: the database's migrations."""

from __future__ import annotations

from sqlalchemy import inspect

from cspdash.commands.place import FAILED, OK, Place
from cspdash.deployment import open_database, upgrade_database
from cspdash.domain.datasets import load_datasets
from data_access import migrations, row_security
from data_access.audit import rights


def upgrade(place: Place) -> int:
    settings = place.settings()
    upgrade_database(settings)
    place.say(f"The database is at {migrations.head()}.")
    return OK


def roles(place: Place, app: str) -> int:
    """Gives the web application's role its rights, and makes the two roles it reads sums and postings by."""
    settings = place.settings()
    datasets, engine = load_datasets([settings.home / "datasets"]), open_database(settings)
    try:
        if engine.dialect.name != "postgresql":
            place.err.print("SQLite has no roles: whoever may read the file may read all of it.")
            return FAILED
        with engine.begin() as connection:
            names = [name for name in inspect(connection).get_table_names() if not name.startswith("audit_")]
            row_security.grant(connection, app, names, datasets)
            if inspect(connection).has_table("audit_entry"):
                rights.grant(connection, app)
    finally:
        engine.dispose()
    place.say(f"{app} may read and write what the pages need, and no more.")
    return OK


def downgrade(place: Place, to: str) -> int:
    engine = open_database(place.settings())
    try:
        migrations.downgrade(engine, to)
        place.say(f"The database is at {migrations.current(engine) or 'base: it holds no tables'}.")
    finally:
        engine.dispose()
    return OK


def current(place: Place) -> int:
    """Prints the revision; exit code 1 when it is not this release's."""
    engine = open_database(place.settings())
    try:
        found, wanted = migrations.current(engine), migrations.head()
    finally:
        engine.dispose()
    place.out.print(f"{found or 'no tables yet'}" + ("" if found == wanted else f" (this release needs {wanted})"))
    return OK if found == wanted else FAILED
