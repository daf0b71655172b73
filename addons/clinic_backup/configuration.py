"""Where this installation keeps its backups, as the configuration file says in a section that Odoo doesn't read::

    [clinic]
    backup = /srv/backup
    backup_password = /run/secrets/backup_password
    backup_environment = /run/secrets/backup_environment
    backup_role = postgres
    backup_role_password = /run/secrets/postgres_password

``backup`` is a folder on another disk, or what restic calls a repository: ``sftp:user@host:/folder``,
``s3:https://host/bucket``; ``development`` is a folder beside the data folder, for trial clinics.
``backup_password`` names the file with the password that encrypts them, ``backup_environment`` one with lines
``NAME=VALUE`` (``AWS_ACCESS_KEY_ID=…``). ``backup_role`` is the role that dumps and restores, Odoo's own if it is left
out; only a superuser can give restored logs back to their own role.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from odoo.tools import config

from odoo.addons.clinic import log_checkpoint
from odoo.addons.clinic_vault import configuration as vault
from odoo.addons.clinic_vault.kernel import KeyFileError

from .kernel import BackupError, Places, Postgres, Repository
from .kernel.backup import digest

DEVELOPMENT = "development"
# Options of the section that name files which open something, besides the vault's own.
_SECRETS = {"backup_password": "Password of the backups"}
_CERTIFICATE = "consent_certificate"


class Key(NamedTuple):
    """A secret that a restored clinic needs: its name for people, its file, and the beginning of the file's SHA-256."""

    name: str
    path: Path
    fingerprint: str


def is_set_up():
    """Return whether the configuration says where backups are kept."""
    return bool(vault.option("backup"))


def repository():
    """Return where backups are kept.

    :raises BackupError: when the configuration does not say so
    """
    place = vault.option("backup")
    if not place:
        raise BackupError("setup", "The configuration does not say where backups are kept: [clinic] backup = …")
    data = Path(config["data_dir"]).resolve()
    if place == DEVELOPMENT:
        place = data.parent / "backup"
    elif place.startswith("/") and Path(place).resolve().is_relative_to(data):
        raise BackupError("setup", f"Backups must be kept outside of the data folder, {data}.")
    return Repository(place, password_file(), _environment(), cache=data / "clinic_backup" / "cache")


def password_file():
    """Return the file with the password of the backups; a trial clinic makes its own."""
    named, data = vault.option("backup_password"), Path(config["data_dir"]).resolve()
    if named:
        if fault := vault.misplaced(Path(named).resolve()):
            raise BackupError("setup", f"The password of the backups must be outside of {fault}.")
        return Path(named)
    if vault.option("backup") != DEVELOPMENT:
        raise BackupError("setup", "The configuration names no password of the backups: [clinic] backup_password = …")
    path = data.parent / "backup.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(32))
    return path


def _environment():
    named = vault.option("backup_environment")
    lines = Path(named).read_text().splitlines() if named else []
    return dict(line.strip().split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def postgres():
    """Return the server of Odoo's database, for the role that dumps and restores."""
    owner = config["db_user"] or os.environ.get("PGUSER") or "odoo"
    role, password = vault.option("backup_role"), config["db_password"]
    if role and (named := vault.option("backup_role_password")):
        password = Path(named).read_text().strip()
    known = {
        "PGHOST": config["db_host"],
        "PGPORT": config["db_port"],
        "PGUSER": role or config["db_user"],
        "PGPASSWORD": password,
        "PGSSLMODE": config["db_sslmode"],
    }
    inherited = {name: os.environ[name] for name in ("PGHOST", "PGPORT", "PGUSER") if os.environ.get(name)}
    return Postgres({**inherited, **{name: str(value) for name, value in known.items() if value}}, owner)


def places(database):
    """Return the folders of ``database``."""
    data = Path(config["data_dir"])
    found = vault.place()
    return Places(
        filestore=Path(config.filestore(database)),
        vault=None if "://" in found else Path(found) / database,
        checkpoints=log_checkpoint.file_of(database) if log_checkpoint.is_configured() else None,
        work=data / "clinic_backup" / database,
    )


def secret_keys():
    """Return the secrets without which a restored clinic opens nothing, of those that are there."""
    files = {}
    # Where one is not named yet, there is no copy of it either.
    with suppress(KeyFileError):
        files["Key of photos and documents"] = vault.key_file()
    with suppress(BackupError):
        files["Password of the backups"] = password_file()
    if named := os.environ.get(log_checkpoint.KEY):
        files["Key of the logs"] = Path(named)
    for name in vault.options(_CERTIFICATE):
        place = vault.option(name)
        files[f"Certificate of consents{name.removeprefix(_CERTIFICATE).replace('_', ' ')}"] = (
            Path(config["data_dir"]).resolve().parent / "consent.pem" if place == DEVELOPMENT else Path(place)
        )
    return [Key(name, path, digest(path)[:16]) for name, path in files.items() if path.is_file()]
