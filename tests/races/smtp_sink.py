"""A mail server that takes everything and keeps it."""

import socketserver
import threading

GREETINGS = {"DATA": "354 go on", "QUIT": "221 bye", "EHLO": "250 sink"}


class Sink(socketserver.ThreadingTCPServer):
    """Listens on a free port; ``mails`` are (recipients, the text as it came)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails = []

    @property
    def port(self) -> int:
        return self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.shutdown()
        self.server_close()


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 sink")
        recipients = []
        for line in self.rfile:
            command = line.decode().strip()
            verb = command.split(" ")[0].upper()
            if verb == "RCPT":
                recipients.append(command.partition("<")[2].rstrip(">"))
            self._say(GREETINGS.get(verb, "250 ok"))
            if verb == "DATA":
                self.server.mails.append((recipients, self._text()))
                recipients = []
                self._say("250 taken")
            elif verb == "QUIT":
                return

    def _say(self, answer):
        self.wfile.write(f"{answer}\r\n".encode())

    def _text(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(lines).decode()
