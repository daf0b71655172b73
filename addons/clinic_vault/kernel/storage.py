"""Where sealed files are kept. A storage has five methods; names are 40 hexadecimal digits.

get(name) -> bytes      raises Missing
put(name, data)         all of it or nothing, for good once it returns; takes the place of what was there
delete(name)            for good: what is left of it on the disk does not open any more; no error where there is none
move(name, other)       gives a file another name; raises Missing
names(trash=False)      yields Stored(name, size, changed): what is there, leftovers of broken writes too

Two more kinds of names belong to the vault itself and are not among ``names()``: ``MARKER``, which says whose storage
it is, and those that begin with ``TRASH``, which ``names(trash=True)`` yields.
"""

import errno
import os
import secrets
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from .errors import Missing, StorageError, VaultError

MARKER = ".vault"
TEMPORARY = ".new-"
TRASH = "trash-"
TRASH_FOLDER = "trash"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Stored(NamedTuple):
    """A file that is there: its name, its size in bytes, and when it was written, in seconds since 1970."""

    name: str
    size: int
    changed: float


@contextmanager
def _in_words(name):
    try:
        yield
    except FileNotFoundError:
        raise Missing(f"The file {name} is not there.") from None
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageError("There is no room left where the files are kept.") from error
        raise StorageError(f"The storage gives an error: {error.strerror or error}.") from error


@contextmanager
def _from_a_bucket(name):
    """As above; each service and each driver has exceptions of its own, and none of them says anything of a file."""
    try:
        with _in_words(name):
            yield
    except VaultError:
        raise
    except Exception as error:
        raise StorageError(f"The storage gives an error: {type(error).__name__}: {error}") from error


class FolderStorage:
    """A folder of the machine, or one that several machines share."""

    def __init__(self, root):
        self.root = Path(root)

    def _path(self, name) -> Path:
        if name == MARKER:
            return self.root / name
        if name.startswith(TRASH):
            return self.root / TRASH_FOLDER / name
        if name.startswith(TEMPORARY):
            name = name[len(TEMPORARY) :]
            return self._path(name.partition("-")[0]).with_name(TEMPORARY + name)
        return self.root / name[:2] / name[2:4] / name

    def get(self, name) -> bytes:
        with _in_words(name):
            return self._path(name).read_bytes()

    def put(self, name, data) -> None:
        path = self._path(name)
        fresh = path.with_name(f"{TEMPORARY}{name}-{secrets.token_hex(4)}")
        with _in_words(name):
            self._ensure(path.parent)
            try:
                with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
                    handle.write(data)
                    handle.flush()
                    os.fsync(handle.fileno())
                fresh.rename(path)
            except BaseException:
                fresh.unlink(missing_ok=True)
                raise
            _sync(path.parent)

    def delete(self, name) -> None:
        path = self._path(name)
        try:
            with _in_words(name):
                # Without its header, which holds the data key, the rest never opens again.
                with path.open("r+b") as handle:
                    handle.write(b"\0" * min(4096, path.stat().st_size))
                    handle.flush()
                    os.fsync(handle.fileno())
                path.unlink()
                _sync(path.parent)
        except Missing:
            return

    def move(self, name, other) -> None:
        source, target = self._path(name), self._path(other)
        with _in_words(name):
            self._ensure(target.parent)
            source.rename(target)
            _sync(target.parent)
            _sync(source.parent)

    def names(self, trash=False):
        root = self.root / TRASH_FOLDER if trash else self.root
        for folder, folders, files in os.walk(root, onerror=_unless_missing):
            if Path(folder) == self.root:
                files = [name for name in files if name != MARKER]
                with suppress(ValueError):
                    folders.remove(TRASH_FOLDER)
            for name in files:
                try:
                    facts = Path(folder, name).stat()
                except FileNotFoundError:
                    continue
                yield Stored(name, facts.st_size, facts.st_mtime)

    def _ensure(self, folder):
        """Make ``folder`` and those above it, such that they are there after a power failure."""
        if not folder.is_dir():
            self._ensure(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync(folder.parent)


def _unless_missing(error):
    """Raise for a folder that cannot be read: the files in it are not missing."""
    with suppress(Missing), _in_words(error.filename):
        raise error


def _sync(folder):
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class BucketStorage:
    """A bucket, or anything else that fsspec reaches: S3, Google, Azure, SFTP.

    A bucket's PUT takes the whole object or nothing.
    """

    def __init__(self, filesystem, root):
        self.filesystem, self.root = filesystem, root.rstrip("/")

    def _path(self, name) -> str:
        folder = "" if name == MARKER else f"{TRASH_FOLDER}/" if name.startswith(TRASH) else f"{name[:2]}/"
        return f"{self.root}/{folder}{name}"

    def get(self, name) -> bytes:
        with _from_a_bucket(name):
            return self.filesystem.cat_file(self._path(name))

    def put(self, name, data) -> None:
        with _from_a_bucket(name):
            self.filesystem.pipe_file(self._path(name), bytes(data))

    def delete(self, name) -> None:
        try:
            with _from_a_bucket(name):
                if self.filesystem.exists(self._path(name)):
                    self.filesystem.pipe_file(self._path(name), b"")
                    self.filesystem.rm_file(self._path(name))
        except Missing:
            return

    def move(self, name, other) -> None:
        with _from_a_bucket(name):
            self.filesystem.cp_file(self._path(name), self._path(other))
            self.filesystem.rm_file(self._path(name))

    def names(self, trash=False):
        with _from_a_bucket(self.root):
            found = self.filesystem.find(self.root, detail=True)
        for path, facts in found.items():
            name = path.rpartition("/")[2]
            if name != MARKER and name.startswith(TRASH) == trash:
                changed = facts.get("LastModified") or facts.get("mtime") or facts.get("created")
                changed = changed.timestamp() if hasattr(changed, "timestamp") else changed
                # Where the service does not say when it was written, it may be from this moment.
                yield Stored(name, facts["size"], float(changed or time.time()))
