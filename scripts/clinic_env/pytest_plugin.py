"""A test that was skipped proves nothing, so a run with one fails."""

from __future__ import annotations

import pytest

_skipped: list[str] = []


def _note(report) -> None:
    # An expected failure is reported as skipped too, but it did run.
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
