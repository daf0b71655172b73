"""Runs ``worker.py``, or the like of another addon, on bytes that nobody has looked at yet."""

import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

WORKER = Path(__file__).with_name("worker.py")
SHARED = WORKER.parent
SECONDS = 60
LENGTH = struct.Struct(">Q")


# Of these the file itself is the cause, and it is refused the next time, too.
FINAL = ("kind", "pixels", "small", "moving", "encrypted", "pages", "empty", "form", "unreadable", "large")


class Refused(Exception):
    """The file is not taken; the argument says which rule it breaks: see ``worker.py``."""

    @property
    def rule(self):
        """The name of the rule."""
        return self.args[0]

    @property
    def is_final(self):
        """Whether it would be refused again."""
        return self.rule in FINAL


class Busy(Exception):
    """Another file is being read at this moment: people at work come first."""


@contextmanager
def _turn(lock):
    """Hold the one turn that this machine has; raise ``Busy`` when it is taken.

    The system gives it back when the holder ends, however that was.
    """
    with Path(lock).open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield


def take_in(data, lock, limits):
    """Return ({"width", "height", "taken", "offset"}, {variant: JPEG}) of the picture in ``data``.

    :param data: the bytes, or what returns them: it is called once it is our turn
    :param lock: a file by which processes take turns
    :param limits: {"pixels": at most so many}
    :raises Refused, Busy: see there
    """
    facts, *pictures = in_sandbox(WORKER, "take", limits, data, lock)
    return facts, dict(zip(facts["variants"], pictures, strict=True))


def in_sandbox(worker, task, options, data, lock):
    """Return the facts and the files that the program ``worker`` makes of ``data``; for the rest see ``take_in``."""
    with _turn(lock):
        return _run(worker, task, options, [data() if callable(data) else data])


def compose(layout, pictures, lock):
    """Return one JPEG of ``pictures``, JPEGs of our own, as ``layout`` asks; raise as above."""
    with _turn(lock):
        _facts, picture = _run(WORKER, "compose", layout, pictures)
    return picture


def _run(worker, task, options, blobs):
    message = _packed([json.dumps({"task": task, **options}).encode(), *blobs])
    try:
        done = subprocess.run(  # noqa: S603 (a program of ours, whose arguments are fixed)
            # -I: nothing of the environment or of the working folder is imported.
            [sys.executable, "-I", str(worker), str(SHARED)],
            input=message,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd="/",
            env={"PATH": os.defpath, "OMP_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        raise Refused("slow") from None
    if done.returncode == -signal.SIGKILL:
        # By the system, which needs the memory for something else at this moment.
        raise Busy
    if done.returncode or not done.stdout:
        # Killed by its limits, or ended by itself.
        raise Refused("limits")
    head, *pictures = _unpacked(done.stdout)
    facts = json.loads(head)
    if "refused" in facts:
        raise Refused(facts["refused"])
    return facts, *pictures


def _packed(parts):
    return b"".join(piece for part in parts for piece in (LENGTH.pack(len(part)), part))


def _unpacked(data):
    parts, place = [], 0
    while place < len(data):
        (length,) = LENGTH.unpack_from(data, place)
        place += LENGTH.size
        parts.append(data[place : place + length])
        place += length
    return parts
