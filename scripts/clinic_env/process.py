"""Child processes that never outlive their parent, and a look at those of others."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from clinic_env.settings import Failure

_PR_SET_PDEATHSIG = 1


def die_with_parent(signum: int = signal.SIGTERM) -> None:
    """Ask Linux to send `signum` to this process when its parent dies.

    A `kill -9` of the parent runs none of its cleaning up; the kernel still keeps this promise.
    """
    with contextlib.suppress(AttributeError, OSError):  # not Linux: the pid files still find an orphan
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signum)


def _killed_with_parent() -> None:
    die_with_parent(signal.SIGKILL)


def quiet(command: list, log: Path, *, before_exec: Callable | None = None, **options) -> None:
    """Run a command into a log file; on failure, show the log's last lines."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        result = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=before_exec or _killed_with_parent,
            check=False,
            **options,
        )
    if result.returncode:
        tail = log.read_text(errors="replace").splitlines()[-15:]
        name = Path(str(command[0])).name
        raise Failure("\n".join([*tail, f"{name} failed ({result.returncode}); all of it: {log}"]))


def alive(pid: int) -> bool:
    """Whether a process exists and isn't merely waiting to be reaped."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    except OSError:
        return Path("/proc").is_dir() is False
    return state != "Z"


def command_line(pid: int) -> str:
    """The words a process was started with; empty where that can't be read."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def with_variable(name: str, value: str) -> list[int]:
    """The processes, this one apart, that were started with that variable; of those that may be looked at."""
    wanted, found = f"{name}={value}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0") and int(folder.name) != os.getpid():
                found.append(int(folder.name))
    return sorted(found)


def read_pid(path: Path) -> int | None:
    """The number in the first line of a pid file."""
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def end(pid: int, patience: float = 20) -> None:
    """Stop a process politely, then by force."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, signum)
        except ProcessLookupError:
            return
        if wait_until(lambda: not alive(pid), patience):
            return


def wait_until(condition: Callable[[], bool], patience: float) -> bool:
    """Poll a condition; False when it never held in time."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
