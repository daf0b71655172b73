"""`odoo consent verify -d DATABASE [NUMBER …]`: whether consents are as they were signed, for who runs the server."""

import sys
from contextlib import ExitStack

from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config

USAGE = "Usage: odoo consent verify -d DATABASE [NUMBER …]"


class Consent(Command):
    """Verify the consents of a clinic: hashes, signatures, PDFs, seals and the chain that holds them"""

    def run(self, args):
        """Verify all consents, or those whose numbers are given, and exit with 1 where something is wrong."""
        if not args or args[0] != "verify":
            sys.exit(USAGE)
        numbers = []
        while args[-1].isdecimal() and args[-2] not in ("-d", "--database", "-c", "--config"):
            numbers.append(int(args.pop()))
        config.parse_config([*args[1:], "--no-http", "--max-cron-threads=0"], setup_logging=True)
        names = config["db_name"] if isinstance(config["db_name"], list) else [config["db_name"]]
        if len(names) != 1 or not names[0]:
            sys.exit(USAGE)
        with ExitStack() as stack:
            cr = stack.enter_context(Registry(names[0]).cursor())
            from odoo.api import SUPERUSER_ID, Environment

            result = self._verify(Environment(cr, SUPERUSER_ID, {})["clinic.consent"], numbers)
            sys.stdout.write(f"{result['text']}\n")
            sys.exit(int(not result["ok"]))

    def _verify(self, consents, numbers):
        if not numbers:
            return consents.verify()
        chosen = consents.browse(numbers).exists()
        if missing := set(numbers) - set(chosen.ids):
            sys.exit(f"There is no consent {', '.join(map(str, sorted(missing)))}.")
        return chosen._verify_chosen()
