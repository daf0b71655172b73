from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import tagged

from odoo.addons.clinic_package.tests import test_random
from odoo.addons.clinic_visit.tests.test_slots_kernel import repeatable


@tagged("post_install", "-at_install")
class TestCommissionRandom(test_random.TestRandom):
    """Whatever happens to packages in whatever order, commissions are the rule applied to what remains."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rules = cls.env["clinic.commission.rule"]
        rules.search([]).active = False
        rules.create([{"name": "Performer", "percent": 40}, {"name": "Seller", "percent": 3, "role": "seller"}])
        cls._create_practitioner("Seller", cls.env.user)

    def _check(self, courses):
        super()._check(courses)
        for course in courses:
            sold = course.invoice_line_id
            if sold and not course.source_id:
                kept, money = self._kept(course), self._money_share(sold.move_id)
                whole = -sold.balance
                self._check_sum(f"course:{course.id}:{sold.id}", 3, whole, kept / whole * money)
                self._check_sessions(course, kept, money)

    def _check_sessions(self, course, kept, money):
        """Each session that is used has its part of what credit notes have left, and one given back has nothing."""
        sessions = course._family().session_ids
        used = sum(sessions.filtered(lambda s: s.state in ("redeemed", "missed")).mapped("value"))
        for use in sessions.event_ids.filtered(lambda event: event.kind == "redeemed"):
            is_live = use.session_id.procedure_id == use.procedure_id
            left = min(kept, used) / used if is_live else 0.0
            self._check_sum(f"session:{use.id}", 40, use.session_id.value, left * money)

    def _check_sum(self, key, percent, base, share):
        """What was earned with ``key`` is ``percent`` of ``base`` as far as it is left; nothing is exactly nothing."""
        entries = self.env["clinic.commission.entry"].sudo().search([("origin_key", "=", key)])
        coin = self.branch.currency_id.rounding
        for name, whole in (("amount", base * percent / 100), ("base_amount", base)):
            total = sum(entries.mapped(name))
            self.assertAlmostEqual(total, whole * share, delta=coin * 1.01 if share else coin / 1000, msg=key)

    def _kept(self, course):
        """Return what the posted documents of the invoice of ``course`` charge for it together."""
        invoice = course.invoice_line_id.move_id
        documents = invoice | invoice.reversal_move_ids.filtered(lambda note: note.state == "posted")
        lines = documents.invoice_line_ids.filtered(lambda line: line.clinic_course_id == course)
        return max(-sum(lines.mapped("balance")), 0.0)

    def _money_share(self, invoice):
        """Return how much of what is left of ``invoice`` is paid, where commissions wait for that; else all of it."""
        if self.branch.clinic_commission_earned != "received":
            return 1.0
        notes = invoice.reversal_move_ids.filtered(lambda note: note.state == "posted")
        whole = invoice.amount_total - sum(notes.mapped("amount_total"))
        parts = invoice.line_ids.matched_credit_ids.filtered(lambda part: part.credit_move_id.move_id not in notes)
        return min(sum(parts.mapped("amount")), whole) / whole if whole > 0 else 0.0

    @repeatable(8)
    @given(
        st.sampled_from(sorted(test_random.CURRENCIES)),
        st.booleans(),
        st.booleans(),
        st.lists(st.tuples(st.integers(0, len(test_random.STEPS) - 1), st.integers(0, 50)), min_size=4, max_size=12),
    )
    def test_any_sequence_keeps_the_books_and_the_sessions_together(self, currency, tax, received, drawn):
        with self.env.cr.savepoint() as savepoint:
            self.branch.clinic_commission_earned = "received" if received else "invoiced"
            self._run(currency, tax, drawn)
            savepoint.rollback()
        self.env.registry.clear_cache()
        self.env.invalidate_all()
