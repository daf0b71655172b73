"""`make bench-…`: what is fast in small must stay fast, in databases of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from clinic_env import odoo, postgres, process, step, testing, tools
from clinic_env.database import Databases
from clinic_env.settings import ROOT, Failure, Settings

_OURS, _PAST, _PEER = "clinic_bench", "clinic_bench_past", "clinic_bench_peer"
_JOURNEYS = "clinic_bench_journeys"
_REQUIREMENTS = ROOT / "requirements-bench.txt"
_SCRIPTS = ROOT / "tests" / "bench"


def command(settings: Settings, words: list[str]) -> int:
    """The slot engine beside OCA's resource_booking: print the table; 1 unless every goal is reached.

    `--keep` leaves the databases for a next run.
    """
    odoo.ensure(settings)
    peer = _ensure_peer(settings)
    # The tests' lock, because tests in the meantime would take the processors.
    with step.lock(settings.home / "test.lock", what="another `make test`"), postgres.running(settings) as server:
        # Odoo is a namespace package: what lies in this folder joins its addons.
        server = {**server, "PYTHONPATH": str(peer)}
        databases = Databases(settings, server)
        try:
            _prepare(settings, databases)
            return _python(settings, server, "slots.py", _OURS, _PAST, _PEER)
        finally:
            if "--keep" not in words:
                with step.step("dropping the benchmark's databases"):
                    databases.drop(_OURS, _PAST, _PEER)


def gaps_command(settings: Settings, words: list[str]) -> int:
    """What 1,000 requests leave unsold on the fixed grid and where times are ranked: as ``command``."""
    return _one_size(settings, words, "gaps", "two clinics of the same shape")


def record_command(settings: Settings, words: list[str]) -> int:
    """The patient card among 100,000 patients and 1,000,000 procedures: as ``command``."""
    many = "100,000 patients with 1,000,000 procedures (some minutes)"
    return _two_sizes(settings, words, "record", "a patient with forty visits", many)


def stock_command(settings: Settings, words: list[str]) -> int:
    """The stock card of a product with 1,000,000 moves: as ``command``."""
    many = "the product with 1,000,000 moves (some minutes)"
    return _two_sizes(settings, words, "stock", "a product with 1,000 moves", many)


def log_command(settings: Settings, words: list[str]) -> int:
    """What the change log costs a booking and an item used: as ``command``."""
    return _two_sizes(settings, words, "log", "a clinic that books and one that uses items", "without the change log")


def messages_command(settings: Settings, words: list[str]) -> int:
    """The outbox of a clinic with 110,000 visits ahead: as ``command``."""
    return _one_size(settings, words, "messages", "110,000 visits ahead")


def online_command(settings: Settings, words: list[str]) -> int:
    """Online booking under load on a real server: as ``command``.

    `CLINIC_BENCH_ROUNDS=10` in the environment: fewer races for a time than 100.
    """
    odoo.ensure(settings)
    tools.ensure_chromium(settings)
    # Playwright lies there.
    folder = _ensure_peer(settings)
    return _one_size(settings, words, "online", "a clinic with 50 practitioners that is booked online", folder)


def packages_command(settings: Settings, words: list[str]) -> int:
    """A checkout that uses sessions of a package beside one that uses none: as ``command``."""
    return _one_size(settings, words, "packages", "a clinic that sells packages")


def checkout_command(settings: Settings, words: list[str]) -> int:
    """A checkout of five lines beside the same invoice made, posted and paid by Odoo alone: as ``command``."""
    return _one_size(settings, words, "checkout", "a clinic that checks visits out")


def books_command(settings: Settings, words: list[str]) -> int:
    """Both homes and the reports of two branches with 500,000 invoices: as ``command``.

    `CLINIC_BENCH_INVOICES=50000` in the environment: fewer, for a quick look.
    """
    return _one_size(settings, words, "books", "two branches with 500,000 invoices (some minutes)")


def followup_command(settings: Settings, words: list[str]) -> int:
    """The nightly search for who is to be called, and the due list: as ``command``.

    `CLINIC_BENCH_PATIENTS=10000` in the environment: fewer than 100,000, for a quick look.
    """
    return _one_size(settings, words, "followup", "100,000 patients with 1,000,000 procedures (some minutes)")


def commissions_command(settings: Settings, words: list[str]) -> int:
    """The statements of a month with 100,000 commissions: as ``command``.

    `CLINIC_BENCH_OLD=200000` in the environment: fewer older ones than 5,000,000, for a quick look.
    """
    return _two_sizes(settings, words, "commission", "a month of commissions", "years of settled ones (some minutes)")


def consents_command(settings: Settings, words: list[str]) -> int:
    """The board and the patient card with and without consents: as ``command``."""
    return _two_sizes(settings, words, "consents", "a clinic with a full day", "consents of years")


def photo_command(settings: Settings, words: list[str]) -> int:
    """Photos in a vault with 50,000 of them, or as many as the first word says: as ``command``."""
    odoo.ensure(settings)
    name = "clinic_bench_photo"
    # As above.
    with step.lock(settings.home / "test.lock", what="another `make test`"), postgres.running(settings) as server:
        databases = Databases(settings, server)
        try:
            databases.clone(testing.ensure_template(settings, databases), name)
            return _python(settings, server, "photos.py", name, *(word for word in words if word.isdigit()))
        finally:
            if "--keep" not in words:
                databases.drop(name)


def journeys_command(settings: Settings, words: list[str]) -> int:
    """Taps and waits in a copy of the demo clinic: print the table; 1 if a journey takes more taps than its budget."""
    odoo.ensure(settings)
    tools.ensure_chromium(settings)
    peer = _ensure_peer(settings)
    # As above.
    with step.lock(settings.home / "test.lock", what="another `make test`"), postgres.running(settings) as server:
        server = {**server, "PYTHONPATH": str(peer)}
        databases = Databases(settings, server)
        if not databases.exists(settings.database):
            raise Failure("The journeys are walked in a copy of the demo clinic. Make it, and stop it again: make run")
        try:
            databases.clone(settings.database, _JOURNEYS)
            return _python(settings, server, "journeys.py", _JOURNEYS, *words)
        finally:
            databases.drop(_JOURNEYS)


def _one_size(settings: Settings, words: list[str], what: str, many: str, folder: Path | None = None) -> int:
    """Run ``what``'s script on one database; it finds what lies in ``folder``, too."""
    odoo.ensure(settings)
    name = f"clinic_bench_{what}"
    # As above.
    with step.lock(settings.home / "test.lock", what="another `make test`"), postgres.running(settings) as server:
        databases = Databases(settings, server)
        try:
            databases.clone(testing.ensure_template(settings, databases), name)
            _fill(settings, databases, what, name, many)
            server = {**server, "PYTHONPATH": str(folder)} if folder else server
            return _python(settings, server, f"{what}.py", name)
        finally:
            if "--keep" not in words:
                databases.drop(name)


