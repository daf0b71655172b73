"""Odoo, started by a file."""

from odoo.cli.command import main

if __name__ == "__main__":
    main()
