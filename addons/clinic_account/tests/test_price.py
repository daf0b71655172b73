import psycopg2

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import AccountCommon, DeskMixin


@tagged("post_install", "-at_install")
class TestPrice(DeskMixin, AccountCommon, HttpCase):
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
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    procedure.discount = discount
                    self.env.flush_all()
            except (psycopg2.IntegrityError, UserError):
                continue
            self.fail(f"A discount of {discount} % was accepted")

    def test_practitioners_see_the_price_and_leave_it(self):
        procedure = self.book(practitioner=self.doctor).procedure_ids
        as_doctor = procedure.with_user(self.users["practitioner"])
        self.assertEqual(as_doctor.price_unit, 1000)
        self.assertEqual(as_doctor.visit_id.amount_total, 1150)
        for vals in ({"price_unit": 1}, {"discount": 100}):
            with self.assertRaisesRegex(AccessError, "Only reception and managers"):
                as_doctor.write(vals)
        procedure.with_user(self.users["reception"]).discount = 10

    # -- what is given away -------------------------------------------------------------------------------------------

    def _price(self, procedure):
        self.env.invalidate_all()
        return procedure.price_unit, procedure.discount, procedure.quantity

    def _request(self, procedure, login="reception", reason="She waited an hour", **values):
        """Ask for a discount over JSON-RPC and return the request."""
        values = {"procedure_id": procedure.id, "price_unit": 1000, "discount": 30, "reason": reason, **values}
        ask = "clinic.discount.ask"
        [dialog], error = self._ask(login, ask, "create", [values], context={"default_procedure_id": procedure.id})
        self.assertFalse(error)
        error = self._ask(login, ask, "action_ask", [dialog])[1]
        self.assertFalse(error)
        return procedure.discount_ids.sorted("id")[-1:]

    def test_nobody_gives_everything_away_by_create(self):
        given = {"price_unit": 0}, {"discount": 100}, {"price_unit": 1}, {"quantity": 0.01}, {"discount": 10.01}
        for login in ("reception", "practitioner", "cosmetologist"):
            doctor = self.cosmetologist if login == "cosmetologist" else self.doctor
            for number, price in enumerate(given):
                start = self._at(9 + number)
                planned = {"treatment_id": self.facial.id, "practitioner_id": doctor.id, "start": str(start), **price}
                values = {"patient_id": self.patient.id, "procedure_ids": [Command.create(planned)]}
                with self.subTest(login=login, price=price):
                    self.assert_refused(login, "clinic.visit", "create", [values])
        self.assertFalse(self.env["clinic.procedure"].search([]))
        planned = {**planned, "discount": 10, "practitioner_id": self.doctor.id, "quantity": 1}
        values = {"patient_id": self.patient.id, "procedure_ids": [Command.create(planned)]}
        self.assertFalse(self._ask("reception", "clinic.visit", "create", [values])[1])
        traced = self.env["clinic.discount"].search([])
        self.assertEqual((traced.percent, traced.amount, traced.asked_by_id), (10, 100, self.users["reception"]))

    def test_price_discount_and_quantity_count_together(self):
        procedure = self.book(practitioner=self.doctor).procedure_ids
        write = ("clinic.procedure", "write", procedure.ids)
        for vals in ({"discount": 11}, {"price_unit": 899}, {"quantity": 0.5}, {"discount": 5, "price_unit": 940}):
            self.assert_refused("reception", *write, vals)
        self.assertFalse(self._ask("reception", *write, {"price_unit": 950})[1])
        # One after the other, too.
        self.assert_refused("reception", *write, {"discount": 6})
        self.assert_refused("practitioner", *write, {"quantity": 0.9})
        self.assertFalse(self._ask("reception", *write, {"discount": 5})[1])
        self.assertEqual(self._price(procedure), (950, 5, 1))
        self.assertEqual(procedure.discount_ids.sorted("id").mapped("percent"), [5, 9.75])
        # What costs more, or is more of it, gives nothing away.
        for vals in ({"quantity": 3}, {"discount": 0}, {"price_unit": 1200}):
            self.assertFalse(self._ask("reception", *write, vals)[1])
        self.assertEqual(len(procedure.discount_ids), 2)
        self.branch.clinic_discount_reception = 50
        self.assertFalse(self._ask("reception", *write, {"price_unit": 1000, "discount": 50})[1])

    def test_a_discount_is_counted_from_what_was_told(self):
        procedure = self.book().procedure_ids
        self.facial.list_price = 2000
        procedure.with_user(self.users["reception"]).discount = 10
        self.assertEqual((procedure.list_price, procedure.discount_ids.percent), (1000, 10))

    def test_a_discount_stays_with_its_treatment(self):
        procedure = self.book(practitioner=self.doctor).procedure_ids
        procedure.with_user(self.users["manager"]).discount = 60
        self.assert_refused("reception", "clinic.procedure", "write", procedure.ids, {"treatment_id": self.laser.id})
        procedure.with_user(self.users["manager"]).discount = 10
        moved = self._ask("reception", "clinic.procedure", "write", procedure.ids, {"treatment_id": self.laser.id})
        self.assertFalse(moved[1])
        self.assertEqual(self._price(procedure), (5000, 10, 1))

    def test_a_manager_decides_on_what_reception_asks_for(self):
        visit = self.book()
        procedure, manager = visit.procedure_ids, self.users["manager"]
        discount = self._request(procedure)
        self.assertEqual((discount.state, discount.percent, discount.reason), ("asked", 30, "She waited an hour"))
        self.assertEqual(self._price(procedure), (1000, 0, 1))
        home = self.env["clinic.home"].with_user(manager).load()
        [alert] = [alert for alert in home["alerts"] if alert["key"] == "discounts"]
        self.assertEqual(alert["count"], 1)
        for login in ("reception", "practitioner", "accountant"):
            self.assert_refused(login, "clinic.discount", "action_allow", discount.ids)
        self.assertFalse(self._ask("manager", "clinic.discount", "action_allow", discount.ids)[1])
        self.assertEqual(self._price(procedure), (1000, 30, 1))
        self.assertEqual((discount.state, discount.decided_by_id), ("allowed", manager))
        self.assert_refused("manager", "clinic.discount", "action_refuse", discount.ids)
        # What was allowed may be taken off and put back, and nothing below it.
        for percent, works in ((0, True), (30, True), (31, False)):
            error = self._ask("reception", "clinic.procedure", "write", procedure.ids, {"discount": percent})[1]
            self.assertEqual(not error, works, error)

    def test_what_is_refused_changes_nothing(self):
        procedure = self.book().procedure_ids
        discount = self._request(procedure)
        discount.with_user(self.users["manager"]).action_refuse()
        self.assertEqual((discount.state, self._price(procedure)), ("refused", (1000, 0, 1)))
        self.assert_refused("reception", "clinic.procedure", "write", procedure.ids, {"discount": 30})

    def test_a_request_says_why_and_no_row_is_written_by_hand(self):
        procedure = self.book().procedure_ids
        for reason in ("x", "....", False):
            with self.assertRaises(UserError):
                dialog = self.env["clinic.discount.ask"].with_user(self.users["reception"])
                dialog.new({"procedure_id": procedure.id, "discount": 50, "reason": reason}).action_ask()
        discount = self._request(procedure)
        for login in ("reception", "manager"):
            for vals in ({"state": "allowed"}, {"asked_by_id": self.env.uid}, {"percent": 1}):
                self.assert_refused(login, "clinic.discount", "write", discount.ids, vals)
            self.assert_refused(login, "clinic.discount", "create", [{"visit_id": procedure.visit_id.id}])
            self.assert_refused(login, "clinic.discount", "unlink", discount.ids)

    def test_nobody_decides_on_their_own_request(self):
        self.branch.clinic_discount_manager = 20
        procedure = self.book().procedure_ids
        self.assert_refused("manager", "clinic.procedure", "write", procedure.ids, {"discount": 30})
        discount = self._request(procedure, login="manager")
        self.assertEqual(discount.state, "asked")
        groups = "clinic.group_manager,clinic.group_reception"
        second = new_test_user(
            self.env, login="test_second", password="test_second", groups=groups, company_id=self.branch.id
        )
        self.assert_refused("manager", "clinic.discount", "action_allow", discount.ids)
        self.assertFalse(self._ask("second", "clinic.discount", "action_allow", discount.ids)[1])
        self.assertEqual(discount.decided_by_id, second)
        # Anyone who asks at the desk and is made a manager afterwards does not decide either.
        other = self._request(self.book(start=self._at(15)).procedure_ids)
        self.users["reception"].group_ids += self.env.ref("clinic.group_manager")
        self.assert_refused("reception", "clinic.discount", "action_allow", other.ids)
        self.assertEqual(other.state, "asked")

    def test_the_only_manager_decides_alone(self):
        managers = self.users["manager"]._clinic_other_managers(self.branch)
        self.branch.clinic_discount_manager = 20
        discount = self._request(self.book().procedure_ids, login="manager")
        managers.with_user(SUPERUSER_ID).active = False
        discount.with_user(self.users["manager"]).action_allow()
        self.assertEqual((discount.state, discount.asked_by_id), ("allowed", discount.decided_by_id))

    def test_what_was_checked_out_is_not_changed_by_anyone(self):
        visit = self._done()
        procedure = visit.procedure_ids
        discount = self._request(procedure)
        visit.action_checkout()
        for login in ("reception", "manager"):
            for vals in ({"price_unit": 1500}, {"discount": 5}, {"quantity": 2}, {"treatment_id": self.laser.id}):
                self.assert_refused(login, "clinic.procedure", "write", procedure.ids, vals)
            line = [Command.update(procedure.id, {"discount": 1})]
            self.assert_refused(login, "clinic.visit", "write", visit.ids, {"procedure_ids": line})
        self.assert_refused("manager", "clinic.discount", "action_allow", discount.ids)
        self.assertEqual((self._price(procedure), visit.amount_total), ((1000, 0, 1), 1150))
        # The way out: a credit note, and another checkout.
        self._credit(visit.invoice_id)
        discount.with_user(self.users["manager"]).action_allow()
        visit.with_user(self.users["reception"]).action_checkout()
        self.assertEqual(visit.invoice_id.amount_total, 805)
