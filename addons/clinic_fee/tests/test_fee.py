from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import FeeCommon


@tagged("post_install", "-at_install")
class TestFee(FeeCommon):
    """What was agreed is charged by itself, with tax, once; the deposit pays it, and it can be waived."""

    def test_the_deposit_of_a_missed_visit_is_kept(self):
        visit = self._booked()
        self.assertEqual(self._ledger(), (-1150, -1150, 1))
        self._miss(visit)
        invoice = visit.sudo().fee_invoice_id
        self.assertEqual((invoice.state, invoice.payment_state, invoice.amount_total), ("posted", "paid", 1150))
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (1000, 150))
        self.assertEqual((visit.fee_state, visit.fee_cause, visit.amount_due), ("paid", "no_show", 0))
        self.assertEqual(self._ledger(), (0, 0, 2))
        self.assertFalse(visit.activity_ids)
        self.assertFalse(visit.sudo().deposit_payment_ids.clinic_without_visit)
        self.assertIn("1,150.00", self._messages(visit, "fee").body)
        # Neither is it checked out by it, nor its treatment charged.
        self.assertEqual((visit.is_checked_out, visit.payment_state), (False, "none"))

    def test_a_late_cancellation_costs_what_was_agreed_and_the_rest_is_given_back(self):
        visit = self._cancel(self._booked())
        self.assertEqual((visit.cancelled_late, visit.fee_state, visit.fee_cause), (True, "paid", "late"))
        self.assertEqual(self._ledger(), (-150, -150, 2))
        self.assertIn("150.00", visit.activity_ids.summary)
        self.assertEqual(visit.sudo().deposit_payment_ids.clinic_refundable, 150)

    def test_who_cancels_in_time_or_is_cancelled_by_the_clinic_pays_nothing(self):
        for visit, vals in (
            (self._booked(self._at(9)), {"hours": 25}),
            (self._booked(self._at(12)), {"reason": self.env.ref("clinic_visit.cancel_reason_clinic")}),
        ):
            self._cancel(visit, **vals)
            self.assertEqual((visit.fee_state, visit.sudo().fee_invoice_id.id), ("none", False))
        self.assertEqual(self._ledger()[:2], (-2300, -2300))

    def test_what_the_deposit_does_not_pay_is_asked_for_by_a_link(self):
        self.fee_rule.write({"no_show_kind": "percent", "no_show_percent": 50})
        visit = self._miss(self._booked())
        # Half of 5,750, of which 1,150 was paid.
        self.assertEqual((visit.sudo().fee_invoice_id.amount_total, visit.amount_due), (2875, 1725))
        self.assertEqual((visit.fee_state, self._ledger()[:2]), ("due", (1725, 1725)))
        [message] = self._messages(visit, "payment_link")
        self.assertIn("1,725.00", message.body)
        link = self.env["clinic.payment.link"]._of(visit)
        self.assertEqual((link.amount, link._state()), (1725, "open"))
        tx = self._transaction(
            visit, 1725, clinic_visit_id=False, clinic_link_id=link.id, invoice_ids=visit.sudo().fee_invoice_id.ids
        )
        self._paid(tx)
        self.assertEqual(
            (visit.fee_state, visit.amount_due, link._state(), self._ledger()[:2]), ("paid", 0, "paid", (0, 0))
        )

    def test_without_a_deposit_there_is_nothing_to_keep(self):
        self.rule.active = False
        visit = self.book(self.laser, self._at(10), self.doctor)
        self.assertEqual(visit.state, "booked")
        self._miss(visit)
        self.assertEqual((visit.fee_state, self._ledger()[2]), ("none", 0))

    def test_what_was_agreed_is_charged_whatever_the_rule_says_later(self):
        self.fee_rule.write({"no_show_kind": "fixed", "no_show_amount": 500})
        visit = self._booked()
        self.assertIn("500.00", visit.fee_text)
        self.fee_rule.write({"no_show_amount": 5000})
        other = self._fee_rule(no_show_kind="fixed", no_show_amount=9, sequence=1)
        self._miss(visit)
        self.assertEqual(visit.sudo().fee_invoice_id.amount_total, 500)
        self.fee_rule.unlink()
        self.assertFalse(visit.fee_rule_id)
        self.assertTrue(other.exists())

    def test_a_fee_cannot_be_charged_and_the_visit_is_missed_all_the_same(self):
        visit = self._booked()
        self.env["account.journal"].search([("type", "=", "sale")]).active = False
        self._miss(visit)
        self.assertEqual((visit.state, visit.fee_state), ("no_show", "none"))
        self.assertTrue(any("was not charged" in (task.summary or "") for task in visit.activity_ids))

    def test_an_arrival_after_all_is_no_fee(self):
        visit = self._booked()
        with freeze_time(visit.start):
            visit.action_arrive()
            self.assertEqual(visit.fee_state, "none")
        self.assertFalse(visit.sudo().fee_invoice_id)

    def test_what_was_paid_beyond_the_deposit_is_not_kept(self):
        visit = self._booked()
        payment = visit.sudo().deposit_payment_ids.copy({"amount": 500})
        payment._clinic_writing().clinic_visit_id = visit
        payment.action_post()
        self.assertEqual(visit.deposit_paid, 1650)
        self._miss(visit)
        self.assertEqual((visit.sudo().fee_invoice_id.amount_total, self._ledger()[:2]), (1150, (-500, -500)))

    def test_what_was_only_held_owes_nothing(self):
        self.rule.active = False
        visit = self._held(hold_minutes=15)
        self.assertEqual((visit.state, visit.late_fee), ("held", 1000))
        self.branch.clinic_cancel_cutoff = 0
        visit.sudo()._clinic_writing().late_fee_hours = 500
        wizards = self.env["clinic.visit.cancel"].with_user(self.users["reception"])
        wizard = wizards.create({"visit_ids": visit.ids, "reason_id": self.sick.id})
        self.assertFalse(wizard.fee_note)
        wizard.action_cancel_visits()
        self.assertEqual((visit.state, visit.fee_state), ("cancelled", "none"))

    def test_the_hours_that_were_agreed_count(self):
        visit = self._booked()
        self.branch.clinic_cancel_cutoff = 48
        self._cancel(visit, hours=30)
        self.assertEqual((visit.cancelled_late, visit.fee_state), (True, "none"))

    def test_anyone_who_may_cancel_cancels_too_late(self):
        visit = self._booked()
        wizards = self.env["clinic.visit.cancel"].with_user(self.users["practitioner"])
        with freeze_time(visit.start):
            wizard = wizards.create({"visit_ids": visit.ids, "reason_id": self.sick.id})
            self.assertIn("1,000.00", wizard.fee_note)
            wizard.action_cancel_visits()
        self.env.invalidate_all()
        self.assertEqual((visit.state, visit.fee_state), ("cancelled", "paid"))

    def test_charged_by_hand_when_it_could_not_be_charged(self):
        visit = self._booked()
        journals = self.env["account.journal"].search([("type", "=", "sale")])
        journals.active = False
        self._miss(visit)
        self.assertTrue(visit.can_charge_fee)
        journals.active = True
        with self.assertRaises(AccessError):
            visit.with_user(self.users["practitioner"]).action_charge_fee()
        visit.with_user(self.users["reception"]).action_charge_fee()
        self.env.invalidate_all()
        self.assertEqual((visit.fee_state, visit.can_charge_fee, self._ledger()[:2]), ("paid", False, (0, 0)))
        with self.assertRaisesRegex(UserError, "no fee is to be charged"):
            visit.with_user(self.users["reception"]).action_charge_fee()

    # -- waiving ------------------------------------------------------------------------------------------------------

    def test_waived_after_it_was_charged(self):
        visit = self._miss(self._booked())
        for role in ("reception", "accountant", "practitioner"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                visit.with_user(self.users[role]).action_waive_fee("She was ill that day")
        with self.assertRaisesRegex(UserError, "Say why"):
            visit.with_user(self.users["manager"]).action_waive_fee(" ")
        visit.with_user(self.users["manager"]).action_waive_fee("She was ill that day")
        self.env.invalidate_all()
        self.assertEqual((visit.fee_state, visit.fee_waived_by_id), ("waived", self.users["manager"]))
        # Invoice, credit note and payment: the payment is the patient's credit again.
        self.assertEqual(self._ledger(), (-1150, -1150, 3))
        payment = visit.sudo().deposit_payment_ids
        self.assertEqual((payment.clinic_open_amount, payment.clinic_without_visit), (1150, True))
        self.assertIn("pay it back", visit.activity_ids.summary)
        with self.assertRaisesRegex(UserError, "no fee is to be waived"):
            visit.with_user(self.users["manager"]).action_waive_fee("She was ill that day")

    def test_waived_before(self):
        visit = self._booked()
        visit.with_user(self.users["manager"]).action_waive_fee("A friend of the house")
        self._miss(visit)
        self.assertEqual((visit.fee_state, self._ledger()), ("waived", (-1150, -1150, 1)))

    def test_the_dialog_of_a_cancellation_says_what_it_costs(self):
        visit = self._booked()
        with freeze_time(visit.start):
            for role, may in (("reception", False), ("manager", True)):
                wizards = self.env["clinic.visit.cancel"].with_user(self.users[role])
                wizard = wizards.create({"visit_ids": visit.ids, "reason_id": self.sick.id})
                self.assertIn("1,000.00", wizard.fee_note)
                self.assertEqual(wizard.can_waive_fee, may)
            wizard.write({"waive_fee": True, "waive_reason": "A friend of the house"})
            wizard.action_cancel_visits()
        self.env.invalidate_all()
        self.assertEqual((visit.state, visit.fee_state, self._ledger()), ("cancelled", "waived", (-1150, -1150, 1)))

    def test_reception_waives_nothing_by_the_dialog(self):
        visit = self._booked()
        wizards = self.env["clinic.visit.cancel"].with_user(self.users["reception"])
        with freeze_time(visit.start):
            wizard = wizards.create({"visit_ids": visit.ids, "reason_id": self.sick.id, "waive_fee": True})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                wizard.action_cancel_visits()
        self.assertEqual(visit.state, "booked")

    # -- the accountant's own ways ------------------------------------------------------------------------------------

    def test_what_is_renewed_is_still_the_fee(self):
        visit = self._miss(self._booked())
        first = visit.sudo().fee_invoice_id
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=first.ids)
        wizard.create({"journal_id": first.journal_id.id, "reason": "Wrong"}).modify_moves()
        self.env.invalidate_all()
        renewed = visit.sudo().fee_invoice_id
        self.assertNotEqual(renewed, first)
        self.assertTrue(renewed.clinic_fee)
        renewed.action_post()
        self.assertEqual(visit.fee_state, "due")

    def test_one_fee_is_charged(self):
        visit = self._miss(self._booked())
        visit.sudo()._charge_fee("no_show")
        self.assertEqual(len(visit.sudo()._fee_invoices()), 1)

    # -- the dialog of a booking --------------------------------------------------------------------------------------

    def test_it_is_said_before_it_is_booked(self):
        wizards = self.env["clinic.visit.book"].with_user(self.users["reception"])
        with Form(wizards.with_context(default_start=self._at(10), default_patient_id=self.patient.id)) as form:
            form.treatment_ids.add(self.laser)
            self.assertIn("the deposit is kept", form.fee_text)
            self.assertIn("1,000.00", form.fee_text)
