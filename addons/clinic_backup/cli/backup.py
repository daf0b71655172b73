"""`odoo backup …`: for the person who runs the server, and for the timer that runs it every night."""

import argparse
import json
import sys
import time
from contextlib import contextmanager

from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config

ACTIONS = {
    "now": "store the clinic as it is now",
    "drill": "restore a backup beside the clinic, compare it, and drop it",
    "check": "read everything that is stored, and whether it is whole",
    "list": "show the backups, the latest first",
    "restore": "bring a backup back to a machine without the clinic",
    "due": "do what is due: what was asked for, the backup of this night, its drill",
    "serve": "do what is due, again and again",
    "probe": "open a restored copy, for the drill",
}
# Between two looks at what is due, in seconds.
PAUSE = 20


class Backup(Command):
    """Back up a clinic, try its backups by restoring them, or bring one back"""

    def run(self, args):
        """Do what is named first; exit with 1 where something is wrong, with 2 where the call is."""
        asked = self._parse(args)
        from odoo.addons.clinic_backup.kernel import BackupError  # can be imported once Odoo knows its addons

        try:
            sys.exit(getattr(self, f"_{asked.action}")(asked))
        except BackupError as error:
            sys.exit(str(error))
        except KeyboardInterrupt:
            sys.exit(130)

    def _parse(self, args):
        parser = argparse.ArgumentParser(prog="odoo backup", description=self.__doc__)
        actions = parser.add_subparsers(dest="action", required=True)
        for name, text in ACTIONS.items():
            action = actions.add_parser(name, help=text, description=text)
            action.add_argument("-d", "--database", help="the clinic's database")
            action.add_argument("-c", "--config", help="the configuration file")
            if name in ("drill", "restore"):
                action.add_argument("--backup", help="its number; the latest one if left out")
            if name == "restore":
                action.add_argument(
                    "--from", dest="origin", help="the database that was stored, if it had another name"
                )
        asked = parser.parse_args(args)
        options = [f"--{name}={getattr(asked, name)}" for name in ("database", "config") if getattr(asked, name)]
        config.parse_config([*options, "--no-http", "--max-cron-threads=0"], setup_logging=True)
        names = config["db_name"] if isinstance(config["db_name"], list) else [config["db_name"]]
        if len(names) != 1 or not names[0]:
            parser.error("name one database: -d DATABASE")
        [asked.database] = names
        return asked

    def _say(self, text):
        print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)

    @contextmanager
    def _environment(self, database):
        from odoo.api import SUPERUSER_ID, Environment

        with Registry(database).cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    # -- what the app shows, too --------------------------------------------------------------------------------------

    def _now(self, asked):
        return self._perform(asked, "backup")

    def _drill(self, asked):
        return self._perform(asked, "drill", asked.backup)

    def _check(self, asked):
        return self._perform(asked, "check")

    def _perform(self, asked, kind, backup=None):
        with self._environment(asked.database) as env:
            row = env["clinic.backup"]._perform(kind, backup=backup, say=self._say)
            print(row._as_text())
            return int(row.state != "done")

    def _due(self, asked):
        with self._environment(asked.database) as env:
            rows = env["clinic.backup"]._perform_due(say=self._say)
            return int(any(row.state != "done" for row in rows))

    def _serve(self, asked):
        from odoo.addons.clinic_backup.kernel import BackupError

        while True:
            try:
                self._due(asked)
            except BackupError as error:
                self._say(str(error))
            time.sleep(PAUSE)

    # -- what needs no database ---------------------------------------------------------------------------------------

    def _list(self, asked):
        from odoo.addons.clinic_backup import engine

        for one in engine.backups(asked.database):
            print(f"{one['id']}  {one['time'][:19].replace('T', ' ')}")
        return 0

    def _restore(self, asked):
        from odoo.addons.clinic_backup import engine

        done = engine.restore(asked.database, asked.backup, asked.origin, self._say)
        manifest = done["manifest"]
        moment = manifest["made_at"].replace("T", " ")
        print(f"\n{asked.database} is as it was at {moment} UTC; that took {done['seconds']} s.")
        for name, value in manifest["facts"]["figures"].items():
            print(f"  {name}: {value}")
        print("What was entered since then is lost: look through messages, bank and paper of that time.")
        if not done["protected"]:
            print("The logs are not protected yet: run log.sql and log_owner.sql as a superuser (protect-logs).")
        for problem in done["problems"]:
            print(f"NOT AS IT WAS STORED: {problem}")
        return int(bool(done["problems"]))

    def _probe(self, asked):
        with self._environment(asked.database) as env:
            print(json.dumps(env["clinic.backup"]._probe()))
            env.cr.rollback()
        return 0
