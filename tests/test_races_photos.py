"""Photos of a real server: where nothing of them, nor of the key, is found; workers are killed; the disk is full.

None that was stored is lost, nothing is left over, and an upload goes on where it was.
"""

import base64
import hashlib
import io
import json
import os
import random
import signal
import struct
import subprocess
import sys
import threading
import time
import zlib
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg2
import requests
from PIL import Image

from odoo.tools import config

from odoo.addons.clinic_vault.configuration import key_file

RACES = Path(__file__).parent / "races"
sys.path.append(str(RACES))

import server  # noqa: E402 (a script's neighbour, found once its folder is)

KILLS = int(os.environ.get("CLINIC_KILLS", "50"))
PEOPLE = 3


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
            self.sign_in()
            while not self.done.is_set():
                self.stored.append(self.upload(self.new_key()))
        except Exception as error:
            self.trouble = repr(error)

    def sign_in(self):
        """Read the page that all later requests come from."""
        page = self._try(lambda: self.session.get(f"{self.address}/odoo", timeout=60))
        self.token = page.text.split('csrf_token: "')[1].split('"')[0]

    def new_key(self) -> str:
        return f"{random.getrandbits(128):032x}"

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

    def upload(self, key: str) -> int:
        """Send the document under ``key`` and return the photo's id; raise ``RuntimeError`` when it is refused."""
        about = {"patient_id": self.made["patient"], "view": "area", "kind": "document", "size": len(self.data)}
        missing = None
        while True:
            if missing is None:
                begun = self._call("begin", key, about)
                self.part, count = begun["part_size"], -(-len(self.data) // begun["part_size"])
                assert count > 1
                missing = [number for number in range(count) if number not in begun["parts"]]
            for number in missing:
                self._send(key, number)
            found = self._call("finish", key)
            if found["state"] == "done":
                return found["photo"]
            missing = found.get("parts", [])
            time.sleep(0.2)

    def _send(self, key, number):
        part = self.data[number * self.part : (number + 1) * self.part]
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


def make(database: str) -> dict:
    """Make the people at the desk and their patient."""
    return _run("photo_people.py", database, str(PEOPLE))


def check(database: str) -> dict:
    """Open all photos, and return what the vault's check finds."""
    return _run("photo_check.py", database)


def _run(script: str, *words: str) -> dict:
    command = [sys.executable, str(RACES / script), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_workers_are_killed_and_no_stored_photo_is_lost(clone_database, tmp_path):
    database, data = clone_database(), scan()
    made = make(database)
    log = tmp_path / "server.log"
    with server.serving(database, log, workers=2) as address:
        desks = [Desk(address, database, f"desk_{number}", made, data) for number in range(PEOPLE)]
        for desk in desks:
            desk.start()
        killed = kill_workers(int(log.with_suffix(".pid").read_text()), KILLS)
        for desk in desks:
            desk.done.set()
        for desk in desks:
            desk.join(180)
    assert [desk.trouble for desk in desks] == [None] * PEOPLE
    stored = {photo for desk in desks for photo in desk.stored}
    found = check(database)
    tries = sum(desk.tries for desk in desks)
    print(f"\n{killed} workers killed, {len(stored)} photos stored, {tries} tries again; {found['first']}")
    assert stored <= set(found["opened"])
    assert found["opened"] == found["photos"]
    assert (found["first"]["missing"], found["first"]["altered"], found["first"]["key"]) == (0, 0, 0)
    assert (found["again"]["deleted"], found["stored"]) == (0, 3 * len(found["photos"]))
    assert stored


# As pixels they are a picture; a PNG that is not compressed has them in its file as they are.
MARK = b"ClinicMarkerInThePixels!"
WIDTH, HEIGHT = 800, 400


def marked_picture() -> bytes:
    """A PNG of somewhat more than one part whose file holds its pixels, all of them ``MARK``, as they are."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + MARK * (WIDTH * 3 // len(MARK))) * HEIGHT
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows, 0)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def sha1(content: bytes) -> str:
    """By this Odoo names the files of its filestore."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def traces(content: bytes, wanted: dict[str, bytes]) -> set[str]:
    """Return the names of those that are found in ``content``."""
    return {name for name, trace in wanted.items() if trace in content}


def test_neither_a_photo_nor_the_key_is_anywhere_but_where_it_belongs(clone_database, tmp_path):
    database, data = clone_database(), marked_picture()
    assert data.count(MARK) > 10_000
    made = make(database)
    log, arguments = tmp_path / "server.log", b""
    with server.serving(database, log, workers=2) as address:
        desk = Desk(address, database, "desk_0", made, data)
        desk.sign_in()
        photo = desk.upload(desk.new_key())
        thumb = desk.session.get(f"{address}/clinic/photo/{_uuid(database, photo)}/thumb", timeout=60)
        assert thumb.content.startswith(b"\xff\xd8\xff")
        parent = psutil.Process(int(log.with_suffix(".pid").read_text()))
        for process in [parent, *parent.children(recursive=True)]:
            arguments += "\0".join([*process.cmdline(), *process.environ().values()]).encode()
    picture = {"pixels": MARK, "SHA-1": sha1(data).encode(), "thumbnail": thumb.content[200:260]}
    picture["SHA-256"] = hashlib.sha256(data).hexdigest().encode()
    line = key_file().read_text().splitlines()[-1]
    key = base64.b64decode(line)
    keys = {"base64": line.encode().strip(), "hexadecimal": key.hex().encode(), "bytes": key}
    dumps = {
        name: subprocess.run(["pg_dump", name], capture_output=True, check=True).stdout
        for name in (database, "postgres")
    }
    assert b"clinic_photo" in dumps[database]
    for text in (*dumps.values(), log.read_bytes(), arguments):
        assert traces(text, {**picture, **keys}) == set()
    filestore, vault = Path(config.filestore(database)), Path(config["data_dir"]) / "clinic_vault" / database
    inside = [path for path in vault.rglob("*") if path.is_file()]
    assert len(inside) == 3 + 1, "Three pictures, and the mark of whose vault it is"
    for path in [*inside, *(path for path in filestore.rglob("*") if path.is_file())]:
        content = path.read_bytes()
        assert traces(content, {**picture, **keys}) == set(), path
        assert sha1(content) != sha1(data), path
    for path in inside:
        content = path.read_bytes()
        assert not content.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"%PDF")), path
        assert traces(content, {"JFIF": b"JFIF", "Exif": b"Exif"}) == set(), path


