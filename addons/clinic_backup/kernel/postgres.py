import os
import shutil
import subprocess
from contextlib import closing

import psycopg2
from psycopg2 import sql

from .errors import BackupError


class Postgres:
    """A server, as the role that dumps and restores; a superuser keeps the clinic's logs out of Odoo's hands.

    :param environment: libpq's variables, PGHOST and so on
    :param owner: the role of Odoo, which owns the clinic's database
    """

    def __init__(self, environment, owner):
        self.environment, self.owner = environment, owner

    def connect(self, database="postgres"):
        """Return a connection; the caller closes it.

        :raises BackupError: when the server does not answer
        """
        words = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        known = {name: self.environment[word] for name, word in words.items() if self.environment.get(word)}
        try:
            return psycopg2.connect(dbname=database, sslmode=self.environment.get("PGSSLMODE") or "prefer", **known)
        except psycopg2.OperationalError as error:
            raise BackupError("database", f"The database {database} does not answer: {str(error).strip()}") from error

    def _program(self, name, *words):
        environment = {**os.environ, **self.environment}
        program = shutil.which(name, path=environment.get("PATH", os.defpath))
        if not program:
            raise BackupError("setup", f"{name} is not installed on this machine (Debian: postgresql-client).")
        done = subprocess.run(
            [program, *(str(word) for word in words)],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            said = " · ".join(done.stderr.strip().splitlines()[-3:])
            kind = "room" if "No space left" in said or "File too large" in said else "database"
            raise BackupError(kind, f"{name} failed: {said[:600]}")

    # -- a database ---------------------------------------------------------------------------------------------------

    def dump(self, database, snapshot, path):
        """Dump ``database`` as the exported ``snapshot`` shows it to the file ``path``.

        It is not compressed: restic compresses it, and finds what has not changed since the last one.
        """
        self._program(
            "pg_dump", "--format=custom", "--compress=0", f"--snapshot={snapshot}", f"--file={path}", database
        )

    def load(self, database, path, jobs=2):
        """Make ``database`` of the dump ``path``, and have its logs belong to their own role again.

        Odoo's role is to own the rest, whatever it is called where the dump was made.
        """
        self.make(database)
        self._program(
            "pg_restore",
            "--exit-on-error",
            "--no-owner",
            "--no-acl",
            f"--role={self.owner}",
            f"--jobs={jobs}",
            f"--dbname={database}",
            path,
        )

    def protect(self, database, statements):
        """Run ``statements``, which give the clinic's logs to a role of their own; return whether that was possible."""
        with closing(self.connect(database)) as link, link, link.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            [is_superuser] = cursor.fetchone()
            if is_superuser:
                for text in statements:
                    cursor.execute(text)
            return is_superuser

    def exists(self, database):
        """Return whether there is a database of that name."""
        return bool(self._query("SELECT FROM pg_database WHERE datname = %s", database))

    def make(self, database):
        """Create ``database``, empty, as Odoo's."""
        self._do("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'", database, self.owner)

    def rename(self, database, name):
        """Give ``database`` another ``name``; nobody may be connected to it."""
        self._do("ALTER DATABASE {} RENAME TO {}", database, name)

    def drop(self, database):
        """Drop ``database``, a copy, if it is there; connections to it are ended."""
        self._query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", database)
        self._do("DROP DATABASE IF EXISTS {}", database)

    def _query(self, text, *values):
        with closing(self.connect()) as link, link, link.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    def _do(self, text, *names):
        with closing(self.connect()) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                try:
                    cursor.execute(sql.SQL(text).format(*map(sql.Identifier, names)))
                except psycopg2.Error as error:
                    raise BackupError("database", str(error).strip()) from error
