import collections
import contextlib
import json
import logging
import os
import time
from pathlib import Path

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import HttpCase
from odoo.tests.common import ChromeBrowser, _registry_test_lock, release_test_lock

from . import press_plan
from .press_data import PressData
from .press_places import places

_logger = logging.getLogger(__name__)

READY = "odoo.isReady && odoo.__clinicPress !== undefined && odoo.__WOWL_DEBUG__ !== undefined"


class ErrorLog(logging.Handler):
    """What the server logs as an error."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def __enter__(self):
        # While tests run, Odoo's logger may be set to pass nothing below critical.
        self._level = logging.getLogger("odoo").level
        logging.getLogger("odoo").setLevel(logging.ERROR)
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *exception):
        logging.getLogger().removeHandler(self)
        logging.getLogger("odoo").setLevel(self._level)

    def emit(self, record):
        kind = record.exc_info[0] if record.exc_info else None
        # What the database refused, and what was said in words, is judged by the answer.
        if record.name == "odoo.sql_db" or (kind and issubclass(kind, (UserError, RedirectWarning))):
            return
        self.lines.append(f"{record.name}: {record.getMessage()}"[:1500])

    def take(self):
        lines, self.lines = self.lines, []
        return lines


class Pressed:
    """What came of all presses."""

    def __init__(self, name, expected):
        self.name, self.expected = name, expected
        self.reached = {}  # mark -> role
        self.refusals = {}  # what was pressed -> words
        self.errors = {}  # what was pressed -> errors
        self.presses = collections.Counter()  # role -> how many
        self.variants = collections.defaultdict(set)  # mark -> labels
        self.lost = []  # what was seen once and not found again
        self.began = time.monotonic()

    def report(self, places):
        """Return all of it in words, the figures last."""
        unreached = sorted(self.expected - set(self.reached))
        lines = [f"refused: {what}: {words}" for what, words in self.refusals.items()]
        lines += [f"not found again: {what}" for what in self.lost]
        lines += [f"unreached: {mark} {places.get(mark, '')}" for mark in unreached]
        lines += [f"error: {what}: {words}" for what, words in self.errors.items()]
        presses = ", ".join(f"{role} {number}" for role, number in self.presses.items())
        lines.append(
            f"{self.name}: {len(self.expected)} buttons, {len(self.presses)} roles, {self.presses.total()} presses"
            f" ({presses}), {len(self.refusals)} refusals, {len(unreached)} unreached, {len(self.errors)} errors,"
            f" {time.monotonic() - self.began:.0f} s"
        )
        _logger.info("%s", lines[-1])
        if path := os.environ.get("CLINIC_PRESS_REPORT"):
            Path(f"{path}.{self.name}").write_text("\n".join(lines))
        return "\n".join(lines)


class Explorer:
    """Presses in the browser of one role, and presses what that brings to light until nothing new is seen."""

    # A list of patients shows the same button for each: so many of them are pressed.
    VARIANTS = 2
    # Of a few from which to choose each is pressed, and each of what has no mark of its own: a card by its state.
    CHOICES = 12
    DEEPEST = 4

    def __init__(self, role, go, pressed):
        self.role, self.go, self.pressed = role, go, pressed
        self.queue = collections.deque()

    def open(self, place):
        """Open ``place`` and plan to press what it shows."""
        result = self.go(place, place.steps)
        what = f"{self.role}: {place.name}"
        if result["missing"] is not None:
            self.pressed.lost.append(f"{what}: {place.steps[result['missing']]}")
        for step in place.steps:
            if "mark" in step:
                self._keep(f"{what}: {step['mark']}", step, result)
        if result["errors"]:
            self.pressed.errors[what] = result["errors"]
        self._note(place, place.steps, result["marks"])

    def press_button(self, screen, button, candidates):
        """Press a view's button, on the next candidate when it is refused on one."""
        step = {
            "mark": button.mark,
            "name": button.name,
            "select": button.in_header and screen.view_type == "list",
            "fill": True,
        }
        self._press_on(screen, step, candidates)

    def press_gear(self, screen, mark, item, records):
        """Choose ``item`` behind the gear of a view."""
        step = {"mark": mark, "gear": item["name"], "select": screen.view_type == "list"}
        self._press_on(screen, step, list(records))

    def _press_on(self, screen, step, candidates):
        refused = []
        for record in candidates:
            place = press_plan.Place(screen.action(record))
            result = self.go(place, [step])
            self._note(place, [], result["before"])
            if result["missing"] is None:
                what = f"{self.role}: {step['mark']} of {record}"
                self._keep(what, step, result)
                self._note(place, [step], result["marks"])
                if not result["refusals"]:
                    for other in refused:
                        self.pressed.refusals.pop(other)
                    break
                refused.append(what)

    def explore(self):
        """Press what has been seen and not pressed."""
        while self.queue:
            place, path, step = self.queue.popleft()
            # A view's button is the same wherever it is seen.
            if ":" in step["mark"] and step["mark"] in self.pressed.reached:
                continue
            result = self.go(place, [*path, step])
            steps = " > ".join(f"{s.get('mark', '')} {s.get('label', '')}" for s in [*path, step])
            what = f"{self.role}: {place.name}: {steps}"
            if result["missing"] is not None:
                self.pressed.lost.append(what)
                continue
            self._keep(what, step, result)
            if len(path) < self.DEEPEST:
                self._note(place, [*path, step], result["marks"])

    def _keep(self, what, step, result):
        self.pressed.presses[self.role] += 1
        self.pressed.reached.setdefault(step["mark"], self.role)
        if result["errors"]:
            self.pressed.errors[what] = result["errors"]
        if result["refusals"]:
            self.pressed.refusals[what] = result["refusals"]

    def _note(self, place, path, marks):
        for seen in marks:
            labels = self.pressed.variants[seen["mark"]]
            limit = self.VARIANTS if "#" in seen["mark"] and not seen["choice"] else self.CHOICES
            if not seen["disabled"] and seen["label"] not in labels and len(labels) < limit:
                labels.add(seen["label"])
                self.queue.append((place, path, {"mark": seen["mark"], "label": seen["label"], "fill": True}))


