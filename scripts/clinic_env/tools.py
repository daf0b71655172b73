"""Programs beside Odoo: Chromium for PDFs and browser tests, rtlcss for right-to-left pages, axe-core, formatters."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from clinic_env import chromium as browsers
from clinic_env import debian, process
from clinic_env.settings import ROOT, Failure, Settings
from clinic_env.step import digest, lock, put_stamp, remove, stamped, step, warn

_NODE_TOOLS = ROOT / "scripts" / "node"


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


def ensure_pdf_reader(settings: Settings) -> None:
    """In which order a printed text is read is asked of poppler."""
    if not _ensure(settings, "poppler-utils", ("pdftotext",), "for tests of what is printed"):
        raise Failure("The tests of printed texts need pdftotext (Debian: apt-get install poppler-utils).")


def ensure_restic(settings: Settings, *, needed: bool = False) -> None:
    """Backups are made by restic; without them a trial clinic runs as well."""
    if _ensure(settings, "restic", ("restic",), "for backups"):
        return
    text = "restic is not installed (Debian: apt-get install restic)"
    if needed:
        raise Failure(f"The tests of backups need it: {text}.")
    warn(f"No backups are made as long as {text}.")


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


def ensure_npm(settings: Settings, why: str = "for the formatters") -> None:
    """The formatters of XML and JavaScript, and rtlcss, run on Node."""
    if not _ensure(settings, "npm", ("npm",), why):
        raise Failure(f"Node.js 18 or newer with npm is needed {why} (Debian: apt-get install npm).")


def ensure_rtlcss(settings: Settings, *, needed: bool = False) -> None:
    """Have rtlcss, which Odoo calls for pages in languages that are written from right to left.

    Unless it is ``needed``, it is no reason to stop.
    """
    if shutil.which("rtlcss"):
        return
    if needed:
        ensure_npm(settings, "for right-to-left pages")
    if not shutil.which("npm"):
        warn(
            "there is no Node.js (18 or newer, with npm) on this machine: pages in Arabic, Urdu or Persian stay "
            "left to right until there is (Debian: apt-get install npm)."
        )
        return
    try:
        with lock(settings.home / "node.lock"):
            _install_node_tools(settings)
    except Failure as failure:
        if needed:
            raise
        warn(f"{failure}\nPages in languages that are written from right to left stay left to right.")


def _install_node_tools(settings: Settings) -> None:
    folder = _node_tools(settings)
    files = [_NODE_TOOLS / name for name in ("package.json", "package-lock.json")]
    wanted = digest(files)
    if stamped(folder, wanted):
        return
    with step("rtlcss, for languages that are written from right to left, and axe-core, for tests of pages"):
        remove(folder)
        folder.mkdir(parents=True)
        for path in files:
            shutil.copy(path, folder)
        process.quiet(["npm", "ci", "--no-progress", "--no-fund", "--no-audit"], settings.logs / "node.log", cwd=folder)
        put_stamp(folder, wanted)


def ensure_axe(settings: Settings) -> None:
    """Have axe-core, by which tests see whether everybody can use a page."""
    ensure_npm(settings, "for tests of pages")
    with lock(settings.home / "node.lock"):
        _install_node_tools(settings)


def axe(settings: Settings) -> Path:
    """The file of axe-core that tests load into a page."""
    return _node_tools(settings) / "node_modules" / "axe-core" / "axe.min.js"


def _node_tools(settings: Settings) -> Path:
    return settings.home / "node"


def rtl_folders(settings: Settings) -> list[str]:
    """What goes on Odoo's PATH so that it finds rtlcss."""
    folder = _node_tools(settings) / "node_modules" / ".bin"
    return [str(folder)] if (folder / "rtlcss").exists() else []


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
