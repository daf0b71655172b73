"""Asks EasyPaisa over HTTP: one request, one JSON object, or one of two exceptions."""

import json
import time

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from odoo.exceptions import ValidationError

from . import const


class Unanswered(ValidationError):
    """EasyPaisa may or may not have got the request: what became of it is not known."""


class Unreached(Unanswered):
    """EasyPaisa has certainly not got the request."""


def post_json(url, payload, headers):
    """Return the JSON object with which ``url`` answers. Redirects are not followed: they could lead anywhere.

    :raise Unreached: if no connection came about
    :raise Unanswered: if there was no answer in time, or none that can be read
    """
    until = time.monotonic() + const.TIMEOUT
    try:
        with requests.post(
            url, json=payload, headers=headers, timeout=const.TIMEOUT, allow_redirects=False, stream=True
        ) as response:
            body = _read(response, until)
    except requests.RequestException as error:
        # What the exception says may contain the address and more: its kind is enough.
        if _is_unreached(error):
            raise Unreached("no connection") from None
        raise Unanswered(f"no answer ({type(error).__name__})") from None
    if response.status_code != requests.codes.ok:
        raise Unanswered(f"HTTP {response.status_code}")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise Unanswered("the answer is no JSON") from None
    if not isinstance(answer, dict):
        raise Unanswered("the answer is no JSON object")
    return {name.strip(): value for name, value in answer.items()}


def _read(response, until):
    """Return the body of ``response``; byte by byte, as one that trickles in would otherwise hold the worker."""
    body = bytearray()
    for byte in response.iter_content(1):
        body += byte
        if len(body) > const.MOST_ANSWER:
            raise Unanswered("the answer is too long")
        if time.monotonic() > until:
            raise Unanswered("the answer takes too long")
    return bytes(body)


def _is_unreached(error):
    """Whether ``error`` came before anything was sent."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, (NewConnectionError, ConnectTimeoutError))
