"""Every public method of ours, with everything it does not take: refused in words, or done, and never a traceback."""

import collections
import copy
import datetime
import inspect
import json
import logging
import re
import time

import psycopg2

from odoo.exceptions import UserError
from odoo.http import _generate_routing_rules
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.json import json_default

from odoo.addons.clinic.call_door import OWN, checked_call, is_own
from odoo.addons.clinic.door import Unfit

from .hostile_values import FIELD_VALUES, IDS, hostile_to, proper
from .press_data import PressData

_logger = logging.getLogger(__name__)

ROLES = ("manager", "practitioner", "reception", "warehouse")
# Methods of ours with arguments that say nothing at the door, by the reason.
UNDECLARED = {}


def _is_ours(function):
    return inspect.unwrap(function).__module__.startswith(OWN)


def declared(cls, name):
    """Return what the method ``name`` of a model's class takes, or None where nobody says so."""
    methods = (vars(part).get(name) for part in cls.mro())
    return next((found for method in methods if (found := getattr(method, "_clinic_takes", None)) is not None), None)


def own_methods(registry):
    """Return {(model, method): its function}: all of ours that can be called from outside."""
    found = {}
    for model, cls in registry.items():
        for name in dir(cls):
            method = getattr(cls, name, None)
            if name.startswith("_") or not inspect.isfunction(method) or not is_own(cls, name):
                continue
            if not any(getattr(getattr(part, name, None), "_api_private", False) for part in cls.mro()):
                found[model, name] = method
    return found


