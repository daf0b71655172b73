import doctest

from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.clinic_feedback import const, nps

# promoters, passives, detractors: score, low and high, computed by hand. For the first one: N = 103, P = 60.75 / 103,
# D = 10.75 / 103, P − D = 0.48544, variance = 0.69417 − 0.23565 = 0.45853, half = 1.96 √(0.45853 / 103) = 0.13077.
BY_HAND = [
    ((60, 30, 10), (50.0, 35.467, 61.621)),
    ((4, 2, 1), (42.857, -16.381, 76.381)),
    ((2, 3, 5), (-30.0, -65.205, 19.051)),
    ((5, 3, 2), (30.0, -19.051, 65.205)),
    ((1, 0, 0), (100.0, -48.499, 98.499)),
    # Cut off at the ends.
    ((0, 0, 3), (-100.0, -100.0, 6.579)),
    ((10, 0, 0), (100.0, 47.504, 100.0)),
    ((0, 7, 0), (0.0, -24.005, 24.005)),
]


@tagged("post_install", "-at_install")
class TestNps(BaseCase):
    def test_the_examples_hold(self):
        for module in (const, nps):
            result = doctest.testmod(module)
            self.assertGreater(result.attempted, 0)
            self.assertEqual(result.failed, 0)

    def test_score_and_interval_by_hand(self):
        for counts, expected in BY_HAND:
            with self.subTest(counts=counts):
                for found, value in zip(nps.interval(*counts), expected, strict=True):
                    self.assertAlmostEqual(found, value, places=2)


@tagged("post_install", "-at_install")
class TestNpsSql(TransactionCase):
    def test_the_database_computes_the_same(self):
        for (promoters, passives, detractors), expected in BY_HAND:
            with self.subTest(counts=(promoters, passives, detractors)):
                numbers = [SQL("%s::bigint", n) for n in (promoters + passives + detractors, promoters, detractors)]
                [row] = self.env.execute_query(SQL("SELECT %s, %s, %s", *nps.interval_sql(*numbers)))
                for found, value in zip(row, expected, strict=True):
                    self.assertAlmostEqual(float(found), value, places=2)

    def test_of_no_answers_there_is_none(self):
        none = [SQL("0::bigint")] * 3
        self.assertEqual(self.env.execute_query(SQL("SELECT %s, %s, %s", *nps.interval_sql(*none))), [(None,) * 3])
