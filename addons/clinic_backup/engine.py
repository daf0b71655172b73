"""What `odoo backup` does, put together of the kernel and this installation's configuration."""

import configparser
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from odoo.tools import config, file_path

from odoo.addons.clinic_vault import configuration as vault

from . import configuration
from .kernel import Backup, BackupError, Restore
from .kernel.backup import alone

SCRATCH = "_drill"
# Of how many attachments a drill computes the hash, and how many photos and documents it opens.
SAMPLE = 500
# What gives the logs to a role of their own.
LOG_SQL = ("clinic/sql/log.sql", "clinic/sql/log_owner.sql")


def quiet(text):
    """Say nothing."""


def back_up(database, say=quiet):
    """Store ``database`` with its files; return what the kernel returns.

    :raises BackupError: when nothing was stored
    """
    places = configuration.places(database)
    return Backup(database, configuration.postgres(), places, configuration.repository(), say).run()


def backups(database):
    """Return the backups of ``database``, the latest first."""
    return configuration.repository().backups(database)


def latest(database):
    """Return the number of the latest backup of ``database``.

    :raises BackupError: when there is none
    """
    found = backups(database)
    if not found:
        raise BackupError("missing", f"There is no backup of {database}.")
    return found[0]["id"]


def drill(database, backup=None, say=quiet, meddle=None):
    """Restore a backup of ``database``, the latest one if none is named, beside the clinic, try it, and drop it.

    :param meddle: called with the name of the restored database before it is compared, by tests
    :return: {"id", "problems", "figures", "made_at", "seconds", "steps" {step: seconds}, "size"}
    :raises BackupError: when it cannot be restored at all
    """
    begun, steps = time.monotonic(), Steps(say)
    postgres, repository = configuration.postgres(), configuration.repository()
    places = configuration.places(database)
    scratch, folder = f"{database}{SCRATCH}", places.work / "drill"
    with alone(places.work):
        repository.ensure()
        backup = backup or latest(database)
        restore = Restore(postgres, repository, folder, steps)
        try:
            postgres.drop(scratch)
            manifest = restore.fetch(backup)
            restore.load(manifest, scratch, _log_statements())
            if meddle:
                meddle(scratch)
            problems = [*restore.compare(manifest, scratch), *restore.compare_files(manifest, SAMPLE)]
            steps("Odoo, on the copy")
            problems += _probe(database, scratch, restore, manifest)
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        finally:
            steps("dropping the copy")
            postgres.drop(scratch)
            shutil.rmtree(folder, ignore_errors=True)
    return {
        "id": backup,
        "problems": problems,
        "figures": manifest["facts"]["figures"],
        "made_at": manifest["made_at"],
        "size": size,
        "steps": steps.taken(),
        "seconds": round(time.monotonic() - begun, 1),
    }


def restore(database, backup=None, origin=None, say=quiet):
    """Bring a backup back as ``database`` to a machine that has no such clinic; return what the kernel returns.

    :param origin: the name of the database that was stored, if it is to have another one now
    :raises BackupError: when it cannot be restored, or something would be overwritten
    """
    places, repository = configuration.places(database), configuration.repository()
    with alone(places.work):
        repository.ensure()
        backup = backup or latest(origin or database)
        kernel = Restore(configuration.postgres(), repository, places.work / "restore", say)
        return kernel.bring_back(backup, database, places, _log_statements())


def check(database, say=quiet):
    """Read everything that is stored.

    :raises BackupError: where it is not whole
    """
    repository = configuration.repository()
    with alone(configuration.places(database).work):
        repository.ensure()
        say("everything that is stored")
        repository.check()


class Steps:
    """Says each step, and how long the one before has taken."""

    def __init__(self, say):
        self.say, self.last, self.seconds = say, None, {}

    def __call__(self, text):
        self._end()
        self.last = (text, time.monotonic())
        self.say(text)

    def _end(self):
        if self.last:
            text, begun = self.last
            self.seconds[text] = round(self.seconds.get(text, 0) + time.monotonic() - begun, 1)

    def taken(self):
        """Return {step: seconds}."""
        self._end()
        self.last = None
        return self.seconds


def _log_statements():
    return [Path(file_path(name)).read_text() for name in LOG_SQL]


def _probe(database, scratch, restore, manifest):
    """Have an Odoo of its own open the copy, with its files alone; return what is wrong, in words."""
    with tempfile.TemporaryDirectory() as folder:
        rc = Path(folder) / "odoo.conf"
        rc.touch(mode=0o600)
        rc.write_text(_configuration(scratch, Path(folder) / "data"))
        for name, target in (("filestore", "filestore"), ("vault", "clinic_vault")):
            origin = restore.place(manifest, name)
            (Path(folder) / "data" / target).mkdir(parents=True)
            if origin and origin.is_dir():
                (Path(folder) / "data" / target / scratch).symlink_to(origin)
        done = subprocess.run(
            [sys.executable, "-m", "odoo", "backup", "probe", "--config", str(rc), "--database", scratch],
            env={**os.environ, "ODOO_RC": str(rc), "CLINIC_BACKUP_OF": database},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    lines = done.stdout.strip().splitlines()
    try:
        return json.loads(lines[-1])
    except (IndexError, ValueError):
        said = " · ".join(done.stderr.strip().splitlines()[-2:])
        return [f"Odoo does not open the copy: {said[:400]}"]


def _configuration(scratch, data):
    """Return the text of this installation's configuration, for the copy: with other folders, and nothing scheduled."""
    parser = configparser.RawConfigParser(strict=False)
    parser.read([config["config"] or ""])
    for section in ("options", "clinic"):
        if not parser.has_section(section):
            parser.add_section(section)
    for name, value in {
        "data_dir": data,
        "db_name": scratch,
        "dbfilter": f"^{scratch}$",
        "max_cron_threads": 0,
        "addons_path": ",".join(str(path) for path in config["addons_path"]),
    }.items():
        parser.set("options", name, str(value))
    parser.set("clinic", "vault_key", str(vault.key_file()))
    if vault.option("vault"):
        parser.set("clinic", "vault", str(data / "clinic_vault"))
    with tempfile.TemporaryFile("w+") as text:
        parser.write(text)
        text.seek(0)
        return text.read()
