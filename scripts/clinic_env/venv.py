"""Virtual environments of pinned packages."""

from __future__ import annotations

from pathlib import Path

from clinic_env import interpreter, process, source
from clinic_env.settings import ROOT, Failure, Settings
from clinic_env.step import digest, put_stamp, remove, stamped, step


def ensure(settings: Settings) -> None:
    """Have the environment that runs Odoo and its tests."""
    files = [ROOT / "requirements.txt", ROOT / "requirements-test.txt"]
    odoo = source.python_path(settings)
    _ensure(settings, settings.venv, files, "Python packages", odoo)


def ensure_lint(settings: Settings) -> Path:
    """Have the environment of the lint tools, apart so that their needs never bend Odoo's."""
    folder = settings.home / "venv-lint"
    _ensure(settings, folder, [ROOT / "requirements-lint.txt"], "lint tools", None)
    return folder / "bin" / "python"


def _ensure(settings: Settings, folder: Path, files: list[Path], what: str, odoo: Path | None) -> None:
    python = interpreter.find()
    wanted = digest(files, python, str(folder), str(odoo))
    if stamped(folder, wanted):
        return
    with step(f"{what} into {folder.name}"):
        # Scripts of a virtual environment name its folder, so it can't be built elsewhere and moved:
        # the stamp, written last, tells a finished one from a torso.
        remove(folder)
        log = settings.logs / f"{folder.name}.log"
        _create(python, folder, log)
        wanted_files = [word for path in files for word in ("-r", path)]
        pip = [folder / "bin/python", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        # The files name every package, so none is looked for; OCA's wheels ask for an "odoo" that is on no index.
        process.quiet([*pip, "--no-deps", *wanted_files], log)
        if odoo:
            _add_odoo(folder, odoo)
        put_stamp(folder, wanted)


def _create(python: str, folder: Path, log: Path) -> None:
    try:
        process.quiet([python, "-m", "venv", folder], log)
    except Failure as failure:
        raise Failure(f"{failure}\nPython's venv module is needed (Debian: apt-get install python3-venv).") from None


def _add_odoo(folder: Path, odoo: Path) -> None:
    """Put Odoo on the path after site-packages, so that OCA wheels can join `odoo.addons`."""
    site = next(folder.glob("lib/python3*/site-packages"))
    (site / "clinic_odoo.pth").write_text(f"{odoo}\n")
