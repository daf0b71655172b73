"""What programs that read hostile files have in common: their limits, their input and their output.

Such a program knows nothing of the clinic and gets no path, no key and no environment. Memory and time are limited by
the system, and nothing is written to a disk. It is started by ``process.py``, which names this folder to it.
"""

import json
import os
import resource
import struct
import sys

LENGTH = struct.Struct(">Q")
# 50 megapixels need about 700 MB.
MEMORY = 1_100_000_000
SECONDS = 45


class Refused(Exception):
    """Names the rule that is broken."""


def limit():
    """Take rights away before anything that came from outside is looked at."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # At the hard limit the system sends KILL, which says that the machine had no memory: see ``process.py``.
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # People at work come first.
    os.nice(19)


def read():
    """Return the options and the files that were handed over."""
    data, parts, place = sys.stdin.buffer.read(), [], 0
    while place < len(data):
        (length,) = LENGTH.unpack_from(data, place)
        parts.append(memoryview(data)[place + LENGTH.size : place + LENGTH.size + length])
        place += LENGTH.size + length
    return json.loads(bytes(parts[0])), parts[1:]


def write(facts, files=()):
    """Hand back ``facts`` and the clean files."""
    for part in (json.dumps(facts).encode(), *files):
        sys.stdout.buffer.write(LENGTH.pack(len(part)))
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def serve(**tasks):
    """Do the one of ``tasks``, {name: function of the options and the files}, that is asked for."""
    limit()
    try:
        options, blobs = read()
        tasks[options["task"]](options, blobs)
    except Refused as error:
        write({"refused": str(error)})
    except MemoryError:
        write({"refused": "limits"})
    except Exception:
        # A broken file can lead to any of them; which one it was does not help.
        write({"refused": "broken"})
