from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import PackageCommon

# Six peels, list 10,000 each, sold for 48,000 in three instalments of 16,000; four are done by two practitioners, two
# are refunded. Worked out by hand for each rule of the clinics:
# rule -> (credit note, given back, still owed, income in all, what is left to pay)
PAID = {
    # Four sessions of 8,000 are charged.
    "pro rata": (16000, 16000, 0, 32000, 0),
    # Four sessions at 10,000 are charged; 8,000 of the value of the last two are kept.
    "list": (8000, 8000, 0, 40000, 0),
    "list less bank charges": (7500, 7500, 0, 40500, 0),
    "swap": (16000, 16000, 0, 32000, 0),
    "none": (0, 0, 0, 48000, 0),
    "10 % of the price": (11200, 11200, 0, 36800, 0),
}
# As above, when only the first two instalments were paid, 32,000.
PART = {
    "pro rata": (16000, 0, 0, 32000, 0),
    "list": (8000, 0, 8000, 40000, 8000),
    "list, waived": (16000, 0, 0, 32000, 0),
    "none": (0, 0, 16000, 48000, 16000),
}
RULES = {
    "pro rata": {},
    "list": {"basis": "list"},
    "list less bank charges": {"basis": "list", "bank_charges": 500},
    "list, waived": {"basis": "list", "debt": "waived"},
    "swap": {"outcome": "swap", "credit_days": 90},
    "none": {"basis": "nothing"},
    "10 % of the price": {"fee_kind": "percent", "fee_percent": 10},
}


@tagged("post_install", "-at_install")
class TestScenario(PackageCommon):
    """The dermatologist's question: bought six, completed four, wants a refund for the remaining two."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term = cls.env["account.payment.term"].create(
            {
                "name": "Three parts",
                "line_ids": [
                    (5, 0, 0),
                    *(
                        (0, 0, {"value": "percent", "value_amount": percent, "nb_days": days})
                        for percent, days in [(33.333333, 0), (33.333333, 30), (33.333334, 60)]
                    ),
                ],
            }
        )

    def _course(self, instalments):
        course = self._sell(user=self.reception, payment_term_id=self.term)
        invoice = course.invoice_line_id.move_id
        due = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.assertEqual(sorted(due.mapped("balance")), [16000] * 3)
        for _part in range(instalments):
            self._pay(invoice, 16000)
        if instalments < 3:
            course.sudo().beyond_paid = True
        who = [self.doctor, self.cosmetologist, self.doctor, self.cosmetologist]
        for number, practitioner in enumerate(who):
            visit = self._perform(practitioner, days=1 + 14 * number)
            self.assertEqual(visit.procedure_ids.session_use_id.number, number + 1)
            visit.with_user(self.reception).action_checkout()
            self.assertFalse(visit.invoice_id)
        return course

    def _ledger(self, course):
        return [
            (event.session_id.number, event.kind, event.amount) for event in course.session_ids.event_ids.sorted("id")
        ]

    def _check(self, name, instalments, expected):
        credit, back, owed, income, left_to_pay = expected
        before = self._income()
        course = self._course(instalments)
        self.assertEqual((self._deferred(), self._income() - before), (16000, 32000))
        refund = self._refund(course, self._rule(name, **RULES[name]))
        self.assertEqual((refund.amount_credit, refund.amount, refund.amount_owed), (credit, back, owed))
        self.assertEqual((self._deferred(), self._income() - before), (0, income))
        self.assertEqual(course.invoice_line_id.move_id.amount_residual, left_to_pay)
        money = sum(refund.payment_ids.mapped("amount"))
        self.assertEqual(money, back if refund.outcome == "money" else 0)
        kind = "swapped" if refund.outcome == "swap" else "refunded"
        self.assertEqual(
            self._ledger(course),
            [
                *((number, "sold", 8000) for number in range(1, 7)),
                *((number, "redeemed", -8000) for number in range(1, 5)),
                *((number, kind, -8000) for number in (5, 6)),
            ],
        )
        for move in refund.move_ids | course.session_ids.event_ids.move_id:
            self.assertEqual(sum(move.line_ids.mapped("balance")), 0, move.name)
        performed = [event for event in course.session_ids.event_ids.sorted("id") if event.kind == "redeemed"]
        for event in performed:
            day = event.procedure_id._done_day()
            self.assertEqual((event.date, event.move_id.date), (day, day))
        self.assert_proved()
        self.assert_proved(performed[1].date - timedelta(days=1))

    def test_paid_in_full(self):
        for name, expected in PAID.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self._check(name, 3, expected)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_two_of_three_instalments_paid(self):
        for name, expected in PART.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self._check(name, 2, expected)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_nothing_begun(self):
        course = self._sell(user=self.reception)
        self._pay(course.invoice_line_id.move_id)
        refund = self._refund(course, self._rule("Not begun", use="unused", fee_kind="fixed", fee_amount=5000))
        self.assertEqual((refund.amount, refund.amount_credit), (43000, 43000))
        self.assert_proved()

    def test_later_days_know_of_earlier_ones(self):
        course = self._course(3)
        with freeze_time(self._at(12, days=80)):
            self.env.invalidate_all()
            self.assertEqual((course.progress, course.standing), ("4 of 6", "stalled"))
            statement = course._statement()
        self.assertEqual((statement["used"], statement["left"], statement["deferred"]), (4, 2, 16000))
