import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AccountCommon


@tagged("post_install", "-at_install")
class TestPrice(AccountCommon):
    def test_the_price_comes_from_the_treatment_and_stays(self):
        procedure = self.book().procedure_ids
        self.assertEqual(procedure.price_unit, 1000)
        self.facial.list_price = 2000
        self.assertEqual(procedure.price_unit, 1000)

    def test_quantity_and_discount_count(self):
        procedure = self.book().procedure_ids
        procedure.write({"quantity": 2, "discount": 25})
        self.assertEqual(procedure.price_subtotal, 1500)
        self.assertEqual(procedure.price_total, 1725)

    def test_a_discount_lies_between_0_and_100(self):
        procedure = self.book().procedure_ids
        for discount in (-1, 101):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                procedure.discount = discount
                self.env.flush_all()

    def test_practitioners_see_the_price_and_leave_it(self):
        procedure = self.book(practitioner=self.doctor).procedure_ids
        as_doctor = procedure.with_user(self.users["practitioner"])
        self.assertEqual(as_doctor.price_unit, 1000)
        self.assertEqual(as_doctor.visit_id.amount_total, 1150)
        for vals in ({"price_unit": 1}, {"discount": 100}):
            with self.assertRaisesRegex(AccessError, "Only reception and managers"):
                as_doctor.write(vals)
        procedure.with_user(self.users["reception"]).discount = 10