def _two_sizes(settings: Settings, words: list[str], what: str, few: str, many: str) -> int:
    """Run ``what``'s script on two databases, one small and one a copy of it with much more."""
    odoo.ensure(settings)
    small, large = f"clinic_bench_{what}", f"clinic_bench_{what}s"
    # As above.
    with step.lock(settings.home / "test.lock", what="another `make test`"), postgres.running(settings) as server:
        databases = Databases(settings, server)
        try:
            _prepare_two_sizes(settings, databases, what, {small: few, large: many})
            return _python(settings, server, f"{what}.py", small, large)
        finally:
            if "--keep" not in words:
                with step.step("dropping the benchmark's databases"):
                    databases.drop(small, large)


def _prepare_two_sizes(settings: Settings, databases: Databases, what: str, texts: dict[str, str]) -> None:
    template = testing.ensure_template(settings, databases)
    stamp = settings.home / f"bench-{what}-data"
    wanted = step.digest(_SCRIPTS.glob("*data.py"), template)
    small, large = texts
    if step.stamped(stamp, wanted) and {small, large} <= set(databases.names(small)):
        return
    databases.clone(template, small)
    _fill(settings, databases, what, small, texts[small])
    databases.clone(small, large)
    _fill(settings, databases, f"{what}s", large, texts[large])
    step.put_stamp(stamp, wanted)


def _ensure_peer(settings: Settings) -> Path:
    """Have the peer in a folder of the benchmark's own."""
    folder = settings.home / "bench"
    wanted = step.digest([_REQUIREMENTS], str(settings.python))
    if not step.stamped(folder, wanted):
        with step.step("resource_booking into bench"):
            step.remove(folder)
            pip = [settings.python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-deps"]
            process.quiet([*pip, "--target", folder, "-r", _REQUIREMENTS], settings.logs / "bench.log")
            step.put_stamp(folder, wanted)
    return folder


def _prepare(settings: Settings, databases: Databases) -> None:
    """Make the databases, unless an earlier run with the same data kept them."""
    template = testing.ensure_template(settings, databases)
    stamp = settings.home / "bench-data"
    wanted = step.digest([*_SCRIPTS.glob("*data.py"), _REQUIREMENTS], template)
    if step.stamped(stamp, wanted) and {_OURS, _PAST, _PEER} <= set(databases.names(_OURS)):
        return
    databases.create(_PEER, ("resource_booking",), f"database {_PEER} with resource_booking")
    _fill(settings, databases, "peer", _PEER, "the same bookings in resource_booking")
    databases.clone(template, _OURS)
    _fill(settings, databases, "ours", _OURS, "two clinics with their bookings")
    databases.clone(_OURS, _PAST)
    _fill(settings, databases, "past", _PAST, "1,000,000 past procedures (some minutes)")
    step.put_stamp(stamp, wanted)


def _fill(settings: Settings, databases: Databases, what: str, name: str, text: str) -> None:
    with step.step(text):
        process.quiet(
            [settings.python, _SCRIPTS / "data.py", what, name],
            settings.logs / f"{name}.log",
            env=_environment(settings, databases.server),
        )


def _python(settings: Settings, server: dict[str, str], script: str, *words: str) -> int:
    step.say("")
    done = subprocess.run(
        [settings.python, _SCRIPTS / script, *words],
        env=_environment(settings, server),
        stdin=subprocess.DEVNULL,
        preexec_fn=process.die_with_parent,
        check=False,
    )
    return done.returncode


def _environment(settings: Settings, server: dict[str, str]) -> dict[str, str]:
    return {**odoo.environment(settings, server), "PYTHONDONTWRITEBYTECODE": "1"}
