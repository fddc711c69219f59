"""`cspdash db`: the database's migrations."""

from __future__ import annotations

from cspdash.commands.place import FAILED, OK, Place
from cspdash.deployment import open_database, upgrade_database
from data_access import migrations


def upgrade(place: Place) -> int:
    settings = place.settings()
    upgrade_database(settings)
    place.say(f"The database is at {migrations.head()}.")
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
