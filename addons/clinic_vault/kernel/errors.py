"""What can be wrong with a sealed file. The texts name no key and no content."""


class VaultError(Exception):
    """A file cannot be stored or opened."""

    kind = "unknown"


class Missing(VaultError):
    """There is no such file."""

    kind = "missing"


class Altered(VaultError):
    """It is not what was written, or is in the place of another file."""

    kind = "altered"


class KeyMissing(VaultError):
    """The key by which it was sealed is not in the key file."""

    kind = "key"


class KeyFileError(VaultError):
    """The key file is not there, cannot be read, or holds no key."""

    kind = "key_file"


class StorageError(VaultError):
    """The storage does not take or give anything: no room, no right, no connection."""

    kind = "storage"


class Unmarked(StorageError):
    """Nothing in the storage says which database it belongs to."""


class WrongStorage(StorageError):
    """The storage belongs to another database."""
