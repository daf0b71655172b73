from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PackageCommon


@tagged("post_install", "-at_install")
class TestSession(PackageCommon):
    def _paid(self, **vals):
        course = self._sell(**vals)
        self._pay(course.invoice_line_id.move_id)
        return course

    def _run(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"clinic_package.cron_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def test_a_performed_session_becomes_income_on_its_day(self):
        course = self._paid()
        income = self._income()
        visit = self._perform(days=3)
        day = visit.procedure_ids._done_day()
        session = course.session_ids.sorted("number")[0]
        self.assertEqual((session.state, session.procedure_id), ("redeemed", visit.procedure_ids))
        self.assertEqual((self._deferred(), self._income() - income), (40000, 8000))
        self.assertEqual(self._deferred(day - timedelta(days=1)), 48000)
        self.assertEqual(session.event_ids.filtered(lambda e: e.kind == "redeemed").move_id.date, day)
        self.assert_proved()
        self.assert_proved(day - timedelta(days=1))

    def test_checkout_needs_neither_invoice_nor_payment(self):
        self._paid()
        visit = self._perform()
        self.assertEqual((visit.amount_total, visit.payment_offer()["kinds"]), (0, []))
        visit.with_user(self.reception).action_checkout()
        self.assertTrue(visit.is_checked_out)
        self.assertFalse(visit.invoice_id)
        self.assertEqual(visit.payment_state, "elsewhere")
        visit.action_checkout()

    def test_a_session_bought_after_the_treatment_pays_at_checkout(self):
        visit = self._perform()
        self.assertEqual(visit.amount_total, 10000)
        course = self._paid()
        self.assertEqual(visit.amount_total, 0)
        visit.action_checkout()
        self.assertEqual((course.used_count, visit.invoice_id.id), (1, False))

    def test_what_expires_first_goes_first(self):
        first = self._paid()
        second = self._paid()
        second.sudo()._extend(fields.Date.add(second.valid_to, days=30), "Ramadan")
        visit = self.book(start=self._at(10, days=2), practitioner=self.doctor)
        self.assertEqual(visit.procedure_ids.session_use_id.course_id, first)
        first.sudo()._extend(fields.Date.add(first.valid_to, days=60), "Ramadan")
        visit.procedure_ids.invalidate_recordset()
        self.assertEqual(visit.procedure_ids.session_use_id.course_id, second)

    def test_reception_chooses_another_session_or_none(self):
        first, second = self._paid(), self._paid()
        visit = self._perform()
        procedure = visit.procedure_ids.with_user(self.reception)
        self.assertEqual(procedure.session_use_id.course_id, first)
        wanted = second.session_ids.sorted("number")[2]
        procedure.session_use_id = wanted.with_user(self.reception)
        self.assertEqual((wanted.state, first.used_count, second.used_count), ("redeemed", 0, 1))
        procedure.session_use_id = False
        self.assertEqual((wanted.state, second.used_count, visit.amount_total), ("open", 0, 10000))
        self.assertEqual(self._deferred(), 96000)
        visit.action_checkout()
        self.assertEqual(visit.invoice_id.amount_total, 10000)
        self.assert_proved()

    def test_two_treatments_of_one_visit_use_two_sessions(self):
        course = self._paid()
        first = self._perform(days=1)
        second = self._perform(days=20)
        self.assertEqual(
            (first.procedure_ids.session_use_id | second.procedure_ids.session_use_id),
            course.session_ids.sorted("number")[:2],
        )

    def test_a_session_that_is_not_paid_for_stops_at_the_gate(self):
        course = self._sell(payment_term_id=self.env.ref("clinic_package.payment_term_6"))
        self._pay(course.invoice_line_id.move_id, 9600)
        visit = self._perform()
        self.assertEqual(visit.procedure_ids.session_use_id.state, "redeemed")
        second = self.book(start=self._at(10, days=9), practitioner=self.doctor)
        with freeze_time(second.start):
            second.action_arrive()
            reasons = [reason["kind"] for reason in second.procedure_ids.gate()]
            self.assertEqual(reasons, ["session"])
            with self.assertRaisesRegex(UserError, "not paid for yet"):
                second.procedure_ids.action_start()
            self._pay(course.invoice_line_id.move_id, 9600)
            self.env.invalidate_all()
            second.procedure_ids.action_start()

    def test_the_gate_says_that_no_session_is_left(self):
        package = self._create_package("One peel", 9000, count=1)
        self._paid(package=package)
        self._perform()
        visit = self.book(start=self._at(10, days=20), practitioner=self.doctor)
        self.assertIn("No session of the package is left", visit.procedure_ids.gate()[0]["text"])

    def test_a_missed_session_counts_by_its_terms(self):
        self.package.package_missed_counts = True
        course = self._paid()
        visit = self.book(start=self._at(10, days=1), practitioner=self.doctor)
        with freeze_time(visit.start + timedelta(hours=1)):
            visit.action_no_show()
        self.assertEqual((course.session_ids.sorted("number")[0].state, self._deferred()), ("missed", 40000))
        self.package.package_missed_counts = False
        other = self._paid(patient=self.env["clinic.patient"].create({"name": "Other", "phone": "0300 7654321"}))
        self.assertFalse(other.missed_counts)
        self.assert_proved()

    def test_sessions_expire_into_income(self):
        course = self._paid()
        self._perform()
        income = self._income()
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), months=12, days=2)):
            self._run("expire_sessions")
            self.assertEqual(set(course.session_ids.mapped("state")), {"redeemed", "expired"})
            self.assertEqual((self._deferred(), self._income() - income), (0, 40000))
            self.assertEqual(course.state, "ended")
        self.assert_proved()

    def test_one_entry_a_day(self):
        self.branch.clinic_package_entries = "day"
        self._paid()
        first = self._perform(days=1)
        event = first.procedure_ids.session_use_id.event_ids.filtered(lambda e: e.kind == "redeemed")
        self.assertFalse(event.move_id)
        self._run("post_days")
        self.assertFalse(event.move_id, "The day is not over")
        with freeze_time(first.start + timedelta(days=2)):
            self._run("post_days")
        self.assertEqual((event.move_id.state, self._deferred()), ("posted", 40000))
        self.assert_proved()

    def test_a_used_session_is_given_back(self):
        course = self._paid()
        visit = self._perform()
        visit.action_checkout()
        session = visit.procedure_ids.session_use_id
        step = self.env["clinic.session.step"].with_user(self.manager)
        step = step.create(
            {"kind": "give_back", "course_id": course.id, "session_ids": [(6, 0, session.ids)], "reason": "Redo"}
        )
        step.action_do()
        self.assertEqual((session.state, self._deferred()), ("open", 48000))
        self.assertEqual((visit.is_checked_out, visit.amount_total), (False, 10000))
        self.assertEqual(session.event_ids.sorted("id").mapped("kind"), ["sold", "redeemed", "returned"])
        self.assert_proved()

    def test_sessions_are_transferred(self):
        other = self.env["clinic.patient"].create({"name": "Friend", "phone": "0300 7654321"})
        course = self._paid()
        self._perform()
        step = self.env["clinic.session.step"].with_user(self.reception)
        values = {"kind": "transfer", "course_id": course.id, "patient_id": other.id, "reason": "Moves away"}
        with self.assertRaisesRegex(UserError, "cannot be transferred"):
            step.create(values).action_do()
        course.sudo().transferable = True
        step.create(values).action_do()
        given = self.env["clinic.course"].search([("source_id", "=", course.id)])
        self.assertEqual((given.patient_id, given.left_count, course.left_count), (other, 5, 0))
        self.assertEqual(self._deferred(), 40000)
        visit = self._perform(days=9, patient=other)
        self.assertEqual(visit.procedure_ids.session_use_id.course_id, given)
        self.assertEqual(self._deferred(), 32000)
        self.assert_proved()

    def test_of_any_treatment_of_a_category(self):
        package = self._create_package(
            "Any skin",
            30000,
            package_line_ids=[(0, 0, {"category_id": self.category.id, "count": 3, "list_price": 12000})],
        )
        course = self._paid(package=package)
        visit = self._perform(treatments=self.laser)
        self.assertEqual((visit.procedure_ids.session_use_id.course_id, self._deferred()), (course, 20000))

    def test_only_by_those_who_may_perform_it(self):
        self.package.package_practitioner_ids = self.cosmetologist
        self._paid()
        mine = self.book(start=self._at(10, days=2), practitioner=self.doctor)
        theirs = self.book(start=self._at(12, days=2), practitioner=self.cosmetologist)
        self.assertFalse(mine.procedure_ids.session_use_id)
        self.assertTrue(theirs.procedure_ids.session_use_id)

    def test_bad_input_is_refused_in_words(self):
        course = self._paid()
        session = course.session_ids.sorted("number")[0]
        other = self.env["clinic.patient"].create({"name": "Other", "phone": "0300 7654321"})
        foreign = self._perform(patient=other)
        with self.assertRaisesRegex(UserError, "another patient"):
            foreign.procedure_ids.session_use_id = session
        laser = self._perform(treatments=self.laser, days=2)
        with self.assertRaisesRegex(UserError, "is not for Laser"):
            laser.procedure_ids.session_use_id = session
        used = self._perform(days=4)
        self.assertEqual(used.procedure_ids.session_use_id, session)
        again = self._perform(days=20)
        with self.assertRaisesRegex(UserError, "cannot be used: it is “Performed”"):
            again.procedure_ids.session_use_id = session
        with self.assertRaisesRegex(UserError, "has passed"):
            course.sudo()._extend(fields.Date.subtract(self.branch._clinic_today(), days=1), "x")

    def test_a_no_show_is_noted_while_instalments_are_open(self):
        self.package.package_missed_counts = True
        course = self._sell()
        visit = self.book(start=self._at(10, days=1), practitioner=self.doctor)
        with freeze_time(visit.start + timedelta(hours=1)):
            visit.action_no_show()
        self.assertEqual((visit.state, course.used_count), ("no_show", 0))

    def test_a_choice_that_does_not_fit_any_more_is_none(self):
        course = self._paid()
        visit = self.book(start=self._at(10, days=2), practitioner=self.doctor)
        procedure = visit.procedure_ids
        third = course.session_ids.sorted("number")[2]
        procedure.session_use_id = third
        self.assertEqual(procedure.session_use_id, third)
        third.sudo()._record("expired", reason="test")
        procedure.invalidate_recordset()
        self.assertEqual(procedure.session_use_id, course.session_ids.sorted("number")[0])
        procedure.treatment_id = self.laser
        procedure.invalidate_recordset()
        self.assertFalse(procedure.session_use_id)

    def test_a_session_pays_for_one_area(self):
        course = self._paid()
        visit = self._perform()
        visit.procedure_ids.quantity = 3
        self.assertEqual(visit.amount_total, 20000)
        visit.with_user(self.reception).action_pay_cash() if visit.payment_offer()["kinds"] else visit.action_checkout()
        self.assertEqual((visit.invoice_id.amount_total, course.used_count), (20000, 1))

    def test_a_covered_visit_is_checked_out_by_whatever_button(self):
        self._paid()
        visit = self._perform()
        for _tap in range(2):
            self.assertIn("Six peels", visit.with_user(self.reception).action_pay_card()["params"]["message"])
        self.assertTrue(visit.is_checked_out)

    def test_a_course_without_end_is_not_extended(self):
        self.package.package_months = 0
        course = self._paid()
        with self.assertRaisesRegex(UserError, "never expire"):
            course.sudo()._extend(fields.Date.add(self.branch._clinic_today(), days=9), "x")

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_the_ledger(self):
        course = self._paid()
        visit = self._perform()
        session = visit.procedure_ids.session_use_id
        event = session.event_ids.filtered(lambda e: e.kind == "redeemed")
        with self.assertRaises(psycopg2.errors.RestrictViolation), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE clinic_session_event SET amount = 0 WHERE id = %s", [event.id])
        with self.assertRaises(psycopg2.errors.RestrictViolation), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM clinic_session_event WHERE id = %s", [event.id])
        values = {
            "session_id": session.id,
            "company_id": self.branch.id,
            "kind": "redeemed",
            "date": event.date,
            "user_id": self.env.uid,
            "procedure_id": visit.procedure_ids.id,
        }
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self.env["clinic.session.event"].sudo().create(values)
            self.env.flush_all()
        other = course.session_ids.sorted("number")[1]
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self.env["clinic.session.event"].sudo().create({**values, "session_id": other.id})
            self.env.flush_all()

    def test_the_books_do_not_take_the_ledger_apart(self):
        self._paid()
        visit = self._perform()
        entry = visit.procedure_ids.session_use_id.event_ids.filtered(lambda e: e.kind == "redeemed").move_id
        for step in (entry.button_draft, entry.button_cancel, entry._reverse_moves):
            with self.assertRaisesRegex(UserError, "session ledger"):
                step()

    def test_a_difference_in_the_books_is_named(self):
        self._paid()
        account = self.branch._clinic_deferred_account()
        bank = self.company_data["default_account_revenue"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    (0, 0, {"account_id": account.id, "balance": -50}),
                    (0, 0, {"account_id": bank.id, "balance": 50}),
                ],
            }
        )
        entry.action_post()
        proof = self.env["clinic.deferred.proof"].create({"day": self.branch._clinic_today()})
        self.assertFalse(proof.is_proved)
        self.assertRecordValues(
            proof.line_ids.filtered(lambda line: line.kind == "document"),
            [{"name": entry.name, "books": 50, "sessions": 0, "difference": 50}],
        )
