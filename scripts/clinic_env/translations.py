"""`make i18n`: each addon's translation template, and whether the committed ones are fresh."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from clinic_env import database, odoo, postgres, process, step, testing
from clinic_env.settings import ROOT, Settings


def command(settings: Settings, _words: list[str]) -> int:
    """Export the templates into the addons."""
    with tempfile.TemporaryDirectory() as folder:
        for fresh in _export(settings, Path(folder)):
            target = _committed(fresh)
            target.parent.mkdir(exist_ok=True)
            if not target.exists() or target.read_bytes() != fresh.read_bytes():
                shutil.copyfile(fresh, target)
                step.say(f"wrote {target.relative_to(ROOT)}")
    return 0


def check(settings: Settings) -> bool:
    """Whether every committed template equals what would be exported now."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = _export(settings, Path(folder))
        stale = [path for path in map(_committed, fresh) if not _same(path, Path(folder) / path.name)]
    for path in stale:
        step.say(f"{path.relative_to(ROOT)} is missing or stale: make i18n")
    return not stale


def _same(committed: Path, fresh: Path) -> bool:
    return committed.is_file() and committed.read_bytes() == fresh.read_bytes()


def _committed(fresh: Path) -> Path:
    return odoo.ADDONS / fresh.stem / "i18n" / fresh.name


def _export(settings: Settings, folder: Path) -> list[Path]:
    """Export from the tests' template databases: all addons, no demo data, English."""
    if not odoo.has_addons():
        return []
    odoo.ensure(settings)
    with step.lock(settings.home / "test.lock", what="`make test`"), postgres.running(settings) as server:
        databases = database.Databases(settings, server)
        alone = testing.alone()
        names = sorted(database.addon_hashes().keys() - set(alone))
        templates = {testing.ensure_template(settings, databases): names}
        templates |= {testing.ensure_alone(settings, databases, name): [name] for name in alone}
        with step.step("translation templates"):
            for template, addons in templates.items():
                words = [settings.python, ROOT / "i18n" / "export.py", template, folder, *addons]
                process.quiet(words, settings.logs / "i18n.log", env=odoo.environment(settings, server))
    return sorted(folder.glob("*.pot"))
