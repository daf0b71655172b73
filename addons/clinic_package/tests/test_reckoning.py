from odoo.tests import BaseCase, tagged

from ..reckoning import Course, Rule, reckon

# 6 sessions, list 10,000 each, sold at 48,000 (8,000 each), 4 done, 2 left; in the second group nothing was done.
PAID = Course(price=48000, paid=48000, used=32000, used_list=40000, unused=16000)
HALF = Course(price=48000, paid=24000, used=32000, used_list=40000, unused=16000)
FRESH = Course(price=48000, paid=48000, used=0, used_list=0, unused=48000)


@tagged("post_install", "-at_install")
class TestReckoning(BaseCase):
    def test_the_public_rules_of_clinics(self):
        table = [
            # (course, rule, credit note, given back, still owed), worked out by hand
            (FRESH, Rule(fee_kind="fixed", fee=5000), 43000, 43000, 0),
            (FRESH, Rule(fee_kind="fixed", fee=5000, charges=700), 42300, 42300, 0),
            (PAID, Rule(basis="list"), 8000, 8000, 0),
            (PAID, Rule(basis="list", charges=250), 7750, 7750, 0),
            (PAID, Rule(basis="package"), 16000, 16000, 0),
            (HALF, Rule(basis="list", debt="owed"), 8000, 0, 16000),
            (HALF, Rule(basis="list", debt="waived"), 24000, 0, 0),
            (HALF, Rule(basis="package", debt="owed"), 16000, 0, 8000),
            (PAID, Rule(basis="nothing"), 0, 0, 0),
            (PAID, Rule(fee_kind="percent", fee=10, fee_of="price"), 11200, 11200, 0),
            (PAID, Rule(fee_kind="percent", fee=10, fee_of="unused"), 14400, 14400, 0),
            (HALF, Rule(fee_kind="percent", fee=10, fee_of="paid"), 13600, 0, 10400),
        ]
        for course, rule, credit, back, owed in table:
            with self.subTest(rule=rule, paid=course.paid):
                result = reckon(course, rule)
                self.assertEqual((result.credit, result.back, result.owed), (credit, back, owed))
                self.assertAlmostEqual(sum(amount for _key, amount in result.lines), back - owed)

    def test_nobody_pays_more_than_the_price(self):
        five = Course(price=48000, paid=48000, used=40000, used_list=50000, unused=8000)
        result = reckon(five, Rule(basis="list"))
        self.assertEqual((result.charge, result.credit, result.back), (48000, 0, 0))

    def test_a_cheap_list_price_does_not_give_back_more_than_is_unused(self):
        cheap = Course(price=48000, paid=48000, used=32000, used_list=20000, unused=16000)
        self.assertEqual(reckon(cheap, Rule(basis="list", capped=True)).back, 16000)
        self.assertEqual(reckon(cheap, Rule(basis="list")).back, 28000)
