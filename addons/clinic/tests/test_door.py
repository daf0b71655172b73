from datetime import date, datetime

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools.sql import constraint_definition

from odoo.addons.clinic import call_door, door, value_door
from odoo.addons.clinic.door import a_day, a_form, a_list, a_moment, a_number, a_record, a_table, a_text, one_of, takes


@tagged("post_install", "-at_install")
class TestDoor(TransactionCase):
    """What is declared about the arguments of a method is what the method gets."""

    def _check(self, kind, value):
        return kind.check(self.env, value)

    def test_what_fits_is_made_what_the_method_needs(self):
        partner = self.env.user.partner_id
        noon = datetime(2026, 3, 31, 12)
        for kind, value, expected in (
            (a_moment(), "2026-03-31 12:00:00", noon),
            (a_moment(), "2026-03-31T17:00:00+05:00", noon),
            (a_moment(), noon, noon),
            (a_day(), "2026-03-31", date(2026, 3, 31)),
            (one_of(a_day(), a_moment()), "2026-03-31 12:00", noon),
            (a_record("res.partner"), partner.id, partner),
            (a_record("res.partner"), partner, partner),
            (a_record("res.partner", many=True), [partner.id], partner),
            (a_list(a_day()), ["2026-03-31"], [date(2026, 3, 31)]),
            (a_table(a_number()), {"1": 2.5}, {"1": 2.5}),
            (a_form(day=a_day(), note=a_text(optional=True)), {"day": "2026-03-31"}, {"day": date(2026, 3, 31)}),
            (a_text(optional=True), None, None),
        ):
            with self.subTest(kind=type(kind).__name__, value=value):
                self.assertEqual(self._check(kind, value), expected)

    def test_what_does_not_fit_is_refused(self):
        for kind, *values in (
            (a_text(3), "four", "a\0", "\ud800", 5, None, b"x"),
            (a_number(), True, "1", float("nan"), float("inf"), 10**400, None),
            (a_number(above=0), 0, -1),
            (door.a_count(1, 3), 0, 4, 2.0),
            (a_moment(), "soon", "0001-01-01", "9999-12-31 23:59:59-12:00", date(2026, 3, 31), 5),
            (a_day(), "2026-13-45", "2026-03-31 10:00", datetime(2026, 3, 31), ""),
            (a_record("res.partner"), 0, -1, 2**31, True, "1", [1], self.env.user),
            (a_record("res.partner", exists=True), 2**31 - 1),
            (a_list(a_day(), least=1), [], ["x"], "2026-03-31"),
            (a_form(day=a_day()), {}, [], {"day": 1}, {"day": "2026-03-31", "more": 1}),
        ):
            for value in values:
                with self.subTest(kind=type(kind).__name__, value=value), self.assertRaises(door.Unfit):
                    self._check(kind, value)

    def test_a_method_is_called_with_what_it_declares(self):
        @takes(first=a_number(), hold_minutes=a_number(above=0))
        def book(self, first, hold_minutes=None):
            return first, hold_minutes

        partner = self.env.user.partner_id
        self.assertEqual(book(partner, 1), (1, None))
        self.assertEqual(book(partner, hold_minutes=2, first=1), (1, 2))
        self.assertEqual(book(partner, 1, False), (1, False))
        for args in ((), (1, 2, 3)):
            with self.subTest(args=args), self.assertRaisesRegex(UserError, "too many or too few"):
                book(partner, *args)
        with self.assertRaisesRegex(UserError, "Hold minutes: Give a number above 0"):
            book(partner, 1, -5)
        with self.assertRaisesRegex(TypeError, "second"):
            takes(first=a_number())(lambda self, first, second: None)

    def test_json_that_cannot_be_stored_is_none(self):
        self.assertEqual(call_door.read_json('{"a": ["\\ud83e\\udd84", 1.5]}'), {"a": ["🦄", 1.5]})
        for text in (
            '["\\ud800"]',
            '["a\\u0000"]',
            '{"\\udc00": 1}',
            "[NaN]",
            "[-Infinity]",
            "[1e999]",
            "[" * 100_000,
            "x",
        ):
            with self.subTest(text=text[:20]), self.assertRaises(ValueError):
                call_door.read_json(text)

    def test_records_are_called_by_their_numbers(self):
        patients = "clinic.patient"
        for ids in ("x", [True], [0], [2**31], [[1]], {"a": 1}):
            with self.subTest(ids=ids), self.assertRaisesRegex(UserError, "by their numbers"):
                with call_door.checked_call(self.env, patients, "action_open_record", [ids], {}):
                    self.fail("called")
        two = self.env[patients].create([{"name": "One"}, {"name": "Two"}])
        with self.assertRaisesRegex(UserError, "Choose one record"):
            with call_door.checked_call(self.env, patients, "action_break_glass", [two.ids], {}):
                two.action_break_glass()

    def test_no_table_takes_what_is_no_number(self):
        for name, model in self.env.items():
            if not name.startswith("clinic.") or not model._auto or model._abstract:
                continue
            for column in model._clinic_number_columns():
                with self.subTest(column=f"{model._table}.{column}"):
                    definition = constraint_definition(self.env.cr, model._table, f"{model._table}_finite") or ""
                    self.assertIn(f'"{column}" - "{column}" = 0', definition)

    def test_values_fit_their_fields(self):
        kinds = {"name": "Fine", "active": True, "tag_ids": [Command.create({"x": 1})], "birth_date": "1980-05-06"}
        known = self.env["clinic.patient"]._fields
        value_door.check_values(self.env, "clinic.patient", {name: kinds[name] for name in kinds if name in known})
        for values in (
            {"name": "a\0b"},
            {"name": 5},
            {"birth_date": "2026-13-45"},
            {"active": "yes"},
            {"partner_id": "1"},
            {"nothing": 1},
            {"category_id": [[6, 0, ["x"]]]},
            "x",
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                value_door.check_values(self.env, "clinic.patient", values)
