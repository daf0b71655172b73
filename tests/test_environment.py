"""What `make run` does where a program is missing; scripts/clinic_env."""

from dataclasses import replace
from pathlib import Path

import pytest
from clinic_env import tools
from clinic_env.settings import Failure, Settings


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch) -> Settings:
    """The settings of a machine with no program at all."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return replace(Settings.read(), home=tmp_path)


def test_without_node_pages_stay_left_to_right_and_run_says_so(bare_machine, capsys):
    tools.ensure_rtlcss(bare_machine)
    assert "no Node.js" in capsys.readouterr().err
    assert tools.rtl_folders(bare_machine) == []


def test_without_node_right_to_left_is_not_tested(bare_machine):
    with pytest.raises(Failure, match=r"Node\.js 18 or newer with npm is needed for right-to-left pages"):
        tools.ensure_rtlcss(bare_machine, needed=True)
