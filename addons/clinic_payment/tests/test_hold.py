from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_account.tests.common import DeskMixin

from .common import PaymentCommon

BOOKING_ROLES = ("reception", "practitioner", "manager")


@tagged("post_install", "-at_install")
class TestHold(PaymentCommon):
    def test_it_is_held_until_its_deadline_with_the_rule_s_words(self):
        visit = self._held()
        self.assertEqual((visit.state, visit.deposit_state, visit.deposit_due), ("held", "due", 1150))
        self.assertEqual(visit.deposit_rule_id, self.rule)
        self.assertAlmostEqual(visit.expires_at, self._now(hours=24), delta=timedelta(minutes=1))
        self.assertIn("1,150.00", visit.deposit_text)
        self.assertIn("We keep it on the day itself.", visit.deposit_text)
        # What was agreed stays, whatever becomes of the rule.
        self.rule.write({"terms": "Other words", "percent": 90})
        self.assertIn("We keep it on the day itself.", visit.deposit_text)
        self.assertEqual(visit.deposit_due, 1150)

    def test_each_role_that_books_gets_a_held_visit(self):
        for number, role in enumerate(BOOKING_ROLES):
            visits = self.env["clinic.visit"].with_user(self.users[role]).with_company(self.branch)
            with self.subTest(role=role):
                visit = visits.book(self.patient.id, self.laser.id, self._at(9 + 2 * number), self.doctor.id)
                self.assertEqual((visit.state, visit.sudo().deposit_state), ("held", "due"))

    def test_the_channel_decides_how_long(self):
        self.rule.write({"online_minutes": 20, "desk_hours": 1})
        for channel, wait in (("online", timedelta(minutes=20)), ("desk", timedelta(hours=1))):
            visits = self.env["clinic.visit"].with_context(clinic_deposit_channel=channel).with_company(self.branch)
            hour = {"online": 10, "desk": 14}[channel]
            visit = visits.book(self.patient, self.laser, self._at(hour), self.doctor)
            self.assertEqual(visit.deposit_channel, channel)
            self.assertAlmostEqual(visit.expires_at, self._now() + wait, delta=timedelta(minutes=1))

    def test_who_waited_waits_on_until_the_deposit_is_paid(self):
        """A patient of the waitlist drops off the list when the visit is booked, not while it is held."""
        for number, is_paid in enumerate((True, False)):
            wish = {"patient_id": self.patient.id, "treatment_id": self.laser.id, "company_id": self.branch.id}
            entry = self.env["clinic.waitlist"].create(wish)
            wizard = self.env["clinic.visit.book"].create(
                {
                    "patient_id": self.patient.id,
                    "treatment_ids": [Command.set(self.laser.ids)],
                    "practitioner_id": self.doctor.id,
                    "start": self._at(9 + 3 * number),
                    "company_id": self.branch.id,
                    "waitlist_id": entry.id,
                }
            )
            action = wizard.action_book()
            visit = self.env["clinic.visit"].browse(action["params"]["next"]["infos"]["visit_id"])
            self.assertEqual((entry.state, entry.visit_id), ("waiting", visit))
            if is_paid:
                self._paid(self._transaction(visit))
                self.assertEqual(visit.state, "booked")
            else:
                self._expire(visit)
            self.assertEqual(entry.state, "booked" if is_paid else "waiting")

    def test_what_is_said_after_booking_names_the_deposit(self):
        visit = self._held()
        self.assertIn("1,150.00", visit._booked_text())
        visit.action_waive_deposit("Known for years")
        self.assertNotIn("1,150.00", visit._booked_text())

    def test_never_longer_than_until_it_begins(self):
        start = self._at(10)
        with freeze_time(start - timedelta(hours=5)):
            visit = self._held(start=start)
            self.assertEqual(visit.expires_at, start)

    def test_who_comes_now_is_asked_for_nothing(self):
        start = self._at(10)
        with freeze_time(start - timedelta(minutes=15)):
            self.assertEqual(self._held(start=start).state, "booked")
        with freeze_time(start + timedelta(hours=2)):
            visits = self.env["clinic.visit"].with_company(self.branch)
            walk_in = visits.book_walk_in(self.patient, [self.laser], self.doctor)
        self.assertEqual(walk_in.state, "arrived")

    def test_moved_ahead_it_ends_when_it_begins(self):
        start = self._at(10)
        with freeze_time(start - timedelta(days=3)):
            visit = self._held(start=start)
            visit.reschedule(self._at(15, days=0) + timedelta(days=4))
            earlier = start - timedelta(days=3) + timedelta(hours=6)
            visit.reschedule(earlier)
            self.assertEqual((visit.start, visit.expires_at), (earlier, earlier))

    def test_a_patient_who_thinks_it_over_is_asked_later(self):
        visit = self._held(hold_minutes=15)
        self.assertFalse(visit.deposit_asked_at)
        self.assertAlmostEqual(visit.expires_at, self._now(minutes=15), delta=timedelta(minutes=1))
        with self.assertRaisesRegex(UserError, "the deposit of .*1,150.00 is not paid"):
            visit.action_confirm()
        visit.with_user(self.users["reception"]).action_ask_deposit()
        self.assertTrue(visit.deposit_asked_at)
        self.assertAlmostEqual(visit.expires_at, self._now(hours=24), delta=timedelta(minutes=1))

    def test_a_hold_is_no_way_around_the_deadline(self):
        visit = self._held(hold_minutes=60 * 24 * 30)
        self.assertAlmostEqual(visit.expires_at, self._now(hours=24), delta=timedelta(minutes=1))

    def test_unpaid_it_cancels_itself_and_its_time_is_free(self):
        visit = self._held()
        self._expire(visit)
        self.assertEqual(visit.cancel_reason_id, self.env.ref("clinic_visit.cancel_reason_hold_expired"))
        self.assertEqual((visit.state, visit.deposit_state), ("cancelled", "due"))
        self.assertEqual(self._held(start=visit.start).state, "held")

    def test_the_booking_dialog_tells_it(self):
        wizard = (
            self.env["clinic.visit.book"]
            .with_user(self.users["reception"])
            .with_company(self.branch)
            .create(
                {
                    "patient_id": self.patient.id,
                    "treatment_ids": [Command.set(self.laser.ids)],
                    "start": self._at(10),
                    "deposit_channel": "desk",
                }
            )
        )
        self.assertRegex(wizard.deposit_text, "Deposit .*1,150.00 to be paid by .* We keep it")
        action = wizard.action_book()
        visit = self.env["clinic.visit"].browse(action["params"]["next"]["infos"]["visit_id"])
        self.assertEqual((visit.state, visit.deposit_channel), ("held", "desk"))
        self.assertIn("1,150.00", action["params"]["message"])
        wizard.treatment_ids = self.facial
        self.assertFalse(wizard.deposit_text)

    # -- waiving ------------------------------------------------------------------------------------------------------

    def test_a_manager_waives_with_a_reason(self):
        visit = self._held().with_user(self.users["manager"])
        for reason in ("", "ok", "......"):
            with self.assertRaises(ValidationError):
                visit.action_waive_deposit(reason)
        visit.action_waive_deposit("Comes every month for years")
        self.assertEqual((visit.state, visit.deposit_state), ("booked", "waived"))
        self.assertEqual(visit.deposit_waived_by_id, self.users["manager"])

    def test_reception_does_not_waive(self):
        visit = self._held().with_user(self.users["reception"])
        with self.assertRaises(AccessError):
            visit.action_waive_deposit("Comes every month for years")

    def test_what_is_over_is_not_waived(self):
        visit = self._held()
        with freeze_time(visit.expires_at + timedelta(minutes=1)), self.assertRaisesRegex(UserError, "run out"):
            visit.with_user(self.users["manager"]).action_waive_deposit("Comes every month for years")

    # -- at the desk --------------------------------------------------------------------------------------------------

    def test_the_desk_takes_it_and_checkout_takes_it_off(self):
        visit = self._held().with_user(self.users["reception"])
        visit.take_deposit(self.cash.id)
        self.assertEqual((visit.state, visit.deposit_state, visit.deposit_paid), ("booked", "paid", 1150))
        self.assertEqual(self._ledger(), (-1150, -1150, 1))
        with self.assertRaisesRegex(UserError, "does not wait"):
            visit.take_deposit(self.cash.id)
        self._perform(visit.sudo())
        screen = self._screen().load(visit.id)
        self.assertEqual((screen["due"], screen["total"], screen["credits"]), (4600, 5750, []))
        self.assertEqual([row["amount"] for row in screen["payments"]], [1150])
        self._screen().pay(visit.id, 4600, [self._part(self.card, 4600)])
        self.assertEqual((visit.payment_state, visit.amount_due), ("paid", 0))
        self.assertEqual(self._ledger(), (0, 0, 3))

    def test_the_deposit_of_a_visit_pays_no_other(self):
        visit = self._held()
        visit.take_deposit(self.cash.id)
        other = self._done(start=self._at(15))
        screen = self._screen().load(other.id)
        self.assertEqual((screen["due"], screen["credits"]), (1150, []))
        other._check_out()
        self.assertEqual(other.amount_due, 1150)
        # Once its visit does not take place, it is credit like any other.
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self.assertEqual([credit["amount"] for credit in self._screen().load(other.id)["credits"]], [1150])
        self.assertIn("1,150.00", visit.activity_ids.summary)


