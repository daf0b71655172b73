"""The vault in plain Python, without Odoo: sealed files, their keys, and where they lie."""

from .errors import Altered, KeyFileError, KeyMissing, Missing, StorageError, Unmarked, VaultError, WrongStorage
from .keyring import Keyring, make_secret
from .storage import BucketStorage, FolderStorage
from .vault import Vault

__all__ = [
    "Altered",
    "BucketStorage",
    "FolderStorage",
    "KeyFileError",
    "KeyMissing",
    "Keyring",
    "Missing",
    "StorageError",
    "Unmarked",
    "Vault",
    "VaultError",
    "WrongStorage",
    "make_secret",
]
