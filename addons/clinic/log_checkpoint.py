"""Signed checkpoints of the logs, kept outside the database, so that a chain that was written again is found.

Who rewrites the tables can compute all hashes again, or cut the end off. They can't sign: the key lies outside the
database. ``CLINIC_LOG_KEY`` names the file of an Ed25519 private key (PEM), ``CLINIC_LOG_CHECKPOINTS`` the folder.
"""

import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

KEY, FOLDER = "CLINIC_LOG_KEY", "CLINIC_LOG_CHECKPOINTS"


def is_configured() -> bool:
    """Return whether there is a key to sign with and a folder to write to."""
    key, folder = os.environ.get(KEY), os.environ.get(FOLDER)
    return bool(key and folder and os.access(key, os.R_OK) and Path(folder).is_dir())


def file_of(database) -> Path:
    """Return the file with the checkpoints of ``database``."""
    return Path(os.environ[FOLDER]) / f"{database}.jsonl"


def _key():
    return load_pem_private_key(Path(os.environ[KEY]).read_bytes(), password=None)


def _text(facts) -> bytes:
    return json.dumps(facts, sort_keys=True).encode()


def write(database, facts: dict) -> None:
    """Sign ``facts`` and append them to the database's file."""
    line = json.dumps({**facts, "signature": _key().sign(_text(facts)).hex()}, sort_keys=True)
    with file_of(database).open("a") as handle:
        handle.write(line + "\n")
        handle.flush()
        os.fsync(handle.fileno())


def read(database) -> tuple[list[dict], int | None]:
    """Return the facts of all checkpoints, and the number of the first line that nobody with the key has written."""
    if not file_of(database).exists():
        return [], None
    public, found = _key().public_key(), []
    for number, line in enumerate(file_of(database).read_text().splitlines(), 1):
        try:
            facts = json.loads(line)
            public.verify(bytes.fromhex(facts.pop("signature")), _text(facts))
        except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
            return found, number
        found.append(facts)
    return found, None
