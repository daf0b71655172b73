"""The keys that seal the data keys of the files."""

import base64
import binascii
import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from .errors import KeyFileError, KeyMissing

KEY_SIZE = 32
ID_SIZE = 8


def make_secret(path, data):
    """Make the file ``path`` with ``data``, unless somebody has made it; only its owner reads it."""
    path = Path(path)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    # Of two that make it at once one wins, and both have the same.
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()


class Keyring:
    """The keys of a key file: one a line, 32 bytes in base64; the last one seals, all of them open.

    A key has no name that somebody could give twice: its id is the beginning of its SHA-256.

    >>> ring = Keyring([b"a" * 32, b"b" * 32])
    >>> ring.key(ring.current) == b"b" * 32
    True
    """

    def __init__(self, keys):
        if not keys:
            raise KeyFileError("The key file of the vault holds no key.")
        self._keys = {self.id_of(key): key for key in keys}
        self.current = self.id_of(keys[-1])

    def __repr__(self):
        # Never the keys: this ends up in tracebacks.
        return f"<Keyring of {len(self._keys)}>"

    def __contains__(self, key_id):
        return key_id in self._keys

    @staticmethod
    def id_of(key) -> bytes:
        """Return the id of ``key``, which discloses nothing of it."""
        return hashlib.sha256(b"clinic vault key\0" + key).digest()[:ID_SIZE]

    def key(self, key_id) -> bytes:
        """Return the key with this id; raise ``KeyMissing`` when there is none."""
        try:
            return self._keys[key_id]
        except KeyError:
            raise KeyMissing(f"The key {key_id.hex()} is not in the key file.") from None

    @classmethod
    def load(cls, path):
        """Return the keys of the file ``path``; raise ``KeyFileError`` in words when that cannot be."""
        try:
            lines = Path(path).read_text(encoding="ascii").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise KeyFileError(f"The key file of the vault, {path}, cannot be read: {reason}.") from None
        texts = [text for line in lines if (text := line.partition("#")[0].strip())]
        return cls([cls._decode(text, path, number) for number, text in enumerate(texts, 1)])

    @staticmethod
    def _decode(text, path, number):
        try:
            key = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_SIZE:
            raise KeyFileError(
                f"Key {number} in the key file of the vault, {path}, is not 32 bytes in base64. "
                "Make one by: openssl rand -base64 32"
            )
        return key

    @staticmethod
    def make(path):
        """Make the file ``path`` with a new key, unless somebody has made it; only its owner reads it."""
        make_secret(path, base64.b64encode(secrets.token_bytes(KEY_SIZE)) + b"\n")
