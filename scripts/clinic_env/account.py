"""The account that PostgreSQL runs under: it refuses root."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from clinic_env import process
from clinic_env.settings import Failure

_CANDIDATES = ("postgres", "nobody")


def unprivileged() -> pwd.struct_passwd | None:
    """None for an ordinary user; for root, an account to step down to."""
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Failure(f"As root, PostgreSQL needs one of the accounts {', '.join(_CANDIDATES)} to run under.")


def step_down(user: pwd.struct_passwd | None, *, with_parent: bool = True):
    """What a child does before it becomes PostgreSQL's program."""

    def before_exec() -> None:
        if user:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        os.umask(0o077)
        if with_parent:
            process.die_with_parent()  # last: a change of user clears it

    return before_exec


def can_enter(user: pwd.struct_passwd | None, folder: Path) -> bool:
    """Whether the account reaches a folder; a home of mode 700 above it stops it."""
    if user is None:
        return True
    probe = subprocess.run(["test", "-x", str(folder)], preexec_fn=step_down(user), cwd="/", check=False)
    return probe.returncode == 0


def give(user: pwd.struct_passwd | None, folder: Path) -> None:
    """Make a folder that only the account (and root) may look into."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
