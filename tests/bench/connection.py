"""Odoo's registries in a script."""

from contextlib import contextmanager

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.module import initialize_sys_path
from odoo.modules.registry import Registry
from odoo.tools import config


def start() -> None:
    """Make the addons importable, as a server without workers would."""
    config.parse_config(["--workers=0", "--max-cron-threads=0", "--log-level=error"])
    initialize_sys_path()


@contextmanager
def environment(database: str, **context):
    """An environment of the superuser; its changes are committed at the end."""
    with Registry(database).cursor() as cr:
        yield Environment(cr, SUPERUSER_ID, context)
