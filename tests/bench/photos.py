"""Print the table of `make bench-photo`; exit with 1 unless every goal is reached.

python tests/bench/photos.py DATABASE [COUNT]
    a copy of the template, which is filled; COUNT photos instead of 50,000
"""

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import connection

connection.start()

import photos_data  # noqa: E402 (Odoo's addons can be imported only now)
from PIL import Image  # noqa: E402

from odoo.addons.clinic_photo import intake  # noqa: E402
from odoo.addons.clinic_vault.kernel import FolderStorage, Keyring, Vault  # noqa: E402

# The server of the races, and what that one needs.
sys.path += [str(Path(__file__).parents[1] / "races"), str(Path(__file__).parents[2] / "scripts")]

import server  # noqa: E402

REPETITIONS = 40
# A browser asks for so many pictures at once.
CONNECTIONS = 6
UPLOADS = 10


class Table:
    """Lines of what was measured, and of what it was to be."""

    def __init__(self):
        self.reached = True

    def add(self, text, figure, goal, reached):
        """Print a line."""
        self.reached = self.reached and reached
        print(f"{text:<72} {figure:>22}   {goal:<18} {'yes' if reached else 'NO'}", flush=True)


def p95(seconds):
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def timed(run):
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


class Browser:
    """Somebody signed in at the server."""

    def __init__(self, address, database):
        self.address = address
        self.session = server.direct_session()
        self.session.cookies["session_id"] = server.log_in(address, database, photos_data.LOGIN)
        page = self.session.get(f"{address}/odoo", timeout=120).text
        self.token = page.split('csrf_token: "')[1].split('"')[0]

    def call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        answer = self.session.post(f"{self.address}/web/dataset/call_kw", json={"params": params}, timeout=120).json()
        assert "error" not in answer, answer["error"]["data"]["message"]
        return answer["result"]

    def picture(self, uuid, variant):
        answer = self.session.get(f"{self.address}/clinic/photo/{uuid}/{variant}", timeout=120)
        assert answer.status_code == 200, answer.text
        return answer.content

    def upload(self, patient, data):
        """Send a photo as the browser does."""
        key = secrets.token_hex(16)
        about = {"patient_id": patient, "view": "front", "kind": "document", "size": len(data)}
        size = self.call("clinic.photo.upload", "begin", key, about)["part_size"]
        for number in range(-(-len(data) // size)):
            part = data[number * size : (number + 1) * size]
            route = f"{self.address}/clinic/photo/upload/{key}/{number}"
            form = {"csrf_token": self.token}
            self.session.post(route, data=form, files={"part": ("part", part)}, timeout=120).raise_for_status()
        while self.call("clinic.photo.upload", "finish", key)["state"] != "done":
            time.sleep(0.8)


def gallery(browser, patient, pool):
    """A patient's gallery as it is opened: the list, then the thumbnails."""
    photos = browser.call("clinic.photo.gallery", "load", patient)["photos"]
    assert len(photos) == photos_data.PHOTOS
    list(pool.map(lambda photo: browser.picture(photo["uuid"], "thumb"), photos))
    return photos


def measure_vault(table):
    """What sealing costs, beside the same files in the clear, in turn; return what opening a preview costs more."""
    data = {variant: secrets.token_bytes(size) for variant, size in photos_data.SIZES.items()}
    with tempfile.TemporaryDirectory(dir=os.environ.get("CLINIC_BENCH_FOLDER")) as folder:
        plain = FolderStorage(Path(folder) / "plain")
        vault = Vault(FolderStorage(Path(folder) / "vault"), Keyring([secrets.token_bytes(32)]), "bench")
        stored, opened = ([], []), ([], [])
        for _number in range(REPETITIONS):
            names = {variant: secrets.token_hex(20) for variant in data}
            sealed = {}
            stored[0].append(timed(lambda names=names: [plain.put(names[one], data[one]) for one in data]))
            stored[1].append(
                timed(lambda sealed=sealed: sealed.update((one, vault.put("one", one, data[one])[0]) for one in data))
            )
            opened[0].append(timed(lambda names=names: plain.get(names["preview"])))
            opened[1].append(timed(lambda sealed=sealed: vault.get(sealed["preview"], "one", "preview")))
    before, after = (statistics.median(seconds) * 1000 for seconds in stored)
    figure = f"{before:.1f} → {after:.1f} ms, {after / before:.2f}x"
    table.add("A photo stored (thumbnail, preview, original), sealed", figure, "<= 1.15x", after / before <= 1.15)
    return statistics.median(opened[1]) - statistics.median(opened[0])


def measure_bomb(table):
    with tempfile.TemporaryDirectory() as folder:
        path, lock = Path(folder) / "bomb.png", Path(folder) / "lock"
        Image.new("1", (13_000, 13_000)).save(path)

        # In a small process: what a large one forks counts as large as that at first.
        script = "; ".join(
            [
                f"import resource, sys, time; sys.path.insert(0, {str(Path(intake.__file__).parents[1])!r})",
                "from intake import take_in, Refused",
                "began = time.perf_counter()",
                f"data = open({str(path)!r}, 'rb').read()",
                f"refused = lambda: take_in(data, {str(lock)!r}, {{'pixels': 50_000_000}})",
            ]
        )
        script += "\ntry:\n    refused()\nexcept Refused:\n    took = time.perf_counter() - began\n"
        script += "print(took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
        told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    took, memory = map(float, told.split())
    reached = took < 1 and memory < 200
    table.add("A PNG of 13,000 × 13,000 refused", f"{took:.2f} s, {memory:.0f} MB", "< 1 s, < 200 MB", reached)


def board(browser):
    return timed(lambda: browser.call("clinic.board", "load"))


def measure_uploads(table, address, database, patient):
    browser, data = Browser(address, database), photos_data.picture()
    board(browser)
    alone = [board(browser) for _number in range(REPETITIONS)]
    with ThreadPoolExecutor(UPLOADS) as pool:
        people = [Browser(address, database) for _number in range(UPLOADS)]
        began = time.perf_counter()
        sent = [pool.submit(one.upload, patient, data) for one in people]
        beside = []
        while not all(one.done() for one in sent):
            beside.append(board(browser))
            time.sleep(0.1)
        for one in sent:
            one.result()
        took = time.perf_counter() - began
    before, after = statistics.median(alone), statistics.median(beside)
    ratio = after / before
    figure = f"{before * 1000:.0f} → {after * 1000:.0f} ms, {ratio:.2f}x"
    text = f"The board while {UPLOADS} photos of 12 MP are uploaded at once ({took:.0f} s)"
    table.add(text, figure, "<= 1.5x", ratio <= 1.5)


def main(database, count=50_000):
    table, load = Table(), os.getloadavg()[0]
    print(f"load {load:.1f}, {count:,} photos in the vault\n", flush=True)
    with connection.environment(database) as env:
        patient, _user = photos_data.make(env, count)
        patient_id = patient.id
    extra = measure_vault(table)
    measure_bomb(table)
    with (
        tempfile.TemporaryDirectory() as folder,
        server.serving(database, Path(folder) / "one.log", workers=2) as address,
    ):
        browser = Browser(address, database)
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            photos = gallery(browser, patient_id, pool)
            seconds = [timed(lambda: gallery(browser, patient_id, pool)) for _number in range(REPETITIONS)]
        figure = f"{statistics.median(seconds) * 1000:.0f} ms, p95 {p95(seconds) * 1000:.0f} ms"
        table.add("A gallery of 20 thumbnails", figure, "p95 < 500 ms", p95(seconds) < 0.5)
        pair = [timed(lambda: browser.picture(photos[0]["uuid"], "preview")) for _number in range(REPETITIONS)]
        served = statistics.median(pair)
        ratio = served / (served - extra)
        figure = f"{(served - extra) * 1000:.1f} → {served * 1000:.1f} ms, {ratio:.2f}x"
        table.add("A preview from the server, sealed beside plain", figure, "<= 1.15x", ratio <= 1.15)
        measure_uploads(table, address, database, patient_id)
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:3])))
