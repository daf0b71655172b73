"""A vault: a storage, the keys, and the database that they belong to."""

import secrets

from . import envelope

GARBAGE_AGE = 24 * 3600


class Vault:
    """Stores and opens the files of one database.

    :param storage: see ``storage``
    :param keyring: a ``Keyring``
    :param database: what tells this database from all others, and goes along when it is copied
    """

    def __init__(self, storage, keyring, database):
        self.storage, self.keyring, self.database = storage, keyring, database

    def _place(self, owner, variant):
        return f"{self.database}/{owner}/{variant}"

    def put(self, owner, variant, data) -> tuple[str, int]:
        """Store ``data`` as the ``variant`` of ``owner``; return the name of the file and its size."""
        name = secrets.token_hex(20)
        blob = envelope.seal(data, self._place(owner, variant), self.keyring)
        self.storage.put(name, blob)
        return name, len(blob)

    def get(self, name, owner, variant) -> bytes:
        """Return what ``put`` stored; raise a ``VaultError`` when that cannot be."""
        return envelope.unseal(self.storage.get(name), self._place(owner, variant), self.keyring)

    def rewrap(self, name, owner, variant) -> None:
        """Wrap the data key of a file by the current key, if another one does."""
        blob = self.storage.get(name)
        if envelope.key_id_of(blob) != self.keyring.current:
            self.storage.put(name, envelope.rewrap(blob, self._place(owner, variant), self.keyring))

    def delete(self, name) -> None:
        """Destroy the data key of a file, and the file."""
        self.storage.delete(name)

    def compare(self, known, now, age=GARBAGE_AGE):
        """Compare the storage with ``known``, {name: size}; return what is missing, altered, and garbage.

        :param now: seconds since 1970
        :param age: how old, in seconds, what nobody knows must be to be garbage: younger files may be on their way
        """
        missing, altered, garbage = set(known), set(), set()
        for stored in self.storage.names():
            missing.discard(stored.name)
            if stored.name not in known:
                if now - stored.changed >= age:
                    garbage.add(stored.name)
            elif stored.size != known[stored.name]:
                altered.add(stored.name)
        return missing, altered, garbage
