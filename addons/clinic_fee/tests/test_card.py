from odoo.tests import HttpCase, tagged

from .common import FeeCommon


@tagged("post_install", "-at_install")
class TestCard(FeeCommon, HttpCase):
    """What the deposit does not pay is charged to a saved card, once; else the patient gets a link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fee_rule.write({"no_show_kind": "percent", "no_show_percent": 50, "by_card": True})
        cls.provider.allow_tokenization = True

    def _token(self, partner=None):
        return self.env["payment.token"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "partner_id": (partner or self.patient.partner_id).id,
                "provider_ref": "test",
                "payment_details": "4242",
            }
        )

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("clinic_fee.cron_charge_cards").method_direct_trigger()
        self.env.invalidate_all()

    def _charges(self, visit):
        return self.env["payment.transaction"].search([("invoice_ids", "in", visit.sudo().fee_invoice_id.ids)])

    def test_the_card_is_asked_once_and_what_it_does_not_pay_is_a_task(self):
        token = self._token()
        visit = self._miss(self._booked())
        self.assertIn("charged to that card", visit.fee_text)
        self.assertFalse(self._messages(visit, "payment_link"))
        self._run_cron()
        self._run_cron()
        [tx] = self._charges(visit)
        self.assertEqual((tx.amount, tx.token_id, tx.operation), (1725, token, "offline"))
        # This provider answers nothing: it may have been a yes, so nobody is asked to pay again.
        self.assertEqual((visit.fee_state, len(self._messages(visit, "payment_link"))), ("due", 0))
        self.assertIn("did not pay the fee", visit.activity_ids.summary)

    def test_a_card_that_pays(self):
        self._token()
        visit = self._miss(self._booked())
        self._run_cron()
        self._paid(self._charges(visit).sudo())
        self.env.invalidate_all()
        self.assertEqual((visit.fee_state, visit.amount_due, self._ledger()[:2]), ("paid", 0, (0, 0)))

    def test_nobody_else_s_card_and_none_without_agreement(self):
        self._token(self.env["res.partner"].create({"name": "Other"}))
        visit = self._miss(self._booked())
        self.assertEqual(len(self._messages(visit, "payment_link")), 1)
        self._run_cron()
        self.assertFalse(self._charges(visit))
        self.fee_rule.by_card = False
        self._token()
        second = self._miss(self._booked(self._at(15)))
        self._run_cron()
        self.assertFalse(self._charges(second))

    def test_a_card_is_saved_only_where_that_was_agreed(self):
        for by_card in (True, False):
            self.fee_rule.by_card = by_card
            visit = self._held(start=self._at(9 if by_card else 15))
            link = self.env["clinic.payment.link"]._of(visit)
            token = link._token_of(link.sudo().seed)
            page = self.url_open(f"/clinic/pay/{token}").text
            self.assertEqual("o_payment_tokenize_checkbox" in page, by_card)
            answer = self.make_jsonrpc_request(
                "/clinic/pay/transaction",
                {
                    "access_token": token,
                    "amount": 1150,
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "token_id": None,
                    "flow": "redirect",
                    "tokenization_requested": True,
                    "landing_route": "/x",
                    "is_validation": False,
                },
            )
            tx = self.env["payment.transaction"].search([("reference", "=", answer["reference"])])
            self.assertEqual(tx.tokenize, by_card)
