"""Where the private PostgreSQL lies, whose it is, and which programs run it."""

from __future__ import annotations

import hashlib
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from clinic_env import account, pg_binaries, process
from clinic_env.settings import Failure, Settings

_SOCKET_NAME = "/.s.PGSQL.5432"
_LONGEST_SOCKET = 100  # the kernel allows 107 bytes; PostgreSQL's lock file adds some


@dataclass(frozen=True)
class Cluster:
    """One cluster: where it lies, whose it is, which programs run it."""

    programs: Path
    base: Path
    socket: Path
    user: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.base / "data"

    def ctl(self, *words: str, patience: float = 60) -> subprocess.CompletedProcess:
        """Run pg_ctl on this cluster, under its account."""
        return subprocess.run(
            [self.programs / "pg_ctl", "-D", self.data, "-t", str(int(patience)), *words],
            preexec_fn=account.step_down(self.user, with_parent=False),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def pid(self) -> int | None:
        """The running server's process, or None."""
        pid = process.read_pid(self.data / "postmaster.pid")
        # After a crash another program may have got the number in the file.
        return pid if pid and process.alive(pid) and self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        words = process.command_line(pid)
        return not words or ("postgres" in words and str(self.data) in words)


def _short(settings: Settings) -> str:
    return hashlib.sha256(str(settings.home).encode()).hexdigest()[:10]


def locate(settings: Settings) -> Cluster:
    """Choose the cluster's place: below the home if its account gets there."""
    user = account.unprivileged()
    settings.home.mkdir(parents=True, exist_ok=True)
    programs = pg_binaries.find(settings)
    base = settings.home / "postgres"
    reachable = account.can_enter(user, settings.home)
    if not reachable:
        base = Path("/var/lib") / f"clinic-{_short(settings)}"
    if not account.can_enter(user, programs):
        raise Failure(f"Account {user.pw_name} may not enter {programs}: install the system's PostgreSQL package.")
    socket = base / "run"
    if len(str(socket) + _SOCKET_NAME) > _LONGEST_SOCKET:
        socket = Path("/tmp") / f"clinic-pg-{_short(settings)}"
    return Cluster(programs, base, socket, user)