@tagged("post_install", "-at_install")
class TestHoldByRpc(DeskMixin, PaymentCommon, HttpCase):
    def test_nobody_gets_around_it_by_calls_of_their_own(self):
        visit = self._held()
        self.env.flush_all()
        far = str(visit.start + timedelta(days=300))
        for role in ("reception", "practitioner", "cosmetologist", "warehouse", "accountant"):
            for method, args in (
                ("write", [visit.ids, {"state": "booked"}]),
                ("write", [visit.ids, {"expires_at": far}]),
                ("write", [visit.ids, {"deposit_amount": 0}]),
                ("write", [visit.ids, {"deposit_state": "waived"}]),
                ("write", [visit.ids, {"deposit_paid": 1150}]),
                (
                    "write",
                    [visit.ids, {"deposit_waived_by_id": self.users[role].id, "deposit_waive_reason": "Because"}],
                ),
                ("action_confirm", [visit.ids]),
                ("action_waive_deposit", [visit.ids, "Comes every month for years"]),
            ):
                with self.subTest(role=role, method=method, args=args[1:]):
                    self.assert_refused(role, "clinic.visit", method, *args)
        self.env.invalidate_all()
        self.assertEqual((visit.state, visit.deposit_state), ("held", "due"))

    def test_a_visit_that_is_created_by_hand_is_held_too(self):
        values = {
            "patient_id": self.patient.id,
            "state": "booked",
            "procedure_ids": [
                Command.create(
                    {
                        "treatment_id": self.laser.id,
                        "practitioner_id": self.doctor.id,
                        "start": str(self._at(12)),
                        "room_id": self.rooms[0].id,
                        "device_id": self.device.id,
                    }
                )
            ],
        }
        [visit_id], error = self._ask("reception", "clinic.visit", "create", [values])
        self.assertIsNone(error)
        self.assertEqual(self.env["clinic.visit"].browse(visit_id).state, "held")

    def test_a_manager_waives_by_a_call(self):
        visit = self._held()
        self.env.flush_all()
        _answer, error = self._ask(
            "manager", "clinic.visit", "action_waive_deposit", visit.ids, "Pays at the desk always"
        )
        self.assertIsNone(error)
        self.env.invalidate_all()
        self.assertEqual((visit.state, visit.deposit_state), ("booked", "waived"))
