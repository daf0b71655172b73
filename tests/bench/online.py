"""Print the tables of `make bench-online`; exit with 1 unless every goal is reached.

python tests/bench/online.py DATABASE
    a database made by data.py

A real server with two workers behind a proxy's headers, visitors of different networks on the same machine, and at
last Chromium with a processor four times as slow. `CLINIC_BENCH_ROUNDS=10`: fewer rounds of the race than 100.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import connection

connection.start()
# The server of the races, and what that one needs.
sys.path += [str(Path(__file__).parents[1] / "races"), str(Path(__file__).parents[2] / "scripts")]

import online_data  # noqa: E402 (Odoo's addons can be imported only now)
import psycopg2  # noqa: E402
import requests  # noqa: E402
import server  # noqa: E402
from clinic_data import start_of  # noqa: E402
from hand import SIZES, browser  # noqa: E402
from visitor import Visitor  # noqa: E402

RATE, SECONDS = 20, 30
HOLDS, HOLD_RATE = 100, 5
HOMES, HOME_RATE = 200, 10
VISITORS, SLOTS, ROUNDS = 50, 10, int(os.environ.get("CLINIC_BENCH_ROUNDS") or 100)
SLOT_PAGE, HOLD, HOME = 150, 200, 200  # ms, the 95th percentile
# Before the first tap, on a slow phone.
BYTES, PAINT = 250_000, 1_000


class Load:
    """Asks at a steady rate, whether or not the answers come in time, and keeps how long each of them took."""

    def __init__(self, rate):
        self.rate, self.seconds, self.bad = rate, [], Counter()

    def run(self, questions):
        begun = time.perf_counter()
        with ThreadPoolExecutor(max_workers=64) as pool:
            for number, question in enumerate(questions):
                time.sleep(max(0.0, begun + number / self.rate - time.perf_counter()))
                pool.submit(self._ask, question)
        return self

    def _ask(self, question):
        began = time.perf_counter()
        try:
            status = question()
        except Exception as error:
            status = type(error).__name__
        self.seconds.append(time.perf_counter() - began)
        if status not in (200, 303):
            self.bad[status] += 1

    def p95(self):
        return 1000 * statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]

    def median(self):
        return 1000 * statistics.median(self.seconds)


def network(number):
    """Return the address of a visitor; no two visitors of a round come from one network."""
    return f"10.{number // 65536 % 250}.{number // 256 % 256}.{number % 256}"


class Clinic:
    """The clinic that was made, and what its visitors do."""

    def __init__(self, address, database):
        self.address, self.database, self.count = address, database, 0
        with connection.environment(database) as env:
            found = online_data.find(env)
            people = env["clinic.practitioner"].browse(found.practitioners).filtered("is_online")
            names = dict(zip(people.ids, people.mapped("resource_id").ids, strict=True))
        self.branch, self.treatment, self.people = found.branch, found.treatment, names

    def visitor(self, doctor=None):
        self.count += 1
        made = {"branch": self.branch, "treatment": self.treatment, "doctor": doctor or ""}
        return Visitor(self.address, made, network=network(self.count))

    def query(self, statement, *values):
        with psycopg2.connect(dbname=self.database) as link, link.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    # -- the pages ----------------------------------------------------------------------------------------------------

    def times_page(self, number):
        """Return a question for the times of one of the next days, of all practitioners or of one."""
        doctor = None if number % 2 else list(self.people)[number % len(self.people)]
        visitor, day = self.visitor(doctor), start_of(number % 28, 28, first=2).date().isoformat()
        return lambda: visitor.times(day).status_code

    def hold(self, number):
        """Return a question that keeps a free time; the page on which it is chosen is opened before."""
        visitor = self.visitor()
        page = visitor.times(start_of(number % 28, 28, first=3).date().isoformat())
        starts = [one.get("value") for one in visitor.tree(page).xpath("//button[@name='start']")]
        start = starts[number * 7 % len(starts)]
        return lambda: visitor.send(page, "/hold", ("start", start), follow=False).status_code

    def homes(self):
        """Return questions for the portal's first page, by all patients who sign in, in turn."""
        browsers = []
        for number in range(online_data.PORTAL):
            session = server.direct_session()
            session.cookies["session_id"] = server.log_in(self.address, self.database, f"portal{number}")
            browsers.append(session)
        ask = [lambda one=one: one.get(f"{self.address}/my", timeout=60).status_code for one in browsers]
        return [ask[number % len(ask)] for number in range(HOMES)]

    # -- the race -----------------------------------------------------------------------------------------------------

    def free(self, count, number):
        """Return ``count`` free (practitioner, start) of one day."""
        day, found = start_of(number % 50, 50, first=4).date().isoformat(), []
        for doctor in self.people:
            visitor = self.visitor(doctor)
            starts = [one.get("value") for one in visitor.tree(visitor.times(day)).xpath("//button[@name='start']")]
            found += [(doctor, start) for start in starts[number // 50 :: 3][:1]]
            if len(found) == count:
                return found
        raise AssertionError(f"Too little is free on {day}")

    def race(self, number):
        """Let all visitors run for the slots of a round at once; return what came of it."""
        slots = self.free(SLOTS, number)
        barrier, outcomes = threading.Barrier(VISITORS), Counter()
        lock = threading.Lock()

        def run(which):
            try:
                done = self._run_for(slots[which % SLOTS], barrier, 1000 * number + which)
            except requests.RequestException as error:
                done = type(error).__name__
            with lock:
                outcomes[done] += 1

        with ThreadPoolExecutor(max_workers=VISITORS) as pool:
            list(pool.map(run, range(VISITORS)))
        return outcomes

    def _run_for(self, slot, barrier, number):
        """Choose and book ``slot`` as soon as all others do; return what came of it."""
        doctor, start = slot
        visitor = self.visitor(doctor)
        page = visitor.times(start[:10])
        barrier.wait(timeout=120)
        page = visitor.send(page, "/hold", ("start", start))
        if page.status_code == 200 and "/details" in page.url:
            page = visitor.confirm(page, number)
        if page.status_code >= 500:
            return page.status_code
        return "booked" if page.url.endswith("/book/done") else "taken" if "just taken" in page.text else page.url

    def overlaps(self):
        [[count]] = self.query(
            """SELECT COUNT(*) FROM clinic_reservation one JOIN clinic_reservation other
                   ON other.resource_id = one.resource_id AND other.id > one.id
                  AND other.start < one.stop AND other.stop > one.start
                WHERE one.blocking AND other.blocking AND one.start > now() AT TIME ZONE 'UTC'"""
        )
        return count

    def booked(self):
        return self.query("SELECT COUNT(*) FROM clinic_visit WHERE is_booked_online AND state = 'booked'")[0][0]


def pages(clinic):
    """Return what Chromium says of each step on a phone whose processor is four times as slow."""
    rows = []
    base = f"{clinic.address}/book/{clinic.branch}"
    steps = {"treatments": base, "practitioner": f"{base}/who?t={clinic.treatment}"}
    steps["time"] = f"{base}/when?t={clinic.treatment}"
    with browser() as chromium:
        for name, url in steps.items():
            width, height = SIZES["phone"]
            context = chromium.new_context(viewport={"width": width, "height": height}, is_mobile=True, has_touch=True)
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            session.send("Network.enable")
            sizes = []
            session.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
            page.goto(url, wait_until="networkidle")
            found = json.loads(
                page.evaluate(
                    """() => JSON.stringify({
                        paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
                        ready: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
                    })"""
                )
            )
            rows.append((name, int(sum(sizes)), len(sizes), found["paint"], found["ready"]))
            context.close()
    return rows


def main(database):
    load, goals = os.getloadavg()[0], []

    def line(text, goal="", reached=None):
        print(f"{text:<98} {goal:<24}{'' if reached is None else 'yes' if reached else 'NO'}", flush=True)
        goals.append(reached is not False)

    print(f"load of the machine before: {load:.1f}\n")
    with (
        tempfile.TemporaryDirectory() as folder,
        server.serving(database, Path(folder) / "log", workers=2, words=("--proxy-mode",)) as address,
    ):
        clinic = Clinic(address, database)
        Load(5).run([clinic.times_page(number) for number in range(20)])
        slots = Load(RATE).run([clinic.times_page(number) for number in range(RATE * SECONDS)])
        line(
            f"times of a day, {RATE} a second: median {slots.median():.0f} ms, p95 {slots.p95():.0f} ms",
            f"p95 < {SLOT_PAGE} ms",
            slots.p95() < SLOT_PAGE and not slots.bad,
        )
        holds = Load(HOLD_RATE).run([clinic.hold(number) for number in range(HOLDS)])
        line(
            f"{HOLDS} holds, {HOLD_RATE} a second: median {holds.median():.0f} ms, p95 {holds.p95():.0f} ms",
            f"p95 < {HOLD} ms",
            holds.p95() < HOLD and not holds.bad,
        )
        homes = Load(HOME_RATE).run(clinic.homes())
        line(
            f"{HOMES} first pages of the portal, {HOME_RATE} a second: "
            f"median {homes.median():.0f} ms, p95 {homes.p95():.0f} ms",
            f"p95 < {HOME} ms",
            homes.p95() < HOME and not homes.bad,
        )
        began, before, outcomes = time.perf_counter(), clinic.booked(), Counter()
        for number in range(ROUNDS):
            outcomes.update(clinic.race(number))
        fair = outcomes == {"booked": ROUNDS * SLOTS, "taken": ROUNDS * (VISITORS - SLOTS)}
        fair = fair and clinic.booked() - before == ROUNDS * SLOTS and not clinic.overlaps()
        took = timedelta(seconds=round(time.perf_counter() - began))
        line(
            f"{VISITORS} visitors for {SLOTS} times, {ROUNDS} rounds in {took}: {dict(outcomes)}, "
            f"overlaps {clinic.overlaps()}",
            f"{SLOTS} a round, 0, no 5xx",
            fair,
        )
        line(f"  {'a page on a phone, processor 4x slower':<40} bytes  requests  first paint  ready")
        for name, size, requests, paint, ready in pages(clinic):
            line(
                f"  {name:<40} {size:>5}  {requests:>8}  {paint:>8.0f} ms  {ready:>5.0f} ms",
                f"<= {BYTES // 1000} kB, < {PAINT} ms",
                size <= BYTES and paint < PAINT,
            )
        refused = {**slots.bad, **holds.bad, **homes.bad}
        if refused:
            print("other answers:", refused)
    return 0 if all(goals) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
