"""`odoo vault check|rotate|status -d DATABASE`: what lies in the vault, told to whoever runs the server."""

import sys
from contextlib import ExitStack

from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class Vault(Command):
    """Check the stored files of a clinic, or wrap their keys by the current key of the key file"""

    def run(self, args):
        """Do the one of ``check``, ``rotate`` and ``status`` that is named first; 1 where something is wrong."""
        if not args or args[0] not in ("check", "rotate", "status"):
            sys.exit("Usage: odoo vault check|rotate|status -d DATABASE")
        config.parse_config([*args[1:], "--no-http", "--max-cron-threads=0"], setup_logging=True)
        [name] = config["db_name"] if isinstance(config["db_name"], list) else [config["db_name"]]
        with ExitStack() as stack:
            cr = stack.enter_context(Registry(name).cursor())
            from odoo.api import SUPERUSER_ID, Environment

            files = Environment(cr, SUPERUSER_ID, {})["clinic.vault.file"]
            sys.exit(getattr(self, f"_{args[0]}")(files))

    def _check(self, files):
        found = files._check()
        files.env.cr.commit()
        for key, count in found.items():
            sys.stdout.write(f"{key}: {count}\n")
        return int(bool(found["missing"] or found["altered"] or found["key"]))

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
