"""What was signed, as one text that is the same wherever it is computed: canonical JSON, and its SHA-256."""

import hashlib
import json

FORMAT = "clinic-consent/1"


def canonical(facts) -> bytes:
    """Return ``facts`` as JSON in its one form: sorted keys, no blanks, UTF-8.

    >>> canonical({"b": "ä", "a": [1, None]}).decode()
    '{"a":[1,null],"b":"ä"}'
    """
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
