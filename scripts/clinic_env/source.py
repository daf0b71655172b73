"""Provides Odoo 19's source: the user's own, ours of last time, Debian's, or a clone."""

from __future__ import annotations

import shutil
from pathlib import Path

from clinic_env import debian, process
from clinic_env.settings import Failure, Settings
from clinic_env.step import put_stamp, remove, stamped, step, warn

CLONE = "https://github.com/odoo/odoo.git"
BRANCH = "19.0"
# Named by mail's bundle but absent from Debian's build (a prebuilt binary, so not free): each page of
# the backend would log an error for a camera effect that nobody here uses.
_ABSENT = "            'mail/static/lib/selfie_segmentation/selfie_segmentation.js',\n"
_UNPACKED = Path("usr/lib/python3/dist-packages")
_STAMP = "19.0-1"


def ensure(settings: Settings) -> None:
    """Have Odoo at hand, by the first way that works."""
    if settings.odoo_home:
        python_path(settings)  # a wrong ODOO_HOME is told at once
        return
    if stamped(settings.odoo, _STAMP):
        return
    fresh, work = settings.home / "odoo.tmp", settings.home / "apt.tmp"
    for leftover in (fresh, work, settings.odoo):
        remove(leftover)
    try:
        _obtain(settings, fresh, work)
    finally:
        remove(work)
    _tidy(fresh)
    put_stamp(fresh, _STAMP)
    fresh.rename(settings.odoo)


def _obtain(settings: Settings, fresh: Path, work: Path) -> None:
    problems = []
    if shutil.which("apt-get") and shutil.which("dpkg-deb"):
        try:
            with step("Odoo 19: Debian's package odoo-19, unpacked into this folder only"):
                work.mkdir(parents=True)
                debian.fetch(work, fresh, settings.logs / "odoo-apt.log")
            return
        except Failure as failure:
            problems.append(f"Debian's package: {failure}")
            remove(fresh)
    if shutil.which("git"):
        try:
            with step(f"Odoo 19: shallow clone of its branch {BRANCH}"):
                clone = ["git", "clone", "--quiet", "--depth=1", f"--branch={BRANCH}", CLONE, fresh]
                process.quiet(clone, settings.logs / "odoo-git.log")
            return
        except Failure as failure:
            problems.append(f"clone: {failure}")
    tried = "\n".join(problems) or "neither apt-get nor git is on PATH"
    raise Failure(f"{tried}\nOdoo 19 could not be fetched. Put its source somewhere and set ODOO_HOME to that folder.")


def _tidy(fresh: Path) -> None:
    """Mend the two flaws of Debian's build; a clone is left as it is."""
    root = fresh / _UNPACKED
    if not root.is_dir():
        return
    # A second copy of every addon without its data: Odoo would put it on the addons path.
    remove(root / "addons")
    manifest = root / "odoo/addons/mail/__manifest__.py"
    text = manifest.read_text()
    if not (root / "odoo/addons/mail/static/lib/selfie_segmentation").exists():
        manifest.write_text(text.replace(_ABSENT, ""))
        if _ABSENT not in text:
            warn("mail's manifest no longer names selfie_segmentation as expected; look at source.py")


def python_path(settings: Settings) -> Path:
    """The folder to put on Python's path so that `import odoo` works."""
    home = settings.odoo_home or settings.odoo
    for root in (home, home / _UNPACKED):
        release = root / "odoo" / "release.py"
        if release.is_file():
            if "version_info = (19, 0" not in release.read_text():
                raise Failure(f"{root} is not Odoo 19.0.")
            return root
    raise Failure(f"No Odoo source in {home} (looked for odoo/release.py).")
