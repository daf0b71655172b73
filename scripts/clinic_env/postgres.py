"""The private PostgreSQL cluster: unix socket only, made, started and stopped on demand."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from clinic_env import account, process
from clinic_env.cluster import Cluster, locate
from clinic_env.settings import Failure, Settings
from clinic_env.step import lock, remove, step, warn

ROLE = "clinic"
_CONFIGURATION = """
# Written by scripts/clinic_env: a development cluster for one machine.
listen_addresses = ''           # the unix socket only
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 120           # 20 racing processes of the tests, each with Odoo's own pool
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 1GB
synchronous_commit = off        # loses the last half second on a crash, never the database's wholeness
log_min_messages = warning
log_timezone = 'UTC'
timezone = 'UTC'
"""
# The folder of the socket is mode 0700: who can reach it may log in.
_ACCESS = "local all all trust\n"


def ensure(settings: Settings, cluster: Cluster) -> None:
    """Make the cluster unless it is there."""
    if (cluster.data / "PG_VERSION").is_file():
        _check_owner(cluster)
        return
    fresh = cluster.base / "data.tmp"
    with step("PostgreSQL: a private cluster"):
        if not str(cluster.base).startswith(str(settings.home)):
            warn(f"{cluster.user.pw_name} may not enter {settings.home}; the database lies in {cluster.base}")
        account.give(cluster.user, cluster.base)
        remove(fresh)
        log = settings.logs / "initdb.log"
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        # --no-sync: the rename below is the moment the cluster counts, and it starts with a checkpoint.
        _as_owner(cluster, [cluster.programs / "initdb", "-D", fresh, *options], log)
        with (fresh / "postgresql.conf").open("a") as handle:
            handle.write(_CONFIGURATION.format(socket=cluster.socket))
        (fresh / "pg_hba.conf").write_text(_ACCESS)
        _create_role(cluster, fresh)
        remove(cluster.data)
        fresh.rename(cluster.data)


def _as_owner(cluster: Cluster, command: list, log: Path, **options) -> None:
    process.quiet(command, log, before_exec=account.step_down(cluster.user), cwd="/", **options)


def _create_role(cluster: Cluster, data: Path) -> None:
    """Create Odoo's role before the cluster counts as made, so that it is never without."""
    statement = f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER;\n"
    result = subprocess.run(
        [cluster.programs / "postgres", "--single", "-D", data, "postgres"],
        input=statement,
        preexec_fn=account.step_down(cluster.user),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode or "ERROR" in result.stderr:
        raise Failure(f"{result.stderr}\nThe database role {ROLE} could not be created.")


def _check_owner(cluster: Cluster) -> None:
    owner = cluster.data.stat().st_uid
    expected = cluster.user.pw_uid if cluster.user else os.geteuid()
    if owner != expected:
        raise Failure(f"{cluster.data} belongs to user {owner}: run as that user, or set another CLINIC_HOME.")


def start(settings: Settings, cluster: Cluster) -> bool:
    """Start the server; False when it ran already (also one left by a killed run)."""
    if cluster.pid():
        return False
    account.give(cluster.user, cluster.socket)
    (cluster.data / "postmaster.pid").unlink(missing_ok=True)
    # Children of a killed server need a moment to notice and let go of its memory.
    for _attempt in range(10):
        answer = cluster.ctl("start", "-w", "-l", str(cluster.base / "server.log"))
        if answer.returncode == 0:
            return True
        if not process.wait_until(lambda: bool(cluster.pid()), 1):
            continue
    raise Failure(f"{answer.stdout}{answer.stderr}\nPostgreSQL didn't start; its log: {cluster.base / 'server.log'}")


def stop(cluster: Cluster) -> None:
    """Stop the server, cutting connections that are still open."""
    if cluster.pid():
        answer = cluster.ctl("stop", "-w", "-m", "fast")
        if answer.returncode:
            raise Failure(f"{answer.stdout}{answer.stderr}\nPostgreSQL didn't stop.")


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[dict[str, str]]:
    """Have a server while the block runs; yields the variables by which clients find it.

    Every command that uses the cluster holds a shared lock on one file. Who leaves last stops the
    server, unless `make db` asked to keep it. A killed command loses its lock with its life.
    """
    if settings.external_server:
        yield {}
        return
    cluster = locate(settings)
    with lock(settings.home / "postgres.lock", what="another start of the database"):
        ensure(settings, cluster)
        users = (settings.home / "postgres.users").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)
        start(settings, cluster)
    try:
        yield environment(cluster)
    finally:
        with lock(settings.home / "postgres.lock"):
            _stop_if_last(settings, cluster, users)


def _stop_if_last(settings: Settings, cluster: Cluster, users) -> None:
    with users, contextlib.suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not keep_file(settings).exists():
            stop(cluster)


def keep_file(settings: Settings) -> Path:
    """While this file is there, no command stops the server when it ends."""
    return settings.home / "postgres.keep"


def environment(cluster: Cluster) -> dict[str, str]:
    """How libpq, and so Odoo and psql, reach the cluster; and where its programs are, such as pg_dump."""
    return {
        "PGHOST": str(cluster.socket),
        "PGPORT": "5432",
        "PGUSER": ROLE,
        "CLINIC_POSTGRES_PROGRAMS": str(cluster.programs),
    }
