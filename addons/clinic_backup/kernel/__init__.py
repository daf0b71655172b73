"""Backup and restore of a clinic's database and files; nothing in here needs Odoo, or a database that is whole."""

from .backup import Backup, Places
from .errors import BackupError
from .invariants import broken
from .postgres import Postgres
from .restic import Repository
from .restore import Restore

__all__ = ["Backup", "BackupError", "Places", "Postgres", "Repository", "Restore", "broken"]
