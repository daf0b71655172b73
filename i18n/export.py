"""Writes translation templates of installed addons: `export.py DATABASE FOLDER ADDON…`.

Run by `make i18n` inside the environment. The output depends on the addons' texts alone: dates are
left out, so that a template differs only when a text does.
"""

import io
import sys
from pathlib import Path

import odoo.init  # noqa: F401 - first of all: it fills the namespace package `odoo`
from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config
from odoo.tools.translate import trans_export

VOLATILE = (b'"POT-Creation-Date:', b'"PO-Revision-Date:')


def main(database: str, folder: str, *addons: str) -> None:
    """Export each addon that is installed and has texts."""
    config.parse_config(["--no-http", "-d", database], setup_logging=True)
    with Registry(database).cursor(readonly=True) as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        installed = env["ir.module.module"].search([("name", "in", addons), ("state", "=", "installed")])
        for name in installed.mapped("name"):
            text = _template(env, name)
            if text:
                Path(folder, f"{name}.pot").write_bytes(text)


def _template(env: Environment, addon: str) -> bytes:
    output = io.BytesIO()
    if not trans_export(None, [addon], output, "po", env):
        return b""
    lines = output.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(VOLATILE))


main(*sys.argv[1:])
