from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_fee.tests.common import FeeMixin


@tagged("post_install", "-at_install")
class TestFeePack(FeeMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_fees()

    def _words(self, document):
        packs = self.env["clinic.dispute.pack"].with_user(self.users["manager"])
        [pack] = packs._prepare_packs(document.with_user(self.users["manager"]))
        return "\n".join(
            text
            for section in pack["sections"]
            for row in (*section["rows"], *section["lines"])
            for text in row
            if text
        )

    def test_the_pack_of_a_fee_says_what_was_agreed_and_why_it_was_charged(self):
        visit = self._miss(self._booked())
        words = self._words(visit.sudo().fee_invoice_id)
        for part in (
            "If you do not come, the deposit is kept.",
            "Fee paid",
            "The patient did not come",
            visit.sudo().fee_invoice_id.name,
            "A fee was charged",
        ):
            self.assertIn(part, words)
        self.assertNotIn(self.laser.name, words)
        visit.with_user(self.users["manager"]).action_waive_fee("She was ill that day")
        self.env.invalidate_all()
        words = self._words(visit.sudo().deposit_payment_ids)
        self.assertIn(self.users["manager"].name, words)
        # Why is the clinic's own affair, and may tell of health.
        self.assertNotIn("ill that day", words)
