"""What `make test` adds to pytest: a database for each worker, and no skipped test."""

from __future__ import annotations

import os

import pytest

from clinic_env.testing import worker_database

_skipped: list[str] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Give a worker the database that was cloned for it, before pytest-odoo reads its name."""
    if worker := getattr(config, "workerinput", {}).get("workerid"):
        database = worker_database(os.environ["CLINIC_TEST_DATABASE"], int(worker.removeprefix("gw")))
        config.option.odoo_database = os.environ["CLINIC_TEST_DATABASE"] = database
        config.option.odoo_extra = [f"db-filter=^{database}$"]
        # pytest-odoo would clone once more, and have every clone that a test makes share one filestore.
        del os.environ["PYTEST_XDIST_WORKER"]
    return (yield)


def pytest_addoption(parser) -> None:
    """Know the option of `make test FAST=1`."""
    parser.addoption("--no-browser", action="store_true", help="leave out the tests that speak HTTP")


def pytest_collection_modifyitems(config, items) -> None:
    """Leave out what speaks HTTP where that is asked for."""
    if not config.getoption("--no-browser"):
        return
    from odoo.tests import HttpCase  # can be imported once pytest-odoo has configured Odoo

    left_out = [item for item in items if issubclass(getattr(item, "cls", None) or object, HttpCase)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _note(report) -> None:
    # A test that was skipped proves nothing. An expected failure is reported as skipped too, but it did run.
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_runtest_logreport(report) -> None:
    """Note a test that was skipped."""
    _note(report)


def pytest_collectreport(report) -> None:
    """Note a whole file that was skipped."""
    _note(report)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus) -> None:
    """Turn a green run with skipped tests red."""
    if _skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter) -> None:
    """Say why the run is red though nothing failed."""
    if _skipped:
        terminalreporter.write_line(f"Skipped tests count as failed here: {', '.join(_skipped)}", red=True)
