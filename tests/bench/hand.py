"""A person at a real browser: counts taps, and times what each of them makes that person wait for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, sync_playwright

SIZES = {"desk": (1440, 900), "laptop": (1366, 768), "tablet": (1024, 768), "phone": (390, 844)}
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    # A camera that shows a moving pattern, and that may be used.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
_PATIENCE = 20_000


@dataclass
class Hand:
    """One journey: ``taps`` are clicks, key chords and words typed; ``waits`` the seconds each of them cost."""

    page: Page
    taps: int = 0
    waits: list[float] = field(default_factory=list)

    def elsewhere(self, size: str, path: str, cookies: dict[str, str] | None = None) -> Page:
        """Return the page ``path`` of the same server in another browser, where nobody is signed in."""
        width, height = SIZES[size]
        context = self.page.context.browser.new_context(
            viewport={"width": width, "height": height}, has_touch=True, is_mobile=size == "phone", locale="en-US"
        )
        base = "/".join(self.page.url.split("/")[:3])
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in (cookies or {}).items()])
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        page.goto(f"{base}{path}")
        return page

    def see(self, selector: str) -> Locator:
        """Return what the selector finds first."""
        return self.page.locator(selector).first

    def _wait(self, act, until: str | Locator | None) -> None:
        target = self.see(until) if isinstance(until, str) else until
        began = time.perf_counter()
        act()
        if target is not None:
            target.wait_for(state="visible", timeout=_PATIENCE)
        self.waits.append(time.perf_counter() - began)

    def tap(self, what: str | Locator, until: str | Locator | None = None) -> None:
        """Tap on what is seen, and wait until its effect is seen."""
        target = self.see(what) if isinstance(what, str) else what
        target.wait_for(state="visible", timeout=_PATIENCE)
        self.taps += 1
        self._wait(target.click, until)

    def follow(self, page: Page, until: Locator) -> None:
        """Tap on the link to ``page`` where it stands elsewhere, as in a message."""
        self.taps += 1
        self._wait(lambda: page.reload(wait_until="commit"), until)

    def save(self, what: str) -> None:
        """Tap on a file, and wait until it is saved."""
        target = self.see(what)
        target.wait_for(state="visible", timeout=_PATIENCE)
        self.taps += 1
        self._wait(lambda: self._download(target), None)

    def _download(self, target: Locator) -> None:
        with self.page.expect_download() as download:
            target.click()
        download.value.path()

    def tap_at(self, x: float, y: float, until: str | Locator) -> None:
        """Tap on a place of the screen."""
        self.taps += 1
        self._wait(lambda: self.page.mouse.click(x, y), until)

    def write(self, text: str, until: str | Locator | None = None) -> None:
        """Type words where the cursor stands; what is waited for is counted from the last key."""
        self.taps += 1
        self.page.keyboard.type(text[:-1])
        self._wait(lambda: self.page.keyboard.type(text[-1]), until)

    def press(self, keys: str, until: str | Locator | None = None) -> None:
        """Press a key or a chord."""
        self.taps += 1
        self._wait(lambda: self.page.keyboard.press(keys), until)

    def scan(self, code: str, until: str | Locator) -> None:
        """Scan a code with a hand scanner: one movement of the hand."""
        self.taps += 1
        self._wait(lambda: (self.page.keyboard.type(code), self.page.keyboard.press("Enter")), until)

    def drag(self, start: tuple[float, float], stop: tuple[float, float], until: str | Locator) -> None:
        """Drag from one place to another: two taps, down and up."""
        self.taps += 2
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        for part in range(1, 9):
            mouse.move(*(a + (b - a) * part / 8 for a, b in zip(start, stop, strict=True)))
        self._wait(mouse.up, until)

    def until_gone(self, selector: str) -> float:
        """Wait until nothing is found there any more; return the seconds."""
        began = time.perf_counter()
        self.page.locator(selector).first.wait_for(state="detached", timeout=_PATIENCE)
        return time.perf_counter() - began

    def arrive(self, address: str, until: str) -> None:
        """Come to a page that was opened before (warm): no tap, only the wait."""
        self._wait(lambda: self.page.goto(address, wait_until="commit"), until)


@contextmanager
def browser() -> Iterator[Browser]:
    """The machine's Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_ARGUMENTS)
        try:
            yield running
        finally:
            running.close()


@contextmanager
def at_work(running: Browser, base: str, login: str, size: str, home: str) -> Iterator[Page]:
    """A page of the person ``login`` on a screen of that size, whose home has been seen before."""
    width, height = SIZES[size]
    context = running.new_context(
        viewport={"width": width, "height": height},
        has_touch=size in ("tablet", "phone"),
        is_mobile=size == "phone",
        timezone_id="Asia/Karachi",
        locale="en-US",
    )
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    page.goto(f"{base}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click(".oe_login_form button[type=submit]")
    page.locator(home).first.wait_for()
    page.goto(f"{base}/odoo")
    page.locator(home).first.wait_for()
    page.wait_for_timeout(1500)  # what loads behind the first picture
    try:
        yield page
    finally:
        context.close()
