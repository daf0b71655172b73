import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Elsewhere(ThreadingHTTPServer):
    """A provider's host: another origin, on this machine's loopback."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url, self.came = f"http://127.0.0.1:{self.server_port}", []


class Handler(BaseHTTPRequestHandler):
    """Its pages; the way to the last one leads over a redirect, as to a bank."""

    def do_GET(self):
        address = urlsplit(self.path)
        self._answer(address.path, parse_qs(address.query))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self._answer(urlsplit(self.path).path, parse_qs(body))

    def _answer(self, path, words):
        if path == "/favicon.ico":
            self.send_response(404)
            self.end_headers()
            return
        self.server.came.append((self.command, path, words))
        if self.server.bank and path == "/pay":
            self.send_response(302)
            self.send_header("Location", f"{self.server.bank}/bank")
            self.end_headers()
            return
        is_program = path.endswith(".js")
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if is_program else "text/html")
        self.end_headers()
        self.wfile.write(b"0;" if is_program else b'<!DOCTYPE html><script>console.log("test successful")</script>')

    def log_message(self, *_args):
        """Say nothing."""


@contextmanager
def elsewhere(bank=None):
    """Have another site as long as a test needs it."""
    server = Elsewhere()
    server.bank = bank
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
