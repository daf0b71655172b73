"""A headless Chromium that prints: one start for all documents, steered over a pipe (DevTools protocol)."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import resource
import signal
import subprocess
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

from clinic_env import process
from clinic_env.settings import Failure

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
    # The HTML is a file and its styles and fonts come from Odoo: another origin.
    *("--disable-web-security", "--allow-file-access-from-files"),
    # Nothing but this machine: an address outside fails at once instead of being waited for.
    *("--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
)


class Browser:
    """One running Chromium with one page; use it in a `with`."""

    def __init__(self, program: str, profile: str):
        self.problems: list[str] = []  # what couldn't be loaded
        self._addresses: dict[str, str] = {}
        self._number = 0
        self._rest = b""
        self._session: dict[str, str] = {}
        self._start([program, *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"])

    def __enter__(self) -> Browser:
        try:
            target = self.call("Target.createTarget", url="about:blank")["targetId"]
            attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
            self._session = {"sessionId": attached["sessionId"]}
            for domain in ("Page", "Network"):
                self.call(f"{domain}.enable")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # with all the processes that it started
        self._process.wait()

    def _start(self, command: list[str]) -> None:
        (reading, self._write), (self._read, writing) = os.pipe(), os.pipe()
        # Copied out of the way first, so that neither end lies on 3 or 4 already.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (reading, writing)]

        def before_exec() -> None:
            process.die_with_parent(signal.SIGKILL)
            # Odoo limits its memory by address space, of which Chromium reserves far more than it uses.
            most = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
            os.dup2(ends[0], 3)  # Chromium reads commands from 3
            os.dup2(ends[1], 4)  # and writes answers to 4

        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(3, 4),
            preexec_fn=before_exec,
            start_new_session=True,
        )
        for end in (reading, writing, *ends):
            os.close(end)

    def call(self, method: str, **parameters) -> dict:
        """Give one command of the protocol and wait for its answer."""
        self._number += 1
        number = self._number
        command = {"id": number, "method": method, "params": parameters, **self._session}
        with contextlib.suppress(BrokenPipeError), os.fdopen(os.dup(self._write), "wb") as pipe:
            pipe.write(json.dumps(command).encode() + b"\0")
        answer = self._wait(lambda message: message.get("id") == number)
        if "error" in answer:
            raise Failure(f"Chromium: {method}: {answer['error']['message']}")
        return answer["result"]

    def _wait(self, wanted: Callable[[dict], bool]) -> dict:
        while True:
            message = json.loads(self._line())
            self._note(message.get("method"), message.get("params"))
            if wanted(message):
                return message

    def _line(self) -> bytes:
        pieces = [self._rest]  # joined once: a big PDF comes as one line in thousands of pieces
        while b"\0" not in pieces[-1]:
            piece = os.read(self._read, 1 << 20)
            if not piece:
                raise Failure(f"Chromium ended by itself ({self._process.wait()}).")
            pieces.append(piece)
        line, self._rest = b"".join(pieces).split(b"\0", 1)
        return line

    def _note(self, event: str | None, told: dict) -> None:
        if event == "Network.requestWillBeSent":
            self._addresses[told["requestId"]] = told["request"]["url"]
        elif event == "Network.loadingFailed" and not told.get("canceled"):
            self.problems.append(f"{self._addresses.get(told['requestId'])}: {told['errorText']}")
        elif event == "Network.responseReceived" and told["response"]["status"] >= 400:
            self.problems.append(f"{told['response']['url']}: {told['response']['status']}")

    def pdf(self, page: Path, ready: str, **options) -> bytes:
        """Load a file, wait for the promise that `ready` gives, and print."""
        if failed := self.call("Page.navigate", url=page.as_uri()).get("errorText"):
            raise Failure(f"{page}: {failed}")
        self._wait(lambda message: message.get("method") == "Page.loadEventFired")
        told = self.call("Runtime.evaluate", expression=ready, awaitPromise=True)
        if "exceptionDetails" in told:
            raise Failure(f"{page}: {told['exceptionDetails']}")
        return b64decode(self.call("Page.printToPDF", printBackground=True, **options)["data"])
