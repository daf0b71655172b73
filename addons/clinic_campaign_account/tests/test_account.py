from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.clinic_account.tests.common import AccountCommon


@tagged("post_install", "-at_install")
class TestAccount(AccountCommon):
    def _paid(self):
        """Let the patient have a visit and pay the 1,150 that it costs with its tax."""
        visit = self._done(start=self._at(10, days=1))
        visit.action_checkout()
        self._pay(visit.invoice_id)
        return visit

    def _found(self, **vals):
        segment = self.env["clinic.segment"].create({"name": "VIP", "company_id": self.branch.id, **vals})
        return {id_ for (id_,) in self.env.execute_query(segment._found_sql())}

    def test_by_what_was_paid_in_twelve_months(self):
        patient = self.patient
        other = self.env["clinic.patient"].create({"name": "Other"})
        self._paid()
        self.assertEqual(self._found(paid_from=1150), {patient.id})
        self.assertEqual(self._found(paid_from=1151), set())
        self.assertIn(other.id, self._found())
        payments = self.env["account.payment"].search([("partner_id", "=", patient.partner_id.id)])
        self.assertEqual(sum(payments.mapped("amount")), 1150)
        # What was paid longer ago does not count.
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_payment SET date = date - 400 WHERE id = ANY(%s)", [payments.ids])
        self.assertEqual(self._found(paid_from=1), set())

    def test_what_a_campaign_brought(self):
        patient = self.patient
        control = self.env["clinic.patient"].create({"name": "Control"})
        segment = self.env["clinic.segment"].create({"name": "All", "company_id": self.branch.id})
        campaign = self.env["clinic.campaign"].create({"segment_id": segment.id, "company_id": self.branch.id})
        campaign.sudo()._ensure_mailing()
        row = {"campaign_id": campaign.id, "company_id": self.branch.id}
        self.env["clinic.campaign.recipient"].sudo().create(
            [
                {
                    **row,
                    "patient_id": patient.id,
                    "state": "sent",
                    "address": "a@example.com",
                    "sent_at": fields.Datetime.now() - timedelta(days=1),
                },
                {**row, "patient_id": control.id, "state": "control", "reason": "control"},
            ]
        )
        self._paid()
        self.env.invalidate_all()
        self.assertEqual((campaign.booked_count, campaign.control_booked_count), (1, 0))
        self.assertEqual((campaign.revenue, campaign.revenue_each, campaign.control_revenue_each), (1000, 1000, 0))
