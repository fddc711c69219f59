"""A database that cannot be asked is told apart from everything else that can go wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from cspdash.domain.identity import StoreUnavailable
from data_access.state import writing

LOG = logging.getLogger(__name__)


@contextmanager
def asked(engine: Engine) -> Iterator[Connection]:
    """A connection to read with. Raises StoreUnavailable."""
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise _unavailable(error) from error


@contextmanager
def told(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes. Raises StoreUnavailable."""
    try:
        with writing(engine) as connection:
            yield connection
    except SQLAlchemyError as error:
        raise _unavailable(error) from error


def _unavailable(error: SQLAlchemyError) -> StoreUnavailable:
    LOG.warning("sign-in store: %s", type(error).__name__)
    return StoreUnavailable()
