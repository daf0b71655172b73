"""What the server's log says of a request: never by what somebody is let in, nor who is calling."""

import logging
import re

# A link to sign, to report, to pay, to register a tablet, in a message or mailing, for a new password, to a document:
# who has it needs no login. Beside the one in a mailing stands whom it was sent to. And who is calling.
SECRET = re.compile(
    r"((?:access_|hash_)?token=|[?&](?:email|sms_number)=|/clinic/+(?:sign|report|kiosk/+register|pay)/+"
    r"|/c/+|/sms/+\d+/+(?:unsubscribe/+)?)[^&/?\s]+"
    # All of it: a telephone system may write spaces as they are, or the number twice.
    r"|(/clinic/+call/*\?)(?:(?! HTTP/).)+"
)


class WithoutTokens(logging.Filter):
    """Takes what lets somebody in, and callers' numbers, out of the addresses that are logged."""

    def filter(self, record):
        """Return True: every request is logged, some without a part of their address."""
        if isinstance(record.args, tuple):
            record.args = tuple(hide(part) if isinstance(part, str) else part for part in record.args)
        return True


def hide(text):
    """Return ``text`` without what lets somebody in, and without a caller's number.

    >>> hide("GET /clinic/sign/abc_-1?lang=ur HTTP/1.1")
    'GET /clinic/sign/***?lang=ur HTTP/1.1'
    >>> hide("GET /clinic/pay/0a1b HTTP/1.1")
    'GET /clinic/pay/*** HTTP/1.1'
    >>> hide("GET /clinic/pay//0a1b HTTP/1.1"), hide("GET /c//0a1b HTTP/1.1")  # answered by the right address
    ('GET /clinic/pay//*** HTTP/1.1', 'GET /c//*** HTTP/1.1')
    >>> hide("GET /my/invoices/1?access_token=abc&x=1 HTTP/1.1")
    'GET /my/invoices/1?access_token=***&x=1 HTTP/1.1'
    >>> hide("GET /mailing/1/unsubscribe?document_id=2&email=a%40b.c&hash_token=abc HTTP/1.1")
    'GET /mailing/1/unsubscribe?document_id=2&email=***&hash_token=*** HTTP/1.1'
    >>> hide("GET /sms/3/unsubscribe/aB1?sms_number=%2B92300 HTTP/1.1"), hide("GET /sms/3/aB1 HTTP/1.1")
    ('GET /sms/3/unsubscribe/***?sms_number=*** HTTP/1.1', 'GET /sms/3/*** HTTP/1.1')
    >>> hide("GET /clinic/call?number=%2B923001234567&line=2 HTTP/1.1")
    'GET /clinic/call?*** HTTP/1.1'
    >>> hide("GET /clinic/call/?line=2&number=0300 1234567 HTTP/1.1")
    'GET /clinic/call/?*** HTTP/1.1'
    """
    return SECRET.sub(r"\1\2***", text)


def install():
    """Let the log of requests pass through the filter, once."""
    logger = logging.getLogger("werkzeug")
    if not any(type(known).__name__ == WithoutTokens.__name__ for known in logger.filters):
        logger.addFilter(WithoutTokens())
