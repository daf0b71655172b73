"""A vault: a storage, the keys, and the database that they belong to."""

import secrets

from . import envelope
from .errors import Missing, Unmarked, WrongStorage
from .storage import MARKER, TEMPORARY, TRASH

GARBAGE_AGE = 24 * 3600
TRASH_AGE = 30 * 24 * 3600
MARKER_TEXT = "This vault belongs to the database with the parameter clinic_vault.database:\n"


class Vault:
    """Stores and opens the files of one database.

    :param storage: see ``storage``
    :param keyring: a ``Keyring``
    :param database: what distinguishes this database from all others, and is copied along with it
    """

    def __init__(self, storage, keyring, database):
        self.storage, self.keyring, self.database = storage, keyring, database

    def _place(self, owner, variant):
        return f"{self.database}/{owner}/{variant}"

    # -- whose storage it is ------------------------------------------------------------------------------------------

    def verify(self) -> None:
        """Raise unless the storage says that it belongs to this database.

        A disk that is not mounted is an empty folder, and after another restore the folder may be another database's:
        in both of them nothing is missing, and nothing is garbage.
        """
        try:
            found = self.storage.get(MARKER).decode(errors="replace").strip().rpartition("\n")[2]
        except Missing:
            raise Unmarked(
                "The storage does not say which database it belongs to: is its disk mounted, its address right? "
                "If it is the right one, “odoo vault adopt -d DATABASE” takes it."
            ) from None
        if found != self.database:
            raise WrongStorage(
                f"The storage belongs to another database, {found}; this one is {self.database}. Name another folder "
                "in the configuration, or restore the database that belongs to it."
            )

    def mark(self) -> None:
        """Have the storage say that it belongs to this database."""
        self.storage.put(MARKER, f"{MARKER_TEXT}{self.database}\n".encode())

    def is_empty(self) -> bool:
        """Return whether there is no file in the storage."""
        return next(iter(self.storage.names()), None) is None

    # -- files --------------------------------------------------------------------------------------------------------

    def put(self, owner, variant, data) -> tuple[str, int]:
        """Store ``data`` as the ``variant`` of ``owner``; return the name of the file and its size."""
        name = secrets.token_hex(20)
        blob = envelope.seal(data, self._place(owner, variant), self.keyring)
        self.storage.put(name, blob)
        return name, len(blob)

    def get(self, name, owner, variant) -> bytes:
        """Return what ``put`` stored; raise a ``VaultError`` when that cannot be."""
        try:
            blob = self.storage.get(name)
        except Missing:
            # Of a storage that is not ours nothing can be missing.
            self.verify()
            raise
        return envelope.unseal(blob, self._place(owner, variant), self.keyring)

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
        :param age: how old, in seconds, what nobody knows must be to be garbage: younger files may be just uploading
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

    # -- the trash ----------------------------------------------------------------------------------------------------

    def throw_away(self, name, now) -> None:
        """Move garbage to the trash, from where ``bring_back`` fetches it; half a file is of use to nobody."""
        if name.startswith(TEMPORARY):
            self.storage.delete(name)
        else:
            self.storage.move(name, f"{TRASH}{int(now)}-{name}")

    def bring_back(self, names) -> set:
        """Move those of ``names`` that are in the trash to their places; return them."""
        back = set()
        for stored in list(self.storage.names(trash=True)) if names else ():
            name = stored.name.rpartition("-")[2]
            if name in names - back:
                self.storage.move(stored.name, name)
                back.add(name)
        return back

    def empty_trash(self, now, age=TRASH_AGE) -> int:
        """Destroy what has been in the trash for ``age`` seconds; return how many files."""
        old = [stored.name for stored in self.storage.names(trash=True) if now - int(stored.name.split("-")[1]) >= age]
        for name in old:
            self.storage.delete(name)
        return len(old)
