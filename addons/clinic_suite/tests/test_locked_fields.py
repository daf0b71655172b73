import json
import logging
import time
from collections import Counter
from datetime import timedelta

import psycopg2

from odoo import Command, fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES

from .press_data import PressData

_logger = logging.getLogger(__name__)

# What Odoo itself writes, or keeps from being written, on every model.
MAGIC = {"id", "display_name", "create_uid", "create_date", "write_uid", "write_date", "parent_path"}


def declared(model, attribute):
    return {name: value for cls in type(model).mro() for name, value in dict(vars(cls).get(attribute, {})).items()}


def locked_fields(model):
    """Return the fields of ``model`` that are to be locked: asked of the registry, not of the lock."""
    ours = model._name.startswith("clinic.")
    readonly = {
        name
        for name, field in model._fields.items()
        if field.readonly and (ours or (field._modules and field._modules[0].startswith("clinic")))
    }
    named = {name for cls in type(model).mro() for name in vars(cls).get("_clinic_locked", ())}
    return sorted((readonly - MAGIC - declared(model, "_clinic_unlocked_fields").keys()) | named)


def fixed_fields(model):
    return sorted({name for cls in type(model).mro() for name in vars(cls).get("_clinic_fixed", ())})


@tagged("post_install", "-at_install")
class TestLockedFields(PressData, HttpCase):
    """Every locked field of every model, tried by every role: as long as none goes through, nobody need remember it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_press_data()
        cls.env.flush_all()
        portal = new_test_user(cls.env, login="test_portal", groups="base.group_portal")
        administrator = new_test_user(
            cls.env,
            login="test_system",
            groups="base.group_system,clinic.group_manager",
            company_id=cls.branch.id,
            company_ids=[Command.set(cls.branch.ids)],
        )
        cls.people = {**{role: cls.users[role] for role in ROLES}, "portal": portal, "system": administrator}
        cls.known = {}
        cls.models = [
            cls.env[name]
            for name in sorted(cls.env.registry)
            if not cls.env[name]._abstract and (locked_fields(cls.env[name]) or fixed_fields(cls.env[name]))
        ]

    # -- values to try ------------------------------------------------------------------------------------------------

    def _other_values(self, record, names):
        """Return {name: a value as JSON that the field of ``record`` does not have}, computed once."""
        key = record._name, record.id
        if key not in self.known:
            self.known[key] = {name: self._other_value(record, name) for name in names}
        return self.known[key]

    def _other_value(self, record, name):
        """Return a value as JSON that the field ``name`` of ``record`` does not have."""
        field, now = record._fields[name], record.sudo()[name]
        if field.type in ("one2many", "many2many"):
            return [[Command.SET, 0, [self._any_id(field.comodel_name)]]]
        if field.type == "many2one":
            return self._any_id(field.comodel_name, now.id)
        if field.type == "selection":
            values = [value for value in field.get_values(record.env) if value != now]
            return values[0] if values else "x"
        number = now if isinstance(now, int | float) else 0
        given = {
            "boolean": not now,
            "integer": number + 1,
            "float": number + 1.5,
            "monetary": number + 1.5,
            "date": "2021-02-03",
            "datetime": "2021-02-03 04:05:06",
            "binary": "UE5H",
            "json": {"forged": 1},
            "many2one_reference": 1,
        }
        return given.get(field.type, "forged")

    def _any_id(self, model, other_than=0):
        found = self.env[model].sudo().with_context(active_test=False).search([("id", "!=", other_than)], limit=1)
        return found.id or 1

    def _record(self, model, user):
        """Return a record of ``model`` that ``user`` may change, else any, else none."""
        if not model._auto:
            # Nobody writes on a view of the database.
            return model.browse()
        records = model.sudo().with_context(active_test=False).search([], limit=40)
        if model.with_user(user).has_access("write"):
            own = records.with_user(user).with_context(**self._context())
            return (own._filtered_access("write") or records)[:1].sudo()
        return records[:1]

    def _context(self):
        return {"allowed_company_ids": self.branch.ids}

    # -- in the process, each field by itself -------------------------------------------------------------------------

    def _through(self, user, model, method, *args, context=None):
        """Call as both doors for clients do; return whether it was not refused."""
        records = model.with_user(user)
        kwargs = {"context": {**self._context(), **(context or {})}}
        try:
            with self.env.cr.savepoint(flush=False):
                call_kw(records, method, list(args), kwargs)
        except AccessError:
            return False
        except psycopg2.Error:
            # It came as far as the database, where only the other values were missing.
            return True
        except MissingError:
            # There was nothing to write on.
            return False
        except UserError:
            # What cannot be duplicated at all, or by this user, says so before its values are looked at.
            return method != "copy"
        return True

    @mute_logger(
        "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.addons.clinic.models.base"
    )
    def test_no_field_goes_through_for_any_role(self):
        began, tries, through = time.monotonic(), Counter(), []
        for model in self.models:
            for role, user in self.people.items():
                record = self._record(model, user)
                for method, *args in self._attempts(model, user, record):
                    tries[method] += 1
                    if self._through(user, model, method, *args):
                        through.append((role, model._name, method, args[-1]))
        self._report("in the process", tries, through, began)

    def _attempts(self, model, user, record):
        """Return [(method, arguments)]: each field by itself; all at once by who may not do so with any."""
        locked, fixed = locked_fields(model), fixed_fields(model)
        others = self._other_values(record or model, {*locked, *fixed})
        # An empty value is no input when something is made, and left out.
        made = {name: others[name] or True for name in locked}
        mine = model.with_user(user)
        attempts = [("write", record.ids or [1], vals) for vals in self._each(others, mine.has_access("write"))]
        may_create = mine.has_access("create")
        attempts += [("create", [vals]) for vals in self._each(made, may_create)]
        # A copy goes through the same guard: two roles are enough to show that it does.
        if record and may_create and user in (self.people["manager"], self.people["practitioner"]):
            attempts += [("copy", record.ids, vals) for vals in self._each(made, may_create)]
        return attempts

    def _each(self, values, one_by_one):
        if one_by_one:
            return [{name: value} for name, value in values.items()]
        return [values] if values else []

    def _report(self, where, tries, through, began):
        _logger.info(
            "Locked fields, %s: %s models, %s tries (%s), %s through, %.1f s",
            where,
            len(self.models),
            tries.total(),
            ", ".join(f"{method} {number}" for method, number in tries.items()),
            len(through),
            time.monotonic() - began,
        )
        self.assertGreater(tries.total(), 1000)
        self.assertEqual(through, [])

    def test_no_default_of_a_client_is_taken(self):
        """What the context says of a locked field is not taken, not by superuser either."""
        tries, taken = Counter(), []
        for model in self.models:
            for name in locked_fields(model):
                value = self._other_value(model.browse(), name)
                for env in (self.env(user=self.users["manager"], su=False), self.env(su=True)):
                    plain = env[model._name].with_context(**self._context())
                    tries["default"] += 1
                    if self._default_of(plain.with_context(**{f"default_{name}": value}), name) != self._default_of(
                        plain, name
                    ):
                        taken.append((model._name, name, env.su))
        self.assertGreater(tries.total(), 300)
        self.assertEqual(taken, [])

    def _default_of(self, model, name):
        others = dict.fromkeys(model._fields.keys() - {name})
        value = model._add_missing_default_values(others).get(name)
        # Now is later in the second answer.
        return bool(value) if model._fields[name].type == "datetime" else value

    # -- over HTTP ----------------------------------------------------------------------------------------------------

    @mute_logger("odoo.http", "odoo.addons.clinic.models.base")
    def test_over_both_doors_each_locked_field_is_named_in_the_refusal(self):
        """Who may write a model at all is refused over JSON-RPC and /json/2 for each of its locked fields."""
        began, tries, through = time.monotonic(), Counter(), []
        for role, user in self.people.items():
            if role != "portal":
                self.authenticate(user.login, user.login)
                key = self._key(user)
            for model in self.models:
                mine = model.with_user(user)
                for method, verb in (("write", "write"), ("create", "create")):
                    if role == "portal" or not mine.has_access(verb):
                        continue
                    names = locked_fields(model)
                    record = self._record(model, user)
                    others = self._other_values(record or model, {*names, *fixed_fields(model)})
                    values = {name: others[name] or method == "create" for name in names}
                    if not values or (method == "write" and not record):
                        continue
                    for door, refusal in (
                        ("call_kw", self._call_kw(model._name, method, record.ids, values)),
                        ("json/2", self._json2(key, model._name, method, record.ids, values)),
                    ):
                        tries[f"{door} {method}"] += len(names)
                        labels = [model._fields[name]._description_string(self.env) for name in names]
                        # Where the rules let this user write none of the records, they say so first.
                        if method == "write" and refusal and not self._may_write(record, user):
                            continue
                        missing = [label for label in labels if label not in (refusal or "")]
                        if missing:
                            through.append((role, model._name, method, door, missing, refusal))
        self._report("over HTTP", tries, through, began)

    def _may_write(self, record, user):
        return record.with_user(user).with_context(**self._context()).has_access("write")

    def _key(self, user):
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        return keys._generate("rpc", "Sweep", fields.Datetime.now() + timedelta(days=1))

    def _call_kw(self, model, method, ids, values):
        """Return why it is refused over JSON-RPC; None when it is not."""
        args = [ids, values] if method == "write" else [[values]]
        params = {"model": model, "method": method, "args": args, "kwargs": {"context": self._context()}}
        answer = self._post(f"/web/dataset/call_kw/{model}/{method}", {"jsonrpc": "2.0", "params": params}).json()
        return answer["error"]["data"]["message"] if "error" in answer else None

    def _json2(self, key, model, method, ids, values):
        """Return why it is refused over /json/2; None when it is not."""
        body = {"ids": ids, "vals": values} if method == "write" else {"vals_list": [values]}
        body["context"] = self._context()
        response = self._post(f"/json/2/{model}/{method}", body, {"Authorization": f"bearer {key}"})
        return None if response.ok else response.json()["message"]

    def _post(self, url, body, headers=None):
        headers = {"Content-Type": "application/json", **(headers or {})}
        return self.url_open(url, data=json.dumps(body), headers=headers)

    # -- what is left out ---------------------------------------------------------------------------------------------

    def test_what_is_left_open_says_why(self):
        for name, model in self.env.registry.items():
            for field, reason in declared(self.env[name], "_clinic_unlocked_fields").items():
                with self.subTest(model=name, field=field):
                    self.assertIn(field, model._fields)
                    self.assertGreater(len(reason.split()), 1)
            for attribute in ("_clinic_locked", "_clinic_fixed"):
                named = {field for cls in model.mro() for field in vars(cls).get(attribute, ())}
                if not model._abstract:
                    self.assertLessEqual(named, set(model._fields), f"{name}.{attribute}")
