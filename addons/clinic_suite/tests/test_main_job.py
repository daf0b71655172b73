from odoo.tests import HttpCase, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_stock_account.tests.common import StockAccountMixin


@tagged("post_install", "-at_install")
class TestMainJob(StockAccountMixin, AccountTestInvoicingCommon, HttpCase):
    """One visit in the browser, by the hands of those who do it in the clinic."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_stock_accounting()
        cls.env["clinic.commission.rule"].create({"name": "Skin", "category_id": cls.category.id, "percent": 50})
        cls._open_around_the_clock()
        # The cosmetologist is away, so that it is clear whom the form proposes.
        cls.cosmetologist.active = False

    def test_the_main_job(self):
        self.start_tour("/odoo/today", "clinic_reception_books", login="test_reception")
        visit = self.env["clinic.visit"].search([("patient_id", "=", self.patient.id)])
        self.assertRecordValues(visit, [{"state": "arrived", "company_id": self.branch.id}])
        self.assertEqual(len(visit.procedure_ids.reservation_ids), 2)

        self.start_tour("/odoo/my-procedures", "clinic_practitioner_treats", login="test_practitioner")
        self.assertEqual((visit.state, visit.procedure_ids.state), ("done", "done"))
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 10)
        self.assertEqual(visit.consumption_ids.user_id, self.users["practitioner"])

        self.start_tour("/odoo/today", "clinic_reception_checks_out", login="test_reception")
        self.assertEqual((visit.amount_total, visit.payment_state), (8050, "paid"))
        entry = self.env["clinic.commission.entry"].search([("procedure_id", "in", visit.procedure_ids.ids)])
        self.assertEqual((entry.base_amount, entry.amount), (1000, 500))