class MouseBrowser(ChromeBrowser):
    """A browser with a mouse, which a headless one has not: some buttons are too small for a finger."""

    def _spawn_chrome(self, cmd):
        mouse = "primaryPointerType=4,availablePointerTypes=4,primaryHoverType=2,availableHoverTypes=2"
        *switches, url = cmd
        return super()._spawn_chrome([*switches, f"--blink-settings={mouse}", url])


class PressCommon(PressData, HttpCase):
    """A browser in which one thing after another is pressed, each on the same data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_press_data()
        cls.places = places(cls)
        cls.view_marks = press_plan.mark_views(cls.env)
        addons = cls.env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
        cls.gear_marks = press_plan.gear_marks(cls.env)
        cls.template_marks = press_plan.template_marks([name for name in addons if press_plan.is_ours(name)])
        cls.env.flush_all()

    @contextlib.contextmanager
    def _browser(self, role):
        """Yield a function that opens a place, presses steps and returns what came of it; then all is undone."""
        user = self.users[role]
        browser = MouseBrowser(self)
        try:
            with ErrorLog() as log, self.allow_requests(browser=browser):
                self.authenticate(user.login, user.login, browser=browser)
                self.cr.flush()
                self.cr.clear()
                self._start(browser)
                # Nothing that the page asks for in the background comes between, but while a press is waited for.
                with _registry_test_lock:
                    saved = self.cr.savepoint(flush=False)

                    def go(place, steps):
                        with release_test_lock():
                            result = self._evaluate(browser, {**place._asdict(), "steps": [*steps]})
                        saved.rollback()
                        self.env.invalidate_all(flush=False)
                        result["errors"] += log.take()
                        return result

                    yield go
                    saved.close(rollback=True)
        finally:
            browser.stop()

    def _start(self, browser):
        """Load the web client, at a screen which is not ours: it is to begin with the marks."""
        browser.navigate_to(f"{self.base_url()}/odoo/discuss")
        self.assertTrue(browser._wait_ready(READY, 60))

    def _evaluate(self, browser, spec):
        params = {
            "expression": f"odoo.__clinicPress.go({json.dumps(spec)})",
            "awaitPromise": True,
            "returnByValue": True,
        }
        failed = {"refusals": [], "marks": [], "before": [], "missing": None}
        try:
            answer = browser._websocket_request("Runtime.evaluate", params=params, timeout=90)
        except TimeoutError:
            self._start(browser)
            return {**failed, "errors": ["The page did not answer"]}
        if "exceptionDetails" in answer:
            return {**failed, "errors": [str(answer["exceptionDetails"])]}
        return json.loads(answer["result"]["value"])
