"""Two places in Odoo's HTTP layer that no addon can extend, and through which every answer of their kind goes.

* Every cookie is set by ``_Response.set_cookie`` or ``FutureResponse.set_cookie``: the session's carries neither
  ``Secure`` nor ``SameSite`` by default.
* Every exception that is told to a client in JSON goes through ``serialize_exception``, also those that the report
  and export controllers catch: with the whole traceback, and a text that may hold values of the database.
"""

import functools
import logging
import secrets

import psycopg2
from werkzeug.exceptions import HTTPException

from odoo import http
from odoo.exceptions import RedirectWarning, UserError
from odoo.http import SessionExpiredException, request
from odoo.tools import config

_logger = logging.getLogger(__name__)

MEANT_FOR_PEOPLE = (UserError, RedirectWarning, HTTPException, SessionExpiredException)


def _with_flags(set_cookie):
    @functools.wraps(set_cookie)
    def wrapped(self, *args, **kwargs):
        kwargs["samesite"] = kwargs.get("samesite") or "Lax"
        kwargs["secure"] = kwargs.get("secure") or bool(request and request.httprequest.scheme == "https")
        return set_cookie(self, *args, **kwargs)

    return wrapped


def shows_details() -> bool:
    """Tell whether who asks may read tracebacks: a developer's server, or an administrator in developer mode."""
    if config["dev_mode"]:
        return True
    try:
        return bool(request and request.db and request.session.debug and request.env.user._is_system())
    except (psycopg2.Error, AttributeError):  # the failure was the database's, or came before there was a user
        return False


def _without_details(serialize_exception):
    @functools.wraps(serialize_exception)
    def wrapped(exception, **kwargs):
        answer = serialize_exception(exception, **kwargs)
        if shows_details():
            return answer
        answer["debug"] = ""
        if not isinstance(exception, MEANT_FOR_PEOPLE):
            reference = secrets.token_hex(4).upper()
            _logger.error("Failure %s was a %s, see the traceback next to this line", reference, answer["name"])
            message = f"Something went wrong. Please tell your administrator the number {reference}."
            if request and request.env:
                message = request.env._(
                    "Something went wrong. Please tell your administrator the number %s.", reference
                )
            answer.update(message=message, arguments=[message], context={})
        return answer

    return wrapped


http._Response.set_cookie = _with_flags(http._Response.set_cookie)
http.FutureResponse.set_cookie = _with_flags(http.FutureResponse.set_cookie)
http.serialize_exception = _without_details(http.serialize_exception)
