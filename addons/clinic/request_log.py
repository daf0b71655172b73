"""What the server's log says of a request: never the part of an address by which somebody is let in."""

import logging
import re

# A link to sign, to register a tablet, in a message, for a new password, to a document: who has it needs no login.
SECRET = re.compile(r"((?:access_)?token=|/clinic/sign/|/clinic/kiosk/register/|/c/)[^&/?\s]+")


class WithoutTokens(logging.Filter):
    """Takes what lets somebody in out of the addresses that are logged."""

    def filter(self, record):
        """Return True: every request is logged, some without a part of their address."""
        if isinstance(record.args, tuple):
            record.args = tuple(hide(part) if isinstance(part, str) else part for part in record.args)
        return True


def hide(text):
    """Return ``text`` without what lets somebody in.

    >>> hide("GET /clinic/sign/abc_-1?lang=ur HTTP/1.1")
    'GET /clinic/sign/***?lang=ur HTTP/1.1'
    >>> hide("GET /my/invoices/1?access_token=abc&x=1 HTTP/1.1")
    'GET /my/invoices/1?access_token=***&x=1 HTTP/1.1'
    """
    return SECRET.sub(r"\1***", text)


def install():
    """Let the log of requests pass through the filter, once."""
    logger = logging.getLogger("werkzeug")
    if not any(type(known).__name__ == WithoutTokens.__name__ for known in logger.filters):
        logger.addFilter(WithoutTokens())
