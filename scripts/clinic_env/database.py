"""Makes, updates, clones and drops databases; a database has its name only once it is complete."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

from clinic_env import odoo, process, sql, step
from clinic_env.settings import Failure, Settings

_CREATE = """CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING 'UTF8'"""
# DROP … WITH (FORCE) is refused while PostgreSQL itself (autovacuum) is in the database; a plain one ends that, too.
_LEAVE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
_SCRATCH = "__new"
# The logs' schema and whose it is, in this order; a superuser runs them before Odoo comes.
_LOGS = ("log.sql", "log_owner.sql")
# Folders of an addon that no database depends on.
_UNINSTALLED = {"tests", "__pycache__", "readme"}


def addon_hashes() -> dict[str, str]:
    """A hash of each addon's code and data: what a database was made from."""
    return {path.parent.name: _hash(path.parent) for path in sorted(odoo.ADDONS.glob("*/__manifest__.py"))}


def _hash(addon: Path) -> str:
    # Links are followed: the demo clinic's catalogue is one.
    walk = os.walk(addon, followlinks=True)
    files = sorted(Path(folder, name) for folder, _folders, names in walk for name in names)
    parts = [(path.relative_to(addon), path) for path in files]
    kept = [(name, path) for name, path in parts if not _UNINSTALLED & set(name.parts) and name.suffix != ".pot"]
    return step.digest([path for _name, path in kept], *(str(name) for name, _path in kept))


class Databases:
    """The databases of one server."""

    def __init__(self, settings: Settings, server: dict[str, str]):
        self.settings = settings
        self.server = server

    def _server_run(self, *statements: tuple) -> list[list]:
        return sql.run(self.settings, self.server, "postgres", *statements)

    def names(self, prefix: str = "") -> list[str]:
        """The databases whose name starts so."""
        rows = self._server_run(("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", prefix))
        return [row[0] for row in rows]

    def exists(self, name: str) -> bool:
        """Whether there is a database of exactly this name."""
        return name in self.names(name)

    def drop(self, *names: str) -> None:
        """Delete databases and their filestores, also while somebody is connected."""
        for name in names:
            self._server_run((_LEAVE, name), (f'DROP DATABASE IF EXISTS "{name}"',))
            step.remove(odoo.filestore(self.settings, name))
            step.remove(odoo.vault(self.settings, name))
            # Another database of this name begins its logs from the start.
            odoo.checkpoints(self.settings, name).unlink(missing_ok=True)

    def clone(self, origin: str, target: str) -> None:
        """Copy a database that nobody is connected to, with its filestore."""
        self.drop(target)
        self._server_run((_CREATE.format(name=target, template=origin),))
        odoo.copy_files(self.settings, origin, target)

    def made_from(self, name: str) -> dict[str, str]:
        """The addon hashes a database carries in its comment."""
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        rows = self._server_run((query, name))
        try:
            return json.loads(rows[0][0])
        except (TypeError, IndexError, ValueError):
            return {}

    def _remember(self, name: str, hashes: dict[str, str]) -> None:
        self._server_run((f'COMMENT ON DATABASE "{name}" IS %s', json.dumps(hashes)))

    def protect_logs(self, name: str) -> None:
        """Have the clinic's logs belong to a role of their own, which Odoo's role is no member of.

        On somebody else's server nobody knows the superuser: Odoo then says in its alarms what is missing.
        """
        if self.settings.external_server:
            return
        statements = [((odoo.ADDONS / "clinic" / "sql" / file).read_text(),) for file in _LOGS]
        sql.run(self.settings, {**self.server, "PGUSER": "postgres"}, name, *statements, ("SELECT 1",))

    def create(self, name: str, addons: tuple[str, ...], text: str) -> None:
        """Install addons into a new database; it gets its name as the very last thing."""
        scratch = name + _SCRATCH
        hashes = addon_hashes()
        with step.step(text):
            self.drop(scratch, name)
            self._server_run((_CREATE.format(name=scratch, template="template0") + " LC_COLLATE 'C'",))
            self.protect_logs(scratch)
            self.odoo(scratch, "-i", ",".join(addons), log=f"create-{name}.log")
            self._check_installed(scratch, addons)
            self._remember(scratch, hashes)
            for folder in (odoo.filestore, odoo.vault):
                if folder(self.settings, scratch).is_dir():
                    folder(self.settings, scratch).rename(folder(self.settings, name))
            self._server_run((f'ALTER DATABASE "{scratch}" RENAME TO "{name}"',))

    def update(self, name: str, addons: tuple[str, ...], *, force: bool = False) -> None:
        """Bring a database to the addons' present code, touching those that changed."""
        hashes, before = addon_hashes(), self.made_from(name)
        installed = self._installed(name)
        changed = [addon for addon in hashes if addon in installed and (force or before.get(addon) != hashes[addon])]
        missing = [addon for addon in (*addons, *_new_glue(hashes, before, installed)) if addon not in installed]
        if not changed and not missing:
            return
        words = [*(("-u", ",".join(changed)) if changed else ()), *(("-i", ",".join(missing)) if missing else ())]
        with step.step(f"update of database {name}: {', '.join([*changed, *missing])}"):
            self.protect_logs(name)
            self.odoo(name, *words, log=f"update-{name}.log")
            self._check_installed(name, addons)
            self._remember(name, hashes)

    def odoo(self, name: str, *words: str, log: str) -> None:
        """Run Odoo once on a database, without a web server."""
        options = ["-d", name, f"--db-filter=^{name}$", "--stop-after-init", "--no-http"]
        command = odoo.command(self.settings, *options, *words)
        process.quiet(command, self.settings.logs / log, env=odoo.environment(self.settings, self.server))

    def _installed(self, name: str) -> set[str]:
        query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
        return {row[0] for row in sql.run(self.settings, self.server, name, (query,))}

    def _check_installed(self, name: str, addons: tuple[str, ...]) -> None:
        """Odoo only warns of an addon that it can't find or install."""
        missing = set(addons) - self._installed(name)
        if missing:
            raise Failure(f"Not installed: {', '.join(sorted(missing))}. See the newest file in {self.settings.logs}.")


def _new_glue(hashes: dict[str, str], before: dict[str, str], installed: set[str]) -> list[str]:
    """Glue addons added since: Odoo installs those by itself only beside an installation.

    Glue to an addon of Odoo's that is not there waits until it is.
    """
    new = [addon for addon in hashes if before and addon not in before]
    return [addon for addon in new if _is_glue(addon) and _others_of(addon, hashes) <= installed]


def _manifest(addon: str) -> dict:
    return ast.literal_eval((odoo.ADDONS / addon / "__manifest__.py").read_text())


def _is_glue(addon: str) -> bool:
    return bool(_manifest(addon).get("auto_install"))


def _others_of(addon: str, hashes: dict[str, str]) -> set[str]:
    """What the addon depends on that is not ours."""
    return set(_manifest(addon)["depends"]) - hashes.keys()
