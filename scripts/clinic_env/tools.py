"""Programs beside Odoo: Chromium for PDFs and browser tests, npm for formatters."""

from __future__ import annotations

import os
import shutil
import subprocess

from clinic_env import chromium as browsers
from clinic_env import debian, process
from clinic_env.settings import ROOT, Failure, Settings
from clinic_env.step import step, warn


def ensure_pdf_printer(settings: Settings) -> None:
    """PDFs are worth a try to install, and no reason to stop."""
    if patched_wkhtmltopdf() or _ensure(settings, "chromium", browsers.NAMES, "for PDFs"):
        return
    lack = "lack header and footer" if shutil.which("wkhtmltopdf") else "can't be printed"
    warn(f"PDF reports {lack} until Chromium is installed (Debian: apt-get install chromium).")


def ensure_chromium(settings: Settings) -> None:
    """The browser tests can't be left out, so without a browser there is no test run."""
    if not _ensure(settings, "chromium", browsers.NAMES, "for browser tests and PDFs"):
        raise Failure("The browser tests need Chromium (Debian: apt-get install chromium).")


def chromium() -> str | None:
    """The machine's Chromium."""
    return _first(browsers.NAMES)


def pdf_folders() -> list[str]:
    """What goes on Odoo's PATH so that it prints headers and footers: our stand-in, where it's needed and can run."""
    return [] if patched_wkhtmltopdf() or not chromium() else [str(ROOT / "scripts")]


def patched_wkhtmltopdf() -> bool:
    """Whether the machine's wkhtmltopdf prints headers and footers; Debian's doesn't."""
    try:
        answer = subprocess.run(["wkhtmltopdf", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return "with patched qt" in answer.stdout


def ensure_npm(settings: Settings) -> None:
    """The formatters of XML and JavaScript run on Node."""
    if not _ensure(settings, "npm", ("npm",), "for the formatters"):
        raise Failure("The formatters need Node.js 18 or newer with npm (Debian: apt-get install npm).")


def _first(programs: tuple[str, ...]) -> str | None:
    return next((found for name in programs if (found := shutil.which(name))), None)


def _ensure(settings: Settings, package: str, programs: tuple[str, ...], why: str) -> bool:
    if _first(programs):
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    log = settings.logs / f"{package}-apt.log"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--no-install-recommends", "-y", package]
    try:
        with step(f"{package} {why}: the machine's apt package"):
            if not debian.installable(package):
                process.quiet(["apt-get", "update"], log, env=environment)
            process.quiet(install, log, env=environment)
    except Failure as failure:
        warn(str(failure))
        return False
    return bool(_first(programs))
