import doctest
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged
from odoo.tools import float_compare, float_round

from .. import money

AMOUNTS = st.decimals("-100000", "100000", places=2).map(float)
PARTS = st.lists(st.decimals("0.01", "999", places=2).map(float), min_size=1, max_size=12)
ROUNDINGS = st.sampled_from((0.01, 0.05, 1.0))


@tagged("post_install", "-at_install")
class TestMoney(BaseCase):
    """Rounded parts add up to the rounded whole."""

    def test_the_examples_are_right(self):
        self.assertEqual(doctest.testmod(money).failed, 0)

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(total=AMOUNTS, parts=PARTS, rounding=ROUNDINGS)
    def test_parts_of_a_total_add_up_to_it(self, total, parts, rounding):
        taken = 0
        for reached in itertools.accumulate(parts):
            taken += money.next_part(total, reached, sum(parts), taken, rounding)
        whole = float_round(total, precision_rounding=rounding)
        self.assertEqual(float_compare(taken, whole, precision_rounding=rounding), 0)

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(price=AMOUNTS.map(abs), parts=PARTS, rounding=ROUNDINGS)
    def test_what_is_taken_bit_by_bit_is_worth_the_whole(self, price, parts, rounding):
        left = total = sum(parts)
        taken = 0
        for part in parts[:-1]:
            taken += money.value_taken(price, left, left - part, rounding)
            left -= part
        taken += money.value_taken(price, left, 0, rounding)
        whole = float_round(price * total, precision_rounding=rounding)
        self.assertEqual(float_compare(taken, whole, precision_rounding=rounding), 0)
