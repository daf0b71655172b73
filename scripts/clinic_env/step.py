"""Progress lines, locks and stamps: what makes a step visible, alone and repeatable."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from clinic_env.settings import Failure

_started = time.monotonic()


def say(text: str) -> None:
    """Print a line at once, also when the output is a pipe."""
    print(text, flush=True)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step and tell how long it took."""
    began = time.monotonic()
    print(f"[{began - _started:6.1f} s] {text} …", end="", flush=True)
    try:
        yield
    except BaseException:
        say(" failed")
        raise
    say(f" {time.monotonic() - began:.1f} s")


def warn(text: str) -> None:
    """Print a warning that doesn't stop the work."""
    print(f"warning: {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def lock(path: Path, *, patience: float = 900, what: str = "another set-up") -> Iterator[None]:
    """Hold a file lock; the kernel frees it even when we are killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        _acquire(handle, patience, what)
        handle.seek(0)
        handle.truncate()
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield


def _acquire(handle, patience: float, what: str) -> None:
    deadline = time.monotonic() + patience
    told = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            if time.monotonic() > deadline:
                raise Failure(f"{what} (process {holder}) is still running here; stop it with: make stop") from None
            if not told:
                say(f"waiting for {what} (process {holder}) to end")
                told = True
            time.sleep(0.2)


def digest(paths: Iterable[Path], *extra: str) -> str:
    """A short hash of files' names and contents, and of any words beside them."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.name).encode() + b"\0" + path.read_bytes() + b"\0")
    for word in extra:
        total.update(word.encode() + b"\0")
    return total.hexdigest()[:16]


def stamped(folder: Path, wanted: str) -> bool:
    """Whether a folder was finished from exactly these inputs."""
    try:
        return (folder / ".stamp").read_text() == wanted
    except OSError:
        return False


def put_stamp(folder: Path, value: str) -> None:
    """Mark a folder as finished; the last thing that happens to it."""
    write(folder / ".stamp", value)


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    fresh.write_text(text)
    fresh.replace(path)


def remove(folder: Path) -> None:
    """Delete a folder if it is there; a leftover that can't be deleted is an error."""
    if folder.is_dir():
        shutil.rmtree(folder)
