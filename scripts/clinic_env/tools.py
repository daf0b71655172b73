"""Programs beside Odoo: wkhtmltopdf for PDFs, Chromium for browser tests, npm for formatters."""

from __future__ import annotations

import os
import shutil

from clinic_env import debian, process
from clinic_env.settings import Failure, Settings
from clinic_env.step import step, warn


def ensure_wkhtmltopdf(settings: Settings) -> None:
    """PDFs are worth a try to install, and no reason to stop."""
    if not _ensure(settings, "wkhtmltopdf", ("wkhtmltopdf",)):
        warn("PDF reports can't be printed until wkhtmltopdf is installed (Debian: apt-get install wkhtmltopdf).")


def ensure_chromium(settings: Settings) -> None:
    """The browser tests can't be left out, so without a browser there is no test run."""
    if not _ensure(settings, "chromium", ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")):
        raise Failure("The browser tests need Chromium (Debian: apt-get install chromium).")


def ensure_npm(settings: Settings) -> None:
    """The formatters of XML and JavaScript run on Node."""
    if not _ensure(settings, "npm", ("npm",)):
        raise Failure("The formatters need Node.js 18 or newer with npm (Debian: apt-get install npm).")


def _ensure(settings: Settings, package: str, programs: tuple[str, ...]) -> bool:
    if any(shutil.which(name) for name in programs):
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    log = settings.logs / f"{package}-apt.log"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--no-install-recommends", "-y", package]
    try:
        with step(f"{package}: the machine's apt package"):
            if not debian.installable(package):
                process.quiet(["apt-get", "update"], log, env=environment)
            process.quiet(install, log, env=environment)
    except Failure as failure:
        warn(str(failure))
        return False
    return any(shutil.which(name) for name in programs)
