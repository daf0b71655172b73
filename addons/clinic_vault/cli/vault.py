"""`odoo vault check|rotate|status|adopt -d DATABASE`: what is in the vault, for the person who runs the server."""

import sys
from contextlib import ExitStack

from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config

from ..kernel import VaultError

ACTIONS = ("check", "rotate", "status", "adopt")
USAGE = "Usage: odoo vault check [--delete] | rotate | status | adopt -d DATABASE"


class Vault(Command):
    """Check the stored files of a clinic, or wrap their keys by the current key of the key file"""

    def run(self, args):
        """Do what is named first, one of ``ACTIONS``; 1 if something is wrong."""
        if not args or args[0] not in ACTIONS:
            sys.exit(USAGE)
        self.delete = "--delete" in args
        words = [word for word in args[1:] if word != "--delete"]
        config.parse_config([*words, "--no-http", "--max-cron-threads=0"], setup_logging=True)
        names = config["db_name"] if isinstance(config["db_name"], list) else [config["db_name"]]
        if len(names) != 1 or not names[0]:
            sys.exit(USAGE)
        with ExitStack() as stack:
            cr = stack.enter_context(Registry(names[0]).cursor())
            from odoo.api import SUPERUSER_ID, Environment

            files = Environment(cr, SUPERUSER_ID, {})["clinic.vault.file"]
            try:
                sys.exit(getattr(self, f"_{args[0]}")(files))
            except VaultError as error:
                sys.exit(str(error))

    def _check(self, files):
        # A batch at a time: what was found stays found when this is interrupted.
        found = files._check(commit=True, delete=self.delete)
        files.env.cr.commit()
        for key, count in found.items():
            sys.stdout.write(f"{key}: {count}\n")
        return int(any(found[key] for key in ("missing", "altered", "key", "kept")))

    def _rotate(self, files):
        left = files._rotate(commit=True)
        sys.stdout.write(f"left under an old key: {left}\n")
        return int(bool(left))

    def _status(self, files):
        for key_id, count in files._read_group([], ["key_id"], ["__count"]):
            sys.stdout.write(f"key {key_id}: {count} files\n")
        current = files._vault().keyring.current.hex()
        sys.stdout.write(f"current key: {current}\n")
        return 0

    def _adopt(self, files):
        files._adopt()
        sys.stdout.write("The storage belongs to this database now. “odoo vault check” finds what is missing.\n")
        return 0
