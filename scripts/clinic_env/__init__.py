"""Everything `make` does: builds the environment, keeps the database, runs Odoo.

Standard library only: this runs before the virtual environment exists.
"""
