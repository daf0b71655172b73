"""What `make run` does where a program is missing, and that each benchmark begins; scripts/clinic_env."""

import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from clinic_env import benchmark, process, sandboxes, tools
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


def test_each_benchmark_finds_its_script_and_what_that_imports():
    scripts, source = benchmark._SCRIPTS, Path(benchmark.__file__).read_text()
    named = set(re.findall(r'_(?:one|two)_sizes?\(settings, words, "(\w+)"', source))
    named |= {Path(name).stem for name in re.findall(r'"(\w+\.py)"', source)}
    # The peer and a browser are installed by their commands alone.
    named -= {"data", "slots", "journeys", "online"}
    assert {"commission", "photos", "stock"} <= named
    # As the command starts them: by their path, without the modules of other folders at hand.
    code = f"import sys; sys.path.insert(0, {str(scripts)!r})\n" + "".join(f"import {name}\n" for name in sorted(named))
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_demo_s_sandboxes_answer_as_long_as_the_clinic_is_open():
    with sandboxes.running(replace(Settings.read(), addons=("clinic_suite", "clinic_demo"))) as addresses:
        assert addresses.keys() == {"payment_jazzcash", "payment_easypaisa"}
        assert process.wait_until(lambda: all(map(_answers, addresses.values())), 10)
    assert not any(map(_answers, addresses.values()))


def test_what_was_started_with_this_home_is_found():
    mark = f"/of/this/test/{os.getpid()}"
    child = subprocess.Popen(["sleep", "60"], env={**os.environ, "ODOO_RC": mark})
    try:
        assert process.with_variable("ODOO_RC", mark) == [child.pid]
        process.end(child.pid)
    finally:
        child.kill()
        child.wait()
    assert process.with_variable("ODOO_RC", mark) == []


def test_only_the_demo_has_sandboxes():
    with sandboxes.running(replace(Settings.read(), addons=("clinic_suite",))) as addresses:
        assert addresses == {}


def _answers(address: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) == 0
