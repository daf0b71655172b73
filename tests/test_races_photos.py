"""Workers are killed, fifty times, while photos are uploaded: none that was stored is lost, nothing is left over."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
import requests
from PIL import Image

RACES = Path(__file__).parent / "races"
sys.path.append(str(RACES))

import server  # noqa: E402 (a script's neighbour, found once its folder is)

KILLS = int(os.environ.get("CLINIC_KILLS", "50"))
PEOPLE = 3
PART = 1024 * 1024


def scan() -> bytes:
    """A picture of somewhat more than one part."""
    target = io.BytesIO()
    Image.effect_noise((1500, 1100), 90).convert("RGB").save(target, "JPEG", quality=97)
    return target.getvalue()


class Desk(threading.Thread):
    """Somebody who scans one document after the other, and whose browser tries again whatever happens."""

    def __init__(self, address: str, database: str, login: str, made: dict, data: bytes):
        super().__init__(daemon=True)
        self.address, self.made, self.data = address, made, data
        self.session = server.direct_session()
        self.session.cookies["session_id"] = server.log_in(address, database, login)
        self.stored, self.tries, self.trouble = [], 0, None
        self.done = threading.Event()

    def run(self):
        try:
            page = self._try(lambda: self.session.get(f"{self.address}/odoo", timeout=60))
            self.token = page.text.split('csrf_token: "')[1].split('"')[0]
            while not self.done.is_set():
                self.stored.append(self._upload())
        except Exception as error:
            self.trouble = repr(error)

    def _try(self, ask):
        """Ask until there is an answer of the server, as the browser does."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                answer = ask()
            except requests.RequestException:
                self.tries += 1
                time.sleep(0.1)
                continue
            if answer.status_code < 500:
                return answer
            time.sleep(0.1)
        raise TimeoutError("No answer")

    def _call(self, method, *args):
        params = {"model": "clinic.photo.upload", "method": method, "args": list(args), "kwargs": {}}
        route = f"{self.address}/web/dataset/call_kw/clinic.photo.upload/{method}"
        answer = self._try(lambda: self.session.post(route, json={"params": params}, timeout=60)).json()
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def _upload(self):
        key = f"{random.getrandbits(128):032x}"
        about = {"patient_id": self.made["patient"], "view": "area", "kind": "document", "size": len(self.data)}
        missing = None
        while True:
            if missing is None:
                here = self._call("begin", key, about)["parts"]
                missing = [number for number in range(-(-len(self.data) // PART)) if number not in here]
            for number in missing:
                self._send(key, number)
            found = self._call("finish", key)
            if found["state"] == "done":
                return found["photo"]
            missing = found.get("parts", [])
            time.sleep(0.2)

    def _send(self, key, number):
        part = self.data[number * PART : (number + 1) * PART]
        route = f"{self.address}/clinic/photo/upload/{key}/{number}"
        data, files = {"csrf_token": self.token}, {"part": ("part", part)}
        answer = self._try(lambda: self.session.post(route, data=data, files=files, timeout=60))
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:200]}")


def kill_workers(parent: int, count: int) -> int:
    """Kill ``count`` workers that answer requests, each at some moment; return how many were."""
    killed = 0
    while killed < count:
        time.sleep(random.uniform(0.1, 0.6))
        workers = [child for child in psutil.Process(parent).children() if _answers_requests(child)]
        if workers:
            os.kill(random.choice(workers).pid, signal.SIGKILL)
            killed += 1
    return killed


def _answers_requests(child) -> bool:
    try:
        return child.status() != psutil.STATUS_ZOMBIE and "gevent" not in child.cmdline()
    except psutil.Error:
        # It has just ended.
        return False


@pytest.fixture
def made(module_database):
    script = [sys.executable, str(RACES / "photo_people.py"), module_database, str(PEOPLE)]
    done = subprocess.run(script, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_workers_are_killed_and_no_stored_photo_is_lost(module_database, made, tmp_path):
    data = scan()
    assert PART < len(data) < 3 * PART
    log = tmp_path / "server.log"
    with server.serving(module_database, log, workers=2) as address:
        desks = [Desk(address, module_database, f"desk_{number}", made, data) for number in range(PEOPLE)]
        for desk in desks:
            desk.start()
        killed = kill_workers(int(log.with_suffix(".pid").read_text()), KILLS)
        for desk in desks:
            desk.done.set()
        for desk in desks:
            desk.join(180)
    assert [desk.trouble for desk in desks] == [None] * PEOPLE
    stored = {photo for desk in desks for photo in desk.stored}
    script = [sys.executable, str(RACES / "photo_check.py"), module_database]
    done = subprocess.run(script, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    tries = sum(desk.tries for desk in desks)
    print(f"\n{killed} workers killed, {len(stored)} photos stored, {tries} tries again; {found['first']}")
    assert stored <= set(found["opened"])
    assert found["opened"] == found["photos"]
    assert (found["first"]["missing"], found["first"]["altered"], found["first"]["key"]) == (0, 0, 0)
    assert (found["again"]["deleted"], found["stored"]) == (0, 3 * len(found["photos"]))
    assert stored
