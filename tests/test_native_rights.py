"""The rights of every role on Odoo's own models: the table beside this file, and nothing that is not in it.

``native_rights.csv`` lists each model that a role, or every employee, may create, change or delete. Each of these has a
reason in the role's work, or is what Odoo lets every employee do with what is their own.
"""

import csv
from pathlib import Path

from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES, ClinicCommon
from odoo.addons.clinic.tests.test_rights import allowed_operations
from odoo.addons.clinic_visit.tests.common import VisitMixin

TABLE = Path(__file__).with_name("native_rights.csv")
COLUMNS = ("employee", *ROLES)
ARGS = {"create": ([{}],), "write": ([1], {}), "unlink": ([1],)}
# What these look at before they ask for rights.
VALUES = {
    ("payment.transaction", "create"): {"provider_id": 1, "payment_method_id": 1, "partner_id": 1, "amount": 1},
    ("account.move.line", "create"): {"move_id": 1},
    ("account.move.line", "write"): {"name": "Changed"},
}
# What came along with Odoo's groups and was taken away, with those who had it. "d" is delete.
TAKEN = {
    "reception": {
        "stock.move": "cw",
        "stock.move.line": "cwd",
        "stock.picking": "cw",
        "stock.reference": "cw",
        "purchase.order": "w",
        "purchase.order.line": "w",
        "purchase.bill.line.match": "w",
        "account.analytic.distribution.model": "cwd",
        "account.analytic.line": "cwd",
        "account.autopost.bills.wizard": "cw",
        "account.cash.rounding": "cwd",
        "account.full.reconcile": "d",
        "account.move.reversal": "cw",
        "account.move.send.batch.wizard": "cwd",
        "account.partial.reconcile": "d",
        "account.payment.method": "wd",
        "account.payment.method.line": "cwd",
        "account.reconcile.model": "c",
        "account.reconcile.model.line": "c",
        "validate.account.move": "cw",
        "payment.link.wizard": "cw",
        "payment.refund.wizard": "cw",
        "payment.transaction": "cw",
        "res.partner": "d",
        "res.partner.bank": "cwd",
        "res.partner.category": "cwd",
        "res.bank": "cwd",
        "res.country.group": "cwd",
        "res.country.state": "cwd",
        "base.partner.merge.automatic.wizard": "cw",
        "base.partner.merge.line": "cwd",
        "portal.share": "cw",
        "portal.wizard": "cw",
        "portal.wizard.user": "cw",
        "resource.calendar.leaves": "cwd",
    },
    "cosmetologist": {"stock.move.line": "cwd", "stock.reference": "cw", "resource.calendar.leaves": "cwd"},
    "practitioner": {"stock.move.line": "cwd", "stock.reference": "cw", "resource.calendar.leaves": "cwd"},
    "warehouse": {
        "account.move": "cwd",
        "account.move.line": "cw",
        "bill.to.po.wizard": "cw",
        "resource.calendar.leaves": "cwd",
    },
    "accountant": {
        "stock.move": "c",
        "stock.move.line": "cwd",
        "stock.picking": "cw",
        "stock.reference": "cw",
        "resource.calendar.leaves": "cwd",
    },
}
VERBS = {"c": "create", "w": "write", "d": "unlink"}


@tagged("post_install", "-at_install")
class TestNativeRights(VisitMixin, ClinicCommon, HttpCase):
    maxDiff = None

    def test_each_role_has_the_rights_of_the_table_and_no_others(self):
        employee = new_test_user(self.env, login="test_employee", groups="base.group_user")
        users = {"employee": employee, **self.users}
        found = {}
        for name, model in self.env.registry.items():
            if name.startswith("clinic.") or model._abstract:
                continue
            rights = {role: allowed_operations(self.env[name], users[role]) for role in COLUMNS}
            if any(set(operations) - {"r"} for operations in rights.values()):
                found[name] = rights
        with TABLE.open(newline="") as file:
            expected = {row.pop("model"): row for row in csv.DictReader(file)}
        # Of addons that are not installed here, nothing can be said.
        expected = {name: rights for name, rights in expected.items() if name in self.env}
        lines = [",".join((name, *found[name].values())) for name in sorted(found) if found[name] != expected.get(name)]
        self.assertEqual(expected, found, "\n".join(("These lines are not in the table:", *lines)))

    def test_over_json_rpc_what_was_taken_away_is_refused(self):
        for role, models in TAKEN.items():
            self.authenticate(f"test_{role}", f"test_{role}")
            for model, letters in models.items():
                if model not in self.env:
                    continue
                for letter in letters:
                    with self.subTest(role=role, model=model, verb=VERBS[letter]):
                        self.assertIn(self._refusal(model, VERBS[letter]), self._refusals(model))

    def _some(self, model):
        return self.env[model].sudo().with_context(active_test=False).search([], limit=1)

    def _refusals(self, model):
        """Return the exceptions that refuse; some of Odoo's models read the record first, which may not be there."""
        return {"odoo.exceptions.AccessError", *([] if self._some(model) else ["odoo.exceptions.MissingError"])}

    def _refusal(self, model, verb):
        """Return the name of the exception that the server answers with, or None."""
        args = ARGS[verb] if verb == "create" else (self._some(model).ids or [1], *ARGS[verb][1:])
        if values := VALUES.get((model, verb)):
            args = ([values],) if verb == "create" else (args[0], values)
        params = {"model": model, "method": verb, "args": list(args), "kwargs": {}}
        try:
            with mute_logger("odoo.http"):
                self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{verb}", params)
        except JsonRpcException as error:
            return str(error)
        return None
