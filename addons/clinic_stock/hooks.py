from odoo.tools import SQL

from . import book
from .guards import GUARDS


def post_init_hook(env):
    """Give each warehouse that was there before its treatment-room location, and the way to it."""
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([], order="id")
    warehouses._create_treatment_locations()
    warehouses.filtered("active")._activate_internal_transfers()


def uninstall_hook(env):
    """Take the guards away, which know columns that go with this addon."""
    for name, (table, *_function) in GUARDS.items():
        env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", SQL.identifier(name), SQL.identifier(table)))
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s()", SQL.identifier(name)))
    book.take_away(env.cr)
