"""Where the vault of this installation is, as the configuration file says in a section that Odoo doesn't read::

    [clinic]
    vault_key = /run/secrets/vault_key
    vault = /srv/vault

``vault_key`` names the file of keys; it is outside of the data folder and the vault, so that a copy of those, or of the
database, opens nothing. ``development`` has a key made beside the data folder, for trial clinics. ``vault`` is a
folder, ``clinic_vault`` in the data folder if it is left out, or an address that fsspec knows (``s3://bucket/clinic``);
each database has a folder of its own in it. The bucket's options are in ``vault_options``, as JSON.
"""

import configparser
import functools
import json
from pathlib import Path

from odoo.tools import config

from .kernel import BucketStorage, FolderStorage, KeyFileError, Keyring, StorageError

DEVELOPMENT = "development"


def option(name, fallback=""):
    """Return what the clinic's section of the configuration file says of ``name``."""
    return _section().get(name, fallback).strip()


def options(prefix):
    """Return the names of that section that begin with ``prefix``."""
    return sorted(name for name in _section() if name.startswith(prefix))


def _section():
    parser = configparser.RawConfigParser(strict=False)
    parser.read([config["config"] or ""])
    return parser["clinic"] if parser.has_section("clinic") else {}


def key_file() -> Path:
    """Return the file of the keys; raise ``KeyFileError`` where none is named, or one beside the files."""
    named, data = option("vault_key"), Path(config["data_dir"]).resolve()
    if not named:
        raise KeyFileError(
            "Photos and documents are encrypted, and the configuration names no key file. Make one, outside of the "
            "data folder, by “openssl rand -base64 32”, keep a copy of it elsewhere, and name it in the "
            "configuration file: [clinic] vault_key = /path/to/the/file"
        )
    if named == DEVELOPMENT:
        path = data.parent / "vault.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            Keyring.make(path)
        return path
    path = Path(named).resolve()
    if fault := misplaced(path):
        raise KeyFileError(f"The key file of the vault, {path}, must be outside of {fault}.")
    return path


def misplaced(path):
    """Return in words among which files ``path`` lies, of which copies are made that must not hold a secret; or None.

    :param path: an absolute path
    """
    data = Path(config["data_dir"]).resolve()
    if path.is_relative_to(data):
        return f"the data folder, {data}"
    if "://" not in place() and path.is_relative_to(Path(place()).resolve()):
        return f"the vault, {place()}"
    return None


def keyring() -> Keyring:
    """Return the keys; raise ``KeyFileError`` when there are none."""
    path = key_file()
    try:
        facts = path.stat()
    except OSError as error:
        raise KeyFileError(f"The key file of the vault, {path}, cannot be read: {error.strerror}.") from None
    return _keyring(path, facts.st_mtime_ns, facts.st_size)


@functools.lru_cache(maxsize=4)
def _keyring(path, _changed, _size):
    return Keyring.load(path)


def storage(database):
    """Return where the sealed files of ``database`` are; raise ``StorageError`` when that cannot be used."""
    where = place()
    if "://" not in where:
        return FolderStorage(Path(where) / database)
    try:
        return _bucket(where, option("vault_options") or "{}", database)
    except Exception as error:
        # A driver that is not installed, options that are no JSON, an address that nobody knows.
        raise StorageError(f"The storage {where.partition('?')[0]} cannot be used: {error}") from error


def place() -> str:
    """Return the folder or address of the vault, in which each database has a folder of its own."""
    return option("vault") or str(Path(config["data_dir"]) / "clinic_vault")


@functools.lru_cache(maxsize=4)
def _bucket(place, options, database):
    import fsspec

    filesystem, root = fsspec.core.url_to_fs(place, use_listings_cache=False, **json.loads(options))
    return BucketStorage(filesystem, f"{root}/{database}")
