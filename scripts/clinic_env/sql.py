"""Statements for PostgreSQL, run by the environment's own psycopg2.

As a module it is imported by the commands; as a program (`python sql.py`) it runs inside the virtual
environment, reads {"database", "statements"} as JSON and answers with the rows of the last statement.
So neither psql nor a driver for the system's Python is needed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from clinic_env.settings import Failure, Settings


def run(settings: Settings, server: dict[str, str], database: str, *statements: tuple) -> list[list]:
    """Run (text, values…) statements one by one, each committed at once; rows of the last."""
    question = json.dumps({"database": database, "statements": statements})
    answer = subprocess.run(
        [settings.python, Path(__file__)],
        input=question,
        env={**os.environ, **server, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise Failure(f"Database {database}: {answer.stderr.strip().splitlines()[-1]}")
    return json.loads(answer.stdout)


def _main() -> None:
    import psycopg2

    question = json.load(sys.stdin)
    connection = psycopg2.connect(dbname=question["database"])
    connection.autocommit = True  # CREATE DATABASE can't run inside a transaction
    rows = []
    with connection.cursor() as cursor:
        for text, *values in question["statements"]:
            cursor.execute(text, values or None)
            rows = cursor.fetchall() if cursor.description else []
    connection.close()
    json.dump(rows, sys.stdout, default=str)


if __name__ == "__main__":
    _main()
