#!/usr/bin/env python3
"""Open Odoo's port with a long queue, and become the command that is named: `listen.py [--port 8069] COMMAND …`.

Odoo's own queue is eight connections a worker. Of fifty people who come in one moment, a few would be turned away by
the kernel with a broken connection. Odoo takes over an open port by ODOO_HTTP_SOCKET_FD, as it does for itself when it
reloads.
"""

import os
import socket
import sys

QUEUE = 1024


def main(words):
    port, words = (int(words[1]), words[2:]) if words[:1] == ["--port"] else (8069, words)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("0.0.0.0", port))  # noqa: S104 (of a container, whose networks say who gets there)
    listening.listen(QUEUE)
    listening.setblocking(False)
    listening.set_inheritable(True)
    os.environ["ODOO_HTTP_SOCKET_FD"] = str(listening.fileno())
    os.execvp(words[0], words)  # noqa: S606 (what the container is started with)


if __name__ == "__main__":
    main(sys.argv[1:])
