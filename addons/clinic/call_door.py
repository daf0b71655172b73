"""What comes from outside, before anything is done with it: the body of a request, and a call of a model's method."""

import inspect
import json
import re
from contextlib import contextmanager
from math import isfinite

from odoo.api import Environment
from odoo.exceptions import UserError

from .door import are_clean, is_id
from .value_door import check_taken

JSON = ("application/json", "application/json-rpc")
# Characters that a text must not have are only ever written as escapes.
SUSPICIOUS = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
CALLS = ("/web/dataset/call_kw", "/web/dataset/call_button")
OWN = "odoo.addons.clinic"
MOST_RECORDS = 100_000


# -- the body of a request --------------------------------------------------------------------------------------------


def read_json(text):
    """Return what the JSON ``text`` says.

    :raises ValueError: it is none, or has what nobody can store: half a character, NUL, a number that is not finite
    """
    try:
        data = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if SUSPICIOUS.search(text) and not are_clean(data):
        raise ValueError("the text has characters that cannot be stored")
    return data


def _refuse(constant):
    raise ValueError(f"{constant} is not a number")


def _finite(text):
    number = float(text)
    return number if isfinite(number) else _refuse(text)


def is_call(data, path):
    """Return whether ``data`` is what a JSON-RPC route at ``path`` can be called with."""
    params = data.get("params", {}) if isinstance(data, dict) else None
    if not isinstance(params, dict) or not path.startswith(CALLS):
        return isinstance(params, dict)
    kinds = {"model": str, "method": str, "args": list, "kwargs": dict}
    return all(isinstance(params.get(name), kind) for name, kind in kinds.items())


# -- a call of a method -----------------------------------------------------------------------------------------------


def is_own(model, name):
    """Return whether the method ``name`` of the class ``model`` is ours, and not Odoo's with something added."""
    definers = [vars(cls)[name].__module__ for cls in model.mro() if callable(vars(cls).get(name))]
    return bool(definers) and all(definer.startswith(OWN) for definer in definers)


@contextmanager
def checked_call(env: Environment, model, name, args, kwargs, ids=None):
    """Check what a method of ours is called with, and let it be called in the block.

    The records have ids, the values fit the method's signature, the context is one. Whether each value fits the method
    is said by the method (see ``door``). A method for one record that is called for others is no failure of the server.

    :param args: the values in their order; of ``call_kw`` the first one are the ids
    :param ids: the ids, where they are not the first of ``args``
    :raises UserError: in words, when something does not fit
    """
    cls = env.registry.get(model)
    # What is private Odoo refuses.
    if cls is None or name.startswith("_") or not (model.startswith("clinic.") or is_own(cls, name)):
        yield
        return
    method = getattr(cls, name, None)
    if not callable(method):
        raise UserError(env._("There is no “%(method)s” to be called in “%(model)s”.", method=name, model=model))
    args, kwargs = list(args), dict(kwargs)
    _check_context(env, kwargs.pop("context", None))
    if not getattr(method, "_api_model", False):
        if ids is None and not args:
            raise UserError(env._("Give the records by their numbers."))
        ids = _check_ids(env, args.pop(0) if ids is None else ids)
    arguments = _check_signature(env, method, args, kwargs)
    if model.startswith("clinic."):
        check_taken(env, model, name, arguments)
    try:
        yield
    except ValueError as error:
        # Odoo's own words for it are for programmers.
        if ids is not None and len(ids) != 1 and str(error).startswith("Expected singleton"):
            raise UserError(env._("Choose one record, and not several or none.")) from error
        raise


def _check_ids(env, ids):
    ids = [] if ids is None or ids is False else ids if isinstance(ids, list | tuple) else [ids]
    if len(ids) > MOST_RECORDS or not all(map(is_id, ids)):
        raise UserError(env._("Give the records by their numbers."))
    return ids


def _check_context(env, context):
    if context is None or context is False:
        return
    fits = isinstance(context, dict) and all(isinstance(key, str) for key in context)
    branches = context.get("allowed_company_ids") if fits else None
    fits = fits and (not branches or (isinstance(branches, list | tuple) and all(map(is_id, branches))))
    if not fits or not all(isinstance(context.get(key) or "", str) for key in ("lang", "tz")):
        raise UserError(env._("The context of the call does not fit. Load the page again."))


def _check_signature(env, method, args, kwargs):
    try:
        _self, *arguments = inspect.signature(method).bind(None, *args, **kwargs).arguments.values()
    except TypeError as error:
        text = env._("“%s” was called with too many or too few values.", method.__name__)
        raise UserError(text) from error
    return arguments
