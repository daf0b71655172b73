import fcntl
import hashlib
import json
import os
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from .facts import gather

# While somebody holds it in the clinic's database, nothing of its files is deleted as garbage.
LOCK = 4_207_117_003
MANIFEST, DUMP = "manifest.json", "database.dump"
FORMAT = 1
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Places:
    """Where the files of a clinic are.

    ``vault`` is None where its files lie in a bucket; ``checkpoints``, one file, where none are written. ``work`` is
    for what is made on the way; there is room for the database in it.
    """

    filestore: Path
    vault: Path | None
    checkpoints: Path | None
    work: Path

    def stored(self):
        """Return {name: path} of what is stored, folders and files; restic would store a link as a link."""
        named = {"filestore": self.filestore, "vault": self.vault, "checkpoints": self.checkpoints}
        return {name: path.resolve() for name, path in named.items() if path}


def digest(path):
    """Return the SHA-256 of a file, in hexadecimal digits."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


@contextmanager
def alone(folder):
    """Wait until nobody else backs up, restores or drills with the ``folder``, and keep others waiting.

    A process that is killed lets go of it.
    """
    with _lock(folder) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_at_work(folder):
    """Return whether a process backs up, restores or drills with the ``folder`` at this moment."""
    with _lock(folder) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _lock(folder):
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return (folder / "lock").open("a")


class Backup:
    """Stores a clinic: the database first and the files then, which so can only be more than it knows.

    :param database: its name
    :param postgres: the server it is on
    :param say: called with each step, in words
    """

    def __init__(self, database, postgres, places, repository, say=lambda text: None):
        self.database, self.postgres, self.places, self.repository = database, postgres, places, repository
        self.say = say

    def run(self):
        """Store the clinic as it is now; return what is to be known of it.

        "id", "made_at" (ISO, UTC), "seconds", "dump" and "size" and "added" (bytes), "files", "figures", and
        "problems": in words what is wrong with what was stored, such as files that the database knows and that are
        missing.

        :raises BackupError: when nothing was stored
        """
        begun = time.monotonic()
        with alone(self.places.work), closing(self.postgres.connect(self.database)) as keeper:
            self.say("the place of the backups")
            self.repository.ensure()
            self._pause_deletion(keeper)
            folder = self.places.work / "current"
            folder.mkdir(mode=0o700, exist_ok=True)
            try:
                manifest = self._dump(folder)
                self.say("the files")
                stored = self.repository.store([folder, *self._present()], self.database)
                problems = self._missing(manifest, keeper)
                size = (folder / DUMP).stat().st_size
            finally:
                for name in (DUMP, MANIFEST):
                    (folder / name).unlink(missing_ok=True)
            self.say("what is too old")
            self.repository.forget(self.database)
        return {
            **stored,
            "dump": size,
            "made_at": manifest["made_at"],
            "figures": manifest["facts"]["figures"],
            "problems": problems,
            "seconds": round(time.monotonic() - begun, 1),
        }

    def _pause_deletion(self, keeper):
        """Have the garbage of the files wait, as long as the connection ``keeper`` is open."""
        keeper.autocommit = True
        with keeper.cursor() as cursor:
            # Who deletes garbage at this moment ends soon.
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])

    def _dump(self, folder):
        """Dump the database to ``folder``, with a manifest of what it knows at that moment; return the manifest."""
        with closing(self.postgres.connect(self.database)) as link:
            link.set_session(isolation_level="REPEATABLE READ", readonly=True)
            with link.cursor() as cursor:
                cursor.execute("SELECT pg_export_snapshot()")
                [snapshot] = cursor.fetchone()
                self.say("the database")
                self.postgres.dump(self.database, snapshot, folder / DUMP)
                self.say("its counts and sums")
                manifest = {
                    "format": FORMAT,
                    "database": self.database,
                    "made_at": datetime.now(timezone.utc).replace(tzinfo=None).isoformat(timespec="seconds"),
                    "dump": {"sha256": digest(folder / DUMP)},
                    "places": {name: str(path) for name, path in self.places.stored().items()},
                    "modules": self._modules(cursor),
                    "files": self._files(cursor),
                    "facts": gather(cursor),
                }
        (folder / MANIFEST).write_text(json.dumps(manifest))
        return manifest

    def _modules(self, cursor):
        cursor.execute("SELECT name, latest_version FROM ir_module_module WHERE state = 'installed' ORDER BY name")
        return dict(cursor.fetchall())

    def _files(self, cursor):
        """Return {place: {name: size}} of the files that the database knows."""
        # What has an address lies in a bucket, not in the filestore.
        cursor.execute(
            "SELECT store_fname, max(file_size) FROM ir_attachment WHERE store_fname NOT LIKE '%://%' GROUP BY 1"
        )
        known = {"filestore": dict(cursor.fetchall())}
        cursor.execute("SELECT to_regclass('clinic_vault_file') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT name, size FROM clinic_vault_file")
            known["vault"] = dict(cursor.fetchall())
        return known

    def _present(self):
        return [folder for folder in self.places.stored().values() if folder.exists()]

    def _missing(self, manifest, keeper):
        """Return in words which files are missing that the database knew; one that was erased meanwhile is not."""
        problems = []
        for place, folder in self.places.stored().items():
            known = manifest["files"].get(place, {})
            names = [name for name in known if not file_of(place, folder, name).is_file()]
            if place == "vault" and names:
                with keeper.cursor() as cursor:
                    cursor.execute("SELECT name FROM clinic_vault_file WHERE name = ANY(%s)", [names])
                    names = [name for (name,) in cursor.fetchall()]
            if names:
                problems.append(f"{len(names)} files are missing from the {place}, the first one is {sorted(names)[0]}")
        if self.places.vault is None and manifest["files"].get("vault"):
            problems.append("the photos and documents lie in a bucket and are no part of this backup")
        return problems


def file_of(place, folder, name):
    """Return where the file ``name`` of ``place`` lies in ``folder``."""
    return folder / name[:2] / name[2:4] / name if place == "vault" else folder / name


def free_bytes(folder):
    """Return how much room there is where ``folder`` is, or will be."""
    while not folder.exists():
        folder = folder.parent
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
