from odoo import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_package.tests.common import PackageMixin
from odoo.addons.clinic_stock_account.tests.common import CostMixin


@tagged("post_install", "-at_install")
class TestSessionCosts(PackageMixin, CostMixin, AccountTestInvoicingCommon):
    """Who performs a session of a package earns with it less the items used, also those that are recorded later."""

    def test_items_that_are_recorded_later_are_deducted_until_a_statement_is_approved(self):
        self.setup_costs()
        self.facial.write({"list_price": 10000, "taxes_id": [Command.clear()]})
        type(self).package = self._create_package("Six peels", 48000)
        self.env["clinic.commission.rule"].search([]).active = False
        self.env["clinic.commission.rule"].create({"name": "Doctor", "percent": 40, "deduct_items": True})
        self._pay(self._sell().invoice_line_id.move_id)
        visit = self._perform(self.doctor)
        procedure = visit.procedure_ids
        doctor = procedure.with_user(self.users["practitioner"])
        used = doctor.consume(self.dear, 10, lot=self.lot_100)
        entries = self.env["clinic.commission.entry"].search([("procedure_id", "=", procedure.id)], order="id")
        # 40 % of 8,000, and of 7,000 once 10 U at 100 are known.
        self.assertEqual(entries.mapped("amount"), [3200, -3200, 2800])
        used.action_undo()
        doctor.consume(self.dear, 5, lot=self.lot_100)
        # On the statement of the session's month, whenever the items were recorded.
        statement = self.env["clinic.commission.statement"]._generate(procedure._local_day(), self.branch)
        self.assertEqual(statement.amount, 3000)
        statement.action_approve()
        doctor.consume(self.dear, 5, lot=self.lot_100)
        entries = self.env["clinic.commission.entry"].search([("procedure_id", "=", procedure.id)])
        self.assertEqual(sum(entries.mapped("amount")), 3000)
