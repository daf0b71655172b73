from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_website.tests.common import OnlineCommon


@tagged("post_install", "-at_install")
class TestTerms(OnlineCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rules = cls.env["clinic.fee.rule"]
        rules.search([]).active = False
        cls.fee = rules.create({"name": "Kept", "no_show_kind": "fixed", "no_show_amount": 700})

    def test_what_not_coming_costs_is_read_agreed_to_and_kept(self):
        page = self._choose()
        self.assertIn("If you do not come, $\xa0700.00 is charged.", page.text)
        self._confirm(page)
        visit = self.env["clinic.visit"].search([("is_booked_online", "=", True)])
        self.assertEqual((visit.no_show_fee_kind, visit.no_show_fee), ("fixed", 700))
        for text in (visit.online_terms, visit.fee_text):
            self.assertIn("If you do not come", text)

    def test_a_price_that_changes_meanwhile_is_read_again(self):
        page = self._choose()
        self.fee.no_show_amount = 900
        self.env.flush_all()
        again = self._confirm(page)
        self.assertEqual(again.status_code, 422)
        self.assertIn("The terms have changed", again.text)
        self.assertIn("900.00", again.text)
        self.assertFalse(self.env["clinic.visit"].search([("is_booked_online", "=", True)]))
