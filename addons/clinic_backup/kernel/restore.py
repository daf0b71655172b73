import hashlib
import json
import random
import shutil
import time
from contextlib import closing
from pathlib import Path

from .backup import DUMP, FORMAT, MANIFEST, digest, file_of
from .errors import BackupError
from .facts import differences, gather
from .invariants import broken

# Of a database that is called by its own name once all of it is there.
HALF = "_restoring"


class Restore:
    """Brings a backup back: to an empty machine, or for a drill beside the clinic, to a place of its own.

    :param folder: where the files of the backup are written, on the disk where they will stay
    """

    def __init__(self, postgres, repository, folder, say=lambda text: None):
        self.postgres, self.repository, self.folder, self.say = postgres, repository, Path(folder), say

    def fetch(self, backup):
        """Write the backup to the folder and return its manifest.

        :raises BackupError: when it is not there, or not whole
        """
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(mode=0o700, parents=True)
        self.say("the backup")
        self.repository.restore(backup, self.folder)
        found = list(self.folder.rglob(MANIFEST))
        if len(found) != 1:
            raise BackupError("missing", "This backup has no manifest: it is none of a clinic.")
        self.base = found[0].parent
        manifest = json.loads(found[0].read_text())
        if manifest["format"] > FORMAT:
            raise BackupError("setup", "This backup was made by a later version of the clinic suite.")
        self.say("its hashes")
        if digest(self.base / DUMP) != manifest["dump"]["sha256"]:
            raise BackupError("damaged", "The database in this backup is not what was stored.")
        return manifest

    def place(self, manifest, name):
        """Return the folder in which the files of the place ``name`` are now, which may not be there."""
        path = manifest["places"].get(name)
        return path and self.folder / Path(path).relative_to("/")

    def load(self, manifest, database, statements=()):
        """Make ``database``, which must not be there; return whether its logs are protected by ``statements``."""
        self.say("the database")
        self.postgres.load(database, self.base / DUMP)
        self.say("the owner of the logs")
        return self.postgres.protect(database, statements)

    # -- is it what was stored? ----------------------------------------------------------------------------------------

    def compare(self, manifest, database):
        """Yield in words what ``database`` has otherwise than the one that was stored, and what does not hold in it."""
        self.say("counts and sums")
        with closing(self.postgres.connect(database)) as link, link, link.cursor() as cursor:
            yield from differences(manifest["facts"], gather(cursor))
            # The copy has what the clinic had: so it is the clinic that wants to be looked at.
            yield from (f"in the clinic itself: {text}" for text in broken(cursor))

    def compare_files(self, manifest, sample=None):
        """Yield in words which files are missing, or are not what they were.

        :param sample: of how many attachments the hash is computed, which is their name; None: of all
        """
        self.say("the files")
        for place, known in manifest["files"].items():
            folder = self.place(manifest, place)
            if not folder:
                continue
            missing = [name for name in known if not file_of(place, folder, name).is_file()]
            if missing:
                yield f"{len(missing)} files are missing from the {place}, the first one is {min(missing)}"
            there = sorted(set(known) - set(missing))
            sizes = [name for name in there if file_of(place, folder, name).stat().st_size != known[name]]
            if sizes:
                yield f"{len(sizes)} files of the {place} have another size, the first one is {sizes[0]}"
            if place == "filestore":
                yield from self._wrong_hashes(folder, there, sample)

    def _wrong_hashes(self, folder, names, sample):
        chosen = names if sample is None else random.sample(names, min(sample, len(names)))
        wrong = []
        for name in chosen:
            found = hashlib.sha1((folder / name).read_bytes(), usedforsecurity=False).hexdigest()
            if found != name.rpartition("/")[2]:
                wrong.append(name)
        if wrong:
            yield f"{len(wrong)} attachments are not what they were, the first one is {wrong[0]}"

    # -- on an empty machine -------------------------------------------------------------------------------------------

    def bring_back(self, backup, database, places, statements=()):
        """Restore ``backup`` as ``database`` with its files at ``places``; nothing that is there is overwritten.

        It works in a database and a folder of other names, which get their own at the end. Until then a file says that
        a restore has begun: one that was interrupted is begun again.

        :return: {"manifest", "problems", "protected", "seconds"}
        :raises BackupError: kind "exists" where there is a clinic already
        """
        begun, half, mark = time.monotonic(), f"{database}{HALF}", places.work / "restoring"
        if self.postgres.exists(database):
            raise BackupError("exists", f"There is a database {database} already: nothing was overwritten.")
        if mark.exists() and self.postgres.exists(half):
            self._clear(places)
        for path in places.stored().values():
            if path.is_file() or (path.is_dir() and any(path.iterdir())):
                raise BackupError("exists", f"There are files at {path} already: nothing was overwritten.")
        mark.touch()
        self.postgres.drop(half)
        manifest = self.fetch(backup)
        is_protected = self.load(manifest, half, statements)
        problems = [*self.compare(manifest, half), *self.compare_files(manifest)]
        self.say("the places of files and database")
        for name, target in places.stored().items():
            origin = self.place(manifest, name)
            if origin and origin.exists():
                self._move(origin, target)
        self.postgres.rename(half, database)
        mark.unlink()
        shutil.rmtree(self.folder)
        seconds = round(time.monotonic() - begun, 1)
        return {"manifest": manifest, "problems": problems, "protected": is_protected, "seconds": seconds}

    def _clear(self, places):
        """Delete what a restore that was interrupted has put at the ``places``: there was nothing before it."""
        for path in places.stored().values():
            if path.is_dir():
                for one in path.iterdir():
                    shutil.rmtree(one) if one.is_dir() else one.unlink()
            else:
                path.unlink(missing_ok=True)

    def _move(self, origin, target):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not target.is_dir():
            shutil.move(origin, target)
            return
        # Empty, such as the mount of a volume.
        for one in origin.iterdir():
            shutil.move(one, target / one.name)