@tagged("post_install", "-at_install")
class TestHostile(PressData, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_press_data()
        cls.env.flush_all()
        cls.methods = own_methods(cls.env.registry)

    def setUp(self):
        super().setUp()
        self.tracebacks = {}
        self.outcomes = collections.Counter()

    def test_every_method_with_arguments_says_what_it_takes(self):
        silent = {
            (model, name)
            for (model, name), method in self.methods.items()
            if len(inspect.signature(method).parameters) > 1 and declared(self.env.registry[model], name) is None
        }
        self.assertEqual(silent, set(UNDECLARED))

    def _context(self, user):
        return {"lang": "en_US", "tz": "Asia/Karachi", "allowed_company_ids": user.company_ids.ids}

    def _attempt(self, user, model, name, args, kwargs=None):
        """Call a method as the server does for a client, undo it, and note what came of it.

        :return: whether it was refused before anything was done, which is the same for every user
        """
        # What is called may change what it is given.
        login, args, kwargs = user.login, copy.deepcopy(args), copy.deepcopy(kwargs or {})
        env = self.env(user=user, su=False, context=self._context(user))
        kwargs = {"context": env.context, **kwargs}
        savepoint, is_called = self.env.cr.savepoint(flush=False), False
        try:
            with checked_call(env, model, name, args, kwargs):
                is_called = True
                result = call_kw(env[model], name, args, kwargs)
            env.flush_all()
            json.dumps(result, ensure_ascii=False, default=json_default).encode()
            outcome = "done"
        except UserError as error:
            outcome = "refused at the door" if isinstance(error.__cause__, Unfit) or not is_called else "refused"
        except psycopg2.IntegrityError:
            # The server says which constraint it is, in words.
            outcome = "refused by the database"
        except Exception as error:
            outcome = "tracebacks"
            key = f"{model}.{name}: {type(error).__name__}: {error}"[:160]
            self.tracebacks.setdefault(key, f"{login}: {args!r:.200} { ({**kwargs, 'context': '…'})!r:.200}")
        is_untouched = outcome == "refused at the door"
        savepoint.close(rollback=not is_untouched)
        if not is_untouched:
            self.env.cr.clear()
        self.outcomes[outcome] += 1
        return is_untouched

    @mute_logger("odoo.sql_db", "odoo.http")
    def test_no_value_of_a_field_makes_a_traceback(self):
        began = time.monotonic()
        admin = self.env.ref("base.user_root")
        for model in sorted(name for name in self.env.registry if name.startswith("clinic.")):
            records = self.env[model]
            if records._abstract or not records._auto:
                continue
            ids = records.sudo().search([], limit=1).ids
            for name, field in records._fields.items():
                if not (field._module or "").startswith("clinic"):
                    continue
                for value in FIELD_VALUES:
                    self._attempt(admin, model, "write", [ids, {name: value}])
                self._attempt(admin, model, "create", [{name: float("nan")}])
            for values in ("x", [], [1], {"nothing": 1}, {"": 1}, None, 5, [[]], {"id": "x"}):
                self._attempt(admin, model, "write", [ids, values])
                self._attempt(admin, model, "create", [values])
        self._assert_none("fields", began)

    @mute_logger("odoo.sql_db")
    def test_the_database_takes_no_number_that_is_none(self):
        for number in ("NaN", "Infinity"):
            with self.subTest(number=number), self.assertRaises(psycopg2.errors.CheckViolation), self.cr.savepoint():
                self.cr.execute("UPDATE clinic_procedure SET quantity = %s WHERE id = %s", [number, self.treated.id])

    # -- over HTTP ----------------------------------------------------------------------------------------------------

    def _post(self, route, body, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.url_open(route, data=data, headers={"Content-Type": "application/json", **headers}, timeout=60)

    def _bearer(self, user):
        tomorrow = datetime.datetime.now() + datetime.timedelta(days=1)
        key = self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "Test", tomorrow)
        return {"Authorization": f"Bearer {key}"}

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_a_body_that_cannot_be_stored_is_a_bad_request(self):
        user = self.users["reception"]
        self.authenticate(user.login, user.login)
        bearer = self._bearer(user)
        params = '{"model": "clinic.board", "method": "load", "args": [], "kwargs": {"day": %s}}'
        parts = [r'"\ud800"', r'"a\u0000"', r'{"\udfff": 1}', "NaN", "-Infinity", "1e999", "[" * 100_000, "nonsense"]
        for part in parts:
            for route, body, headers in (
                ("/web/dataset/call_kw/clinic.board/load", f'{{"params": {params % part}}}', {}),
                ("/web/dataset/call_button/clinic.board/load", f'{{"params": {params % part}}}', {}),
                ("/json/2/clinic.board/load", f'{{"day": {part}}}', bearer),
                ("/web/action/load", f'{{"params": {{"action_id": {part}}}}}', {}),
            ):
                with self.subTest(part=part[:20], route=route):
                    self.assertEqual(self._post(route, body.encode(), **headers).status_code, 400)
        answer = self._post("/web/dataset/call_kw", f'{{"params": {params % parts[0]}}}'.encode()).json()
        self.assertIn("cannot be stored", answer["error"]["data"]["message"])
        for data in (
            [],
            5,
            {"params": [1]},
            {"params": {}},
            {"params": {"model": 1, "method": [], "args": 1}},
            {"params": "x"},
        ):
            with self.subTest(data=data):
                self.assertEqual(self._post("/web/dataset/call_kw/clinic.board/load", data).status_code, 400)

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_over_http_nothing_is_the_server_s_failure(self):
        began = time.monotonic()
        user = self.users["practitioner"]
        self.authenticate(user.login, user.login)
        bearer = self._bearer(user)
        for (model, name), method in sorted(self.methods.items()):
            kinds = declared(self.env.registry[model], name) or {}
            good = {argument: proper(self.env, kind) for argument, kind in kinds.items()}
            of_model = getattr(method, "_api_model", False)
            calls = [([], {**good, argument: value}) for argument in kinds for value in (None, "🦄", [[]], 2**63)]
            calls += [] if of_model else [(ids, good) for ids in ([2**31 - 1], ["x"], 2**63)]
            for ids, kwargs in calls:
                params = {"model": model, "method": name, "args": [] if of_model else [ids], "kwargs": kwargs}
                self._note(self._post(f"/web/dataset/call_kw/{model}/{name}", {"params": params}), params)
                body = kwargs if of_model else {"ids": ids, **kwargs}
                self._note(self._post(f"/json/2/{model}/{name}", body, **bearer), params)
        self._assert_none("over HTTP", began)

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_no_address_is_the_server_s_failure(self):
        user = self.users["manager"]
        self.authenticate(user.login, user.login)
        addons = self.env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
        rules = [rule for rule in _generate_routing_rules(addons, nodb_only=False) if _is_ours(rule[1].func)]
        self.assertTrue(rules)
        for rule, endpoint in rules:
            arguments = inspect.signature(endpoint.func).parameters
            for value in (
                "0",
                "1",
                "-1",
                "9" * 30,
                "2147483647",
                "x",
                "%00",
                "%0A//",
                "%ED%A0%80",
                "1-9999999999999999999-x",
                "[]",
            ):
                path = re.sub("<[^>]+>", value, rule)
                # Nor what Python calls its own.
                query = "&".join(f"{argument}={value}" for argument in ("self", *arguments))
                for address in (path, f"{path}?{query}", re.sub("<[^>]+>", "1", rule) + f"?{query}"):
                    with self.subTest(address=address):
                        self.assertLess(self.url_open(address, timeout=60).status_code, 500)

    def _note(self, response, params):
        """Note what the server answered: a failure is one with a status of its own, or hidden in an answer."""
        answer = response.json() if "json" in response.headers.get("Content-Type", "") else {}
        error = answer.get("error", {}).get("data") if isinstance(answer, dict) and "jsonrpc" in answer else None
        name = error["name"] if error else ""
        if response.status_code >= 500 or (
            name and not name.startswith(("odoo.exceptions.", "odoo.addons.clinic", "werkzeug."))
        ):
            self.outcomes["tracebacks"] += 1
            self.tracebacks.setdefault(
                f"{params['model']}.{params['method']}: {name} {response.text:.300}", f"{params!r:.300}"
            )
        else:
            self.outcomes["refused" if error or response.status_code >= 400 else "done"] += 1

    def _assert_none(self, what, began):
        found = "\n".join(f"{key}\n    {call}" for key, call in sorted(self.tracebacks.items()))
        seconds = time.monotonic() - began
        _logger.info("%s: %s calls, %s, %.0f s", what, self.outcomes.total(), dict(self.outcomes), seconds)
        self.assertFalse(self.tracebacks, f"{len(self.tracebacks)} kinds of tracebacks:\n{found}"[:20000])

    def _ids(self, user, model):
        """Return the ids of a record of ``model`` that the user sees, if there is one."""
        records = self.env[model].with_user(user).with_context(**self._context(user))
        if records._abstract or records._transient or not records.has_access("read"):
            return []
        return records.search([], limit=1).ids

    @mute_logger("odoo.sql_db", "odoo.http")
    def test_no_argument_makes_a_traceback(self):
        began = time.monotonic()
        for (model, name), method in sorted(self.methods.items()):
            kinds = declared(self.env.registry[model], name)
            if not kinds:
                continue
            good = {argument: proper(self.env, kind) for argument, kind in kinds.items()}
            calls = [{**good, argument: value} for argument in kinds for value in hostile_to(self.env, kinds[argument])]
            calls.append(good)
            for role in ROLES:
                user = self.users[role]
                args = [] if getattr(method, "_api_model", False) else [self._ids(user, model)]
                # What is refused at the door to one is refused to all.
                calls = [kwargs for kwargs in calls if not self._attempt(user, model, name, args, kwargs)]
        self._assert_none("arguments", began)

    @mute_logger("odoo.sql_db", "odoo.http")
    def test_no_records_make_a_traceback(self):
        began = time.monotonic()
        user = self.users["manager"]
        for (model, name), method in sorted(self.methods.items()):
            kinds = declared(self.env.registry[model], name) or {}
            good = {argument: proper(self.env, kind) for argument, kind in kinds.items()}
            if getattr(method, "_api_model", False):
                for args in ([1], [[1], 2, 3], [None] * 20):
                    self._attempt(user, model, name, args)
                self._attempt(user, model, name, [], {"no_such_argument": 1})
                continue
            two = self.env[model].sudo().search([], limit=2).ids if not self.env[model]._abstract else []
            for ids in [*IDS, two]:
                self._attempt(user, model, name, [ids], good)
            self._attempt(user, model, name, [])
            self._attempt(user, model, name, [two[:1], *([None] * 20)])
            for context in (
                "x",
                [1],
                {"lang": 5},
                {"tz": []},
                {"allowed_company_ids": "x"},
                {"allowed_company_ids": [2**63]},
            ):
                self._attempt(user, model, name, [two[:1]], {**good, "context": context})
        self._assert_none("records", began)
