from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.clinic_visit.tests.test_slots_kernel import repeatable

from .common import PackageCommon

# Each step by a number, so that what hypothesis draws is short: (what happens, on which course, how much).
STEPS = (
    "sell",
    "pay",
    "perform",
    "give_back",
    "refund",
    "part",
    "expire",
    "transfer",
    "swap",
    "upgrade",
    "missed",
    "discount",
    "note",
)
CURRENCIES = {"PKR": 0.01, "EUR": 0.01, "IQD": 0.001, "JPY": 1.0}


@tagged("post_install", "-at_install")
class TestRandom(PackageCommon):
    """Whatever happens in whatever order: sessions, books and ledger agree, to the last cent of the currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.package.write({"package_transferable": True, "package_missed_counts": True, "package_beyond_paid": True})
        cls.larger = cls._create_package("Twelve", 97531, count=12, package_beyond_paid=True)
        cls.friend = cls.env["clinic.patient"].create({"name": "Friend", "phone": "0300 7654321"})
        cls.by_package = cls._rule("Package")
        cls.by_list = cls._rule("List", basis="list", debt="owed", bank_charges=1)
        cls.swap = cls._rule("Swap", outcome="swap")

    def _use_currency(self, name):
        """Let the branch keep its books in ``name``; nothing was posted yet in this transaction."""
        currency = self.env.ref(f"base.{name}")
        currency.write({"active": True, "rounding": CURRENCIES[name]})
        self.env.cr.execute("UPDATE res_company SET currency_id = %s WHERE id = %s", [currency.id, self.branch.id])
        self.env.registry.clear_cache()
        self.env.invalidate_all()

    def _do(self, step, courses, number):
        """Do ``step`` and return the courses that there are afterwards."""
        course = courses[number % len(courses)] if courses else None
        if step == "discount":
            return [*courses, self._sell(price_unit=48000 * (100 - number) / 100)]
        if step == "sell" or not course:
            return [*courses, self._sell(price_unit=48000 + number * 7)]
        left = course.session_ids.filtered(lambda session: session.state == "open").sorted("number").sudo()
        used = course.session_ids.filtered(lambda session: session.state in ("redeemed", "missed")).sudo()
        invoice = course._payer().invoice_line_id.move_id
        if step == "pay" and invoice.amount_residual > 0 and invoice.state == "posted":
            self._pay(invoice, min(invoice.amount_residual, max(invoice.amount_residual // 2, 100)))
        elif step == "perform":
            self._day += 15
            self._perform(days=self._day, patient=course.patient_id)
        elif step == "missed" and left:
            self._day += 15
            self._miss(course.patient_id)
        elif step == "give_back" and used:
            course.sudo()._give_back(used[:1], "test")
        elif step == "note" and invoice.state == "posted":
            self._credit_part(invoice, number)
        elif left:
            return self._do_with_left(step, courses, course, left)
        return courses

    def _do_with_left(self, step, courses, course, left):
        """Do ``step`` with the sessions of ``course`` that are left."""
        if step in ("refund", "part", "swap") and not course.source_id:
            rule = {"refund": self.by_list, "part": self.by_package, "swap": self.swap}[step]
            self._refund(course, rule, sessions=left[:1] if step == "part" else left)
        elif step == "expire":
            left._lock()
            left[-1:]._record("expired", reason="test")
        elif step == "transfer" and course.patient_id != self.friend and course.transferable:
            return [*courses, course.sudo()._transfer(self.friend, "test").with_env(self.env)]
        elif step == "upgrade" and not course.source_id and course.patient_id == self.patient:
            return [*courses, self._sell(self.larger, upgrade_of_id=course)]
        return courses

    def _credit_part(self, invoice, number):
        """Give a discount later, as an accountant does natively: by a credit note of a part, or of all."""
        note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        for line in note.invoice_line_ids:
            line.price_unit = line.price_unit * number / 50
        note.action_post()

    def _miss(self, patient):
        kept, type(self).patient = self.patient, patient
        try:
            visit = self.book(start=self._at(10, days=self._day), practitioner=self.doctor)
        finally:
            type(self).patient = kept
        with freeze_time(fields.Datetime.add(visit.start, hours=1)):
            visit.action_no_show()

    def _check(self, courses):
        sessions = self.env["clinic.session"].search([("course_id", "in", [course.id for course in courses])])
        for session in sessions:
            events = session.event_ids
            uses = events.filtered(lambda e: e.kind in ("redeemed", "missed"))
            returns = events.filtered(lambda e: e.kind == "returned")
            self.assertIn(len(uses) - len(returns), (0, 1), session.display_name)
            self.assertEqual(bool(session.procedure_id), len(uses) > len(returns))
            waiting = session.value if session.state == "open" else 0
            self.assertAlmostEqual(sum(events.mapped("amount")), waiting, 6)
        for course in courses:
            self.assertLessEqual(course.used_count, course.session_count)
            line = course.invoice_line_id
            if line and not course.source_id:
                self.assertAlmostEqual(sum(course.session_ids.mapped("value")), -line.balance, 6)
                self.assertAlmostEqual(sum(course.session_ids.mapped("total")), line.price_total, 6)
        days = sorted(set(sessions.event_ids.mapped("date")))
        for day in days[:: max(len(days) // 4, 1)]:
            self.assert_proved(day)
        self.assert_proved()
        moves = sessions.event_ids.move_id
        for move in moves:
            self.assertAlmostEqual(sum(move.line_ids.mapped("balance")), 0, 6)

    def _run(self, currency, tax, drawn):
        self._day = 0
        self._use_currency(currency)
        self.package.taxes_id = [Command.set(self.tax.ids if tax else [])]
        self.larger.taxes_id = [Command.set(self.tax.ids if tax else [])]
        courses = []
        for step, number in drawn:
            try:
                with self.env.cr.savepoint():
                    courses = self._do(STEPS[step], courses, number)
            except UserError:
                # Refused in words: nothing of it may be left.
                self.env.invalidate_all()
            self.env.flush_all()
        self._check(courses)

    @repeatable(12)
    @given(
        st.sampled_from(sorted(CURRENCIES)),
        st.booleans(),
        st.lists(st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 50)), min_size=4, max_size=12),
    )
    def test_any_sequence_keeps_the_books_and_the_sessions_together(self, currency, tax, drawn):
        with self.env.cr.savepoint() as savepoint:
            self._run(currency, tax, drawn)
            savepoint.rollback()
        self.env.registry.clear_cache()
        self.env.invalidate_all()
