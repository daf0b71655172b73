"""Finds a Python that Odoo 19 supports."""

from __future__ import annotations

import subprocess
import sys

from clinic_env.settings import Failure

OLDEST, NEWEST = (3, 10), (3, 13)


def find() -> str:
    """The running interpreter if it fits, else the newest fitting one on PATH."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        # A version manager's shim may lie on PATH and refuse to run, so ask it.
        name = f"python3.{minor}"
        try:
            answer = subprocess.run(
                [name, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return answer.stdout.strip()
    found = ".".join(map(str, sys.version_info[:2]))
    raise Failure(
        f"Odoo 19 needs Python 3.10 to 3.13; python3 is {found} and no python3.10 … python3.13 on PATH runs. "
        "Install one (with its venv module) and try again."
    )