def _uuid(database: str, photo: int) -> str:
    with psycopg2.connect(dbname=database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT uuid FROM clinic_photo WHERE id = %s", [photo])
        return cursor.fetchone()[0]


@contextmanager
def small_disk(folder: Path):
    """Let ``folder`` have room for some photos alone, and yield what gives it more."""
    folder.mkdir(parents=True, exist_ok=True)
    if _mount("size=6m", str(folder)):
        try:
            yield lambda: _mount("remount,size=60m", str(folder))
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    else:
        # Without the right to mount, a folder that cannot be written to stands for a disk that is full.
        folder.chmod(0o500)
        try:
            yield lambda: folder.chmod(0o700) or True
        finally:
            folder.chmod(0o700)


def _mount(options: str, folder: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_disk_is_full_and_the_upload_goes_on_once_there_is_room(clone_database, tmp_path):
    database, data = clone_database(), scan()
    made = make(database)
    vault = Path(config["data_dir"]) / "clinic_vault" / database
    with small_disk(vault) as make_room:
        with server.serving(database, tmp_path / "server.log", workers=2) as address:
            desk = Desk(address, database, "desk_0", made, data)
            desk.sign_in()
            keys, refused = [], None
            while not refused and len(keys) < 20:
                keys.append(desk.new_key())
                try:
                    desk.stored.append(desk.upload(keys[-1]))
                except RuntimeError as error:
                    refused = str(error)
            # In words; what was stored before is counted below.
            assert "no room" in refused or "storage" in refused, refused
            before = list(desk.stored)
            assert make_room()
            desk.stored.append(desk.upload(keys[-1]))
            # A photo that is through is not made twice when its key is sent again.
            assert desk.upload(keys[-1]) == desk.stored[-1]
        found = check(database)
    print(f"\n{len(before)} photos stored, then: {refused}; the same upload then succeeded; {found['first']}")
    assert sorted(found["photos"]) == sorted(found["opened"]) == sorted(desk.stored)
    assert (found["first"]["missing"], found["first"]["altered"]) == (0, 0)
    assert found["stored"] == 3 * len(found["photos"])
