"""Where everything lies and what the user's environment chose."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Failure(Exception):
    """A problem the user can act on; its text is shown instead of a traceback."""


def _port() -> int:
    text = os.environ.get("CLINIC_PORT") or "8069"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Failure(f"CLINIC_PORT={text} is not a port number (1 to 65535).")
    return int(text)


@dataclass(frozen=True)
class Settings:
    """The choices of one call; every path of the environment hangs below `home`."""

    home: Path
    port: int
    database: str
    addons: tuple[str, ...]
    odoo_home: Path | None
    external_server: bool

    @classmethod
    def read(cls) -> Settings:
        """Read the environment variables that README documents."""
        odoo_home = os.environ.get("ODOO_HOME")
        addons = os.environ.get("CLINIC_ADDONS") or "clinic_suite,clinic_demo"
        return cls(
            home=(ROOT / (os.environ.get("CLINIC_HOME") or ".local")).resolve(),
            port=_port(),
            database=os.environ.get("CLINIC_DB") or "clinic",
            addons=tuple(name.strip() for name in addons.split(",") if name.strip()),
            odoo_home=Path(odoo_home).expanduser().resolve() if odoo_home else None,
            external_server=any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER")),
        )

    @property
    def odoo(self) -> Path:
        """The unpacked or cloned Odoo that this environment made itself."""
        return self.home / "odoo"

    @property
    def venv(self) -> Path:
        """The virtual environment that runs Odoo and the tests."""
        return self.home / "venv"

    @property
    def python(self) -> Path:
        """The interpreter of that virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def data(self) -> Path:
        """Odoo's data folder: filestore and sessions."""
        return self.home / "data"

    @property
    def conf(self) -> Path:
        """The configuration that Odoo reads, written from config/odoo-dev.conf."""
        return self.home / "odoo.conf"

    @property
    def logs(self) -> Path:
        """One file per step, for the reader of an error message."""
        return self.home / "logs"
