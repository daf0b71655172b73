"""What tests across addons share: the databases that `make test` prepared."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest


@pytest.fixture(scope="session")
def test_database() -> str:
    """The database that pytest's own Odoo works on."""
    return os.environ["CLINIC_TEST_DATABASE"]


@pytest.fixture(scope="session")
def template_database() -> str:
    """The database with every addon that nobody connects to; only for cloning."""
    return os.environ["CLINIC_TEST_TEMPLATE"]


@pytest.fixture
def clone_database(template_database: str) -> Iterator[Callable[[], str]]:
    """A factory of throw-away databases, for tests that need real commits or real processes.

    Other processes reach a clone by its name through PGHOST, PGPORT and PGUSER, which are set.
    """
    with _clones(template_database) as clone:
        yield clone


@pytest.fixture(scope="module")
def module_database(template_database: str) -> Iterator[str]:
    """One throw-away database for all tests of a module."""
    with _clones(template_database) as clone:
        yield clone()


@contextmanager
def _clones(template_database: str) -> Iterator[Callable[[], str]]:
    made = []

    def clone() -> str:
        name = f"clinic_clone_{uuid.uuid4().hex[:12]}"
        _server(f'CREATE DATABASE "{name}" TEMPLATE "{template_database}"')
        made.append(name)
        if _filestore(template_database).is_dir():
            shutil.copytree(_filestore(template_database), _filestore(name))
        return name

    try:
        yield clone
    finally:
        for name in made:
            _forget(name)


def _forget(name: str) -> None:
    from odoo.modules.registry import Registry
    from odoo.sql_db import close_db

    Registry.delete(name)
    close_db(name)
    _drop(name)
    shutil.rmtree(_filestore(name), ignore_errors=True)
    shutil.rmtree(_filestore(name).parents[1] / "clinic_vault" / name, ignore_errors=True)


def _drop(name: str) -> None:
    # Not WITH (FORCE), which is refused while PostgreSQL itself (autovacuum) is in the database; this ends it, too.
    _server(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user", name
    )
    _server(f'DROP DATABASE IF EXISTS "{name}"')


def _server(statement: str, *values: str) -> None:
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True  # CREATE and DROP DATABASE can't run inside a transaction
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
    connection.close()


def _filestore(name: str) -> Path:
    from odoo.tools import config

    return Path(config.filestore(name))
