"""Runs Odoo in this environment: its configuration, its variables, its command line."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from clinic_env import source, step, tools, venv
from clinic_env.settings import ROOT, Settings

ADDONS = ROOT / "addons"
_MAKE_KEY = """
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
key = Ed25519PrivateKey.generate()
print(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), end="")
"""


def ensure(settings: Settings) -> None:
    """Have everything that Odoo needs except a database."""
    with step.lock(settings.home / "setup.lock"):
        source.ensure(settings)
        venv.ensure(settings)


def environment(settings: Settings, server: dict[str, str]) -> dict[str, str]:
    """The variables of a process that runs Odoo; writes its configuration too."""
    write_configuration(settings, server)
    return {
        **os.environ,
        **_checkpoints(settings),
        **server,
        "ODOO_RC": str(settings.conf),
        "PATH": os.pathsep.join(filter(None, [server.get("CLINIC_POSTGRES_PROGRAMS"), _path(settings)])),
        "PYTHONUNBUFFERED": "1",
        # Debian's wkhtmltopdf is built on plain Qt, which looks for a display unless told not to.
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
    }


def _checkpoints(settings: Settings) -> dict[str, str]:
    """Where the logs' signed checkpoints lie, and the key that signs them; makes both."""
    key, folder = settings.home / "log.key", checkpoints(settings, "").parent
    folder.mkdir(parents=True, exist_ok=True)
    if not key.is_file() and settings.python.is_file():
        fresh = key.with_suffix(".tmp")
        fresh.touch(mode=0o600)
        fresh.write_bytes(subprocess.run([settings.python, "-c", _MAKE_KEY], check=True, capture_output=True).stdout)
        fresh.rename(key)
    return {"CLINIC_LOG_KEY": str(key), "CLINIC_LOG_CHECKPOINTS": str(folder)}


def checkpoints(settings: Settings, database: str) -> Path:
    """The file with the checkpoints of a database's logs."""
    return settings.home / "checkpoints" / f"{database}.jsonl"


def _path(settings: Settings) -> str:
    folders = [settings.venv / "bin", *tools.pdf_folders(), *tools.rtl_folders(settings)]
    return os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])


def rtl_program(settings: Settings) -> str | None:
    """The rtlcss that Odoo finds: with another one, other pages are built."""
    return shutil.which("rtlcss", path=_path(settings))


def write_configuration(settings: Settings, server: dict[str, str]) -> None:
    """Complete config/odoo-dev.conf with what depends on this machine."""
    found = {name: server.get(name) or os.environ.get(name, "") for name in ("PGHOST", "PGPORT", "PGUSER")}
    values = {
        "addons_path": ADDONS if has_addons() else "",
        "data_dir": settings.data,
        "db_host": found["PGHOST"],
        "db_port": found["PGPORT"],
        "db_user": found["PGUSER"],
        "db_name": settings.database,
        "dbfilter": f"^{settings.database}$",
        "http_port": settings.port,
    }
    lines = [f"{name} = {value}" for name, value in values.items() if str(value)]
    text = (ROOT / "config" / "odoo-dev.conf").read_text() + "\n; --- of this machine\n" + "\n".join(lines) + "\n"
    settings.data.mkdir(parents=True, exist_ok=True)
    step.write(settings.conf, text)


def has_addons() -> bool:
    """Odoo refuses an addons path without an addon."""
    return any(ADDONS.glob("*/__manifest__.py"))


def command(settings: Settings, *words: str) -> list[str]:
    """The command line of Odoo with these arguments."""
    return [str(settings.python), "-m", "odoo", *words]


def filestore(settings: Settings, database: str) -> Path:
    """Where Odoo keeps a database's attachments."""
    return settings.data / "filestore" / database


def vault(settings: Settings, database: str) -> Path:
    """Where a database's photos and documents lie, encrypted."""
    return settings.data / "clinic_vault" / database


def copy_files(settings: Settings, origin: str, target: str) -> None:
    """Give a cloned database the attachments, photos and documents of its origin."""
    for folder in (filestore, vault):
        step.remove(folder(settings, target))
        if folder(settings, origin).is_dir():
            shutil.copytree(folder(settings, origin), folder(settings, target))
