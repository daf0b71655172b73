"""`make lint` and `make format`: every check runs, then all that failed are named."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from clinic_env import odoo, process, step, tools, translations, venv
from clinic_env.settings import ROOT, Settings

_PYTHON = ("addons", "scripts", "tests")
_PRETTY = ("xml", "js", "mjs", "scss", "css")
# Rules of pylint-odoo that don't fit here.
_NOT_MEANT = (
    "consider-merging-classes-inherited",  # one concern a file, also where several concern one model
    "missing-readme",  # readme/ holds the text in fragments
    "missing-return",  # fires on each extended hook that returns nothing
    "no-search-all",  # small tables, such as rooms, are meant as a whole
    "super-method-mismatch",  # a helper may call super().write() with a context
)
# The header's capitals and the order of attributes are matters of looks, and prettier's.
_OCA_NOT_MEANT = "xml-header-wrong,xml-tag-position"


def command(settings: Settings, _words: list[str]) -> int:
    """Check everything; 1 when anything is wrong."""
    python, npx = _tools(settings)
    failed = [name for name, words in _checks(python, npx) if not _passes(name, words)]
    if not translations.check(settings):
        failed.append("translation templates")
    step.say(f"lint: {', '.join(failed)} failed" if failed else "lint: all clean")
    return 1 if failed else 0


def format_command(settings: Settings, _words: list[str]) -> int:
    """Rewrite Python, XML, JavaScript and styles in the house style."""
    python, npx = _tools(settings)
    folders = _existing(_PYTHON)
    commands = [
        ("ruff, fixes", [python, "-m", "ruff", "check", "--fix-only", "--quiet", *folders]),
        ("ruff", [python, "-m", "ruff", "format", "--quiet", *folders]),
    ]
    if addons := _addons():
        commands.append(("OCA, fixes", [python.parent / "oca-checks-odoo-module", *_oca_options(), "--fix", *addons]))
    if files := _files(_PRETTY):
        commands.append(("prettier", [*npx, "prettier", "--write", "--log-level=warn", *files]))
    for name, words in commands:
        with step.step(name):
            subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=name.startswith("OCA"), check=False)
    return 0


def _tools(settings: Settings) -> tuple[Path, list[str]]:
    tools.ensure_npm(settings)
    with step.lock(settings.home / "setup.lock"):
        python = venv.ensure_lint(settings)
        _ensure_node_modules(settings)
    return python, ["npx", "--no-install"]


def _ensure_node_modules(settings: Settings) -> None:
    folder = ROOT / "node_modules"
    wanted = step.digest([ROOT / "package-lock.json"])
    if not step.stamped(folder, wanted):
        with step.step("formatters into node_modules"):
            process.quiet(["npm", "ci", "--no-progress"], settings.logs / "npm.log", cwd=ROOT)
            step.put_stamp(folder, wanted)


def _checks(python: Path, npx: list[str]) -> Iterable[tuple[str, list]]:
    folders = _existing(_PYTHON)
    yield "ruff", [python, "-m", "ruff", "check", *folders]
    yield "ruff format", [python, "-m", "ruff", "format", "--check", *folders]
    if addons := _addons():
        rules = ["--disable=all", "--enable=odoolint", f"--disable={','.join(_NOT_MEANT)}"]
        yield "pylint-odoo", [python, "-m", "pylint", *rules, *addons]
        yield "OCA module checks", [python.parent / "oca-checks-odoo-module", *_oca_options(), *addons]
    if files := _files(("po", "pot")):
        yield "OCA translation checks", [python.parent / "oca-checks-po", *files]
    if files := _files(_PRETTY):
        yield "prettier", [*npx, "prettier", "--check", "--log-level=warn", *files]
    if files := _files(("js",)):
        yield "eslint", [*npx, "eslint", "--max-warnings=0", *files]


def _oca_options() -> list[str]:
    return [f"--disable={_OCA_NOT_MEANT}"]


def _passes(name: str, words: list) -> bool:
    with step.step(name):
        command = [str(word) for word in words]
        result = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    if result.returncode:
        step.say((result.stdout + result.stderr).strip())
    return result.returncode == 0


def _existing(folders: Iterable[str]) -> list[str]:
    return [name for name in folders if (ROOT / name).is_dir()]


def _addons() -> list[str]:
    return [str(path.parent.relative_to(ROOT)) for path in sorted(odoo.ADDONS.glob("*/__manifest__.py"))]


def _files(suffixes: Iterable[str]) -> list[str]:
    """Our files of these kinds; what an addon ships of others (static/lib) is left alone."""
    found = [path for suffix in suffixes for path in sorted(odoo.ADDONS.rglob(f"*.{suffix}"))]
    return [str(path.relative_to(ROOT)) for path in found if "lib" not in path.parts]
