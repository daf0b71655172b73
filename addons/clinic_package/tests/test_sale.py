import psycopg2
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PackageCommon


@tagged("post_install", "-at_install")
class TestSale(PackageCommon):
    def test_a_sale_waits_as_deferred_revenue(self):
        income = self._income()
        course = self._sell(user=self.reception)
        self.assertEqual((course.state, course.session_count, course.left_count), ("open", 6, 6))
        self.assertEqual(course.session_ids.mapped("value"), [8000] * 6)
        self.assertEqual((course.amount_total, course.amount_paid, course.amount_due), (48000, 0, 48000))
        self.assertEqual((self._deferred(), self._income() - income), (48000, 0))
        self.assertEqual(course.valid_to, fields.Date.add(self.branch._clinic_today(), months=12))
        self.assert_proved()

    def test_values_follow_the_list_prices_and_the_last_takes_the_rounding(self):
        self.laser.write({"list_price": 25000, "taxes_id": [Command.clear()]})
        package = self._create_package(
            "Mixed",
            40000,
            package_line_ids=[
                Command.create({"treatment_id": self.facial.id, "count": 2}),
                Command.create({"treatment_id": self.laser.id, "count": 1}),
            ],
        )
        course = self._sell(package)
        # 40,000 in the proportion 10,000 : 10,000 : 25,000.
        self.assertEqual(course.session_ids.sorted("number").mapped("value"), [8888.89, 8888.89, 22222.22])

    def test_a_package_costs_what_the_patients_price_list_says(self):
        self.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        item = Command.create({"compute_price": "percentage", "percent_price": 25, "applied_on": "3_global"})
        self.patient.pricelist_id = self.env["product.pricelist"].create({"name": "Staff", "item_ids": [item]})
        # No discount that reception may not give: it is the price.
        course = self._sell(user=self.reception)
        self.assertEqual((course.amount_total, course.price_unit), (36000, 36000))
        self.assertEqual(course.session_ids.mapped("value"), [6000] * 6)
        self.assert_proved()

    def test_tax_is_due_at_the_sale(self):
        self.package.taxes_id = self.tax
        course = self._sell()
        self.assertEqual((course.amount_total, self._deferred()), (55200, 48000))
        self.assertEqual(course.session_ids.mapped("total"), [9200] * 6)
        self.assert_proved()

    def test_tax_can_be_due_with_the_session(self):
        self.branch.clinic_package_tax = "session"
        self.package.taxes_id = self.tax
        self.facial.taxes_id = self.tax
        course = self._sell(price_unit=55200)
        self.assertEqual((course.amount_total, self._deferred()), (55200, 55200))
        course.sudo().beyond_paid = True
        income = self._income()
        visit = self._perform()
        entry = visit.procedure_ids.session_use_id.event_ids.filtered(lambda e: e.kind == "redeemed").move_id
        taxes = entry.line_ids.filtered("tax_line_id")
        self.assertEqual((self._income() - income, -sum(taxes.mapped("balance"))), (8000, 1200))
        self.assertEqual(self._deferred(), 46000)
        self.assert_proved()

    def test_documents_do_not_name_the_treatment(self):
        course = self._sell()
        move = course.invoice_line_id.move_id
        said = " ".join([*move.line_ids.mapped("name"), *move.line_ids.product_id.mapped("name"), move.ref or ""])
        self.assertNotIn("peel", said.lower())
        course.sudo().beyond_paid = True
        visit = self._perform()
        entry = visit.procedure_ids.session_use_id.event_ids[0].move_id
        said = " ".join([*entry.line_ids.mapped("name"), entry.ref])
        self.assertNotRegex(said.lower(), "peel|facial")

    def test_instalments_are_native_payment_terms(self):
        course = self._sell(payment_term_id=self.env.ref("clinic_package.payment_term_3"))
        move = course.invoice_line_id.move_id
        due = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable").sorted("date_maturity")
        self.assertEqual(due.mapped("balance"), [16320, 15840, 15840])
        self._pay(move, 16320)
        self.assertEqual((course.amount_paid, course.amount_due, course.amount_overdue), (16320, 31680, 0))
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=40)):
            course.invalidate_recordset()
            self.assertEqual(course.amount_overdue, 15840)

    def test_a_gift_is_paid_by_somebody_else(self):
        giver = self.env["res.partner"].create({"name": "Giver"})
        course = self._sell(buyer_id=giver)
        self.assertTrue(course.is_gift)
        self.assertEqual(course.invoice_line_id.move_id.partner_id, giver)
        self.assertEqual(course.patient_id, self.patient)

    def test_the_first_session_is_booked_with_the_sale(self):
        start = self._at(11, days=3)
        course = self._sell(user=self.reception, start=start)
        [procedure] = course._planned()
        self.assertEqual(procedure.start, start)
        self.assertEqual((course.standing, course.booked_on), ("booked", procedure._local_day()))

    def test_reception_gives_no_more_than_its_limit(self):
        with self.assertRaisesRegex(UserError, "you may give 10 %"):
            self._sell(user=self.reception, price_unit=40000)
        self.assertEqual(self._sell(user=self.manager, price_unit=40000).amount_total, 40000)
        with self.assertRaisesRegex(UserError, "below zero"):
            self._sell(user=self.manager, price_unit=-1)

    def test_what_cannot_be_sold(self):
        self.package.package_line_ids.unlink()
        with self.assertRaisesRegex(UserError, "no sessions"):
            self._sell()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation), self.env.cr.savepoint():
            self.package.package_months = -1
            self.env.flush_all()

    def test_a_package_on_a_plain_invoice_is_refused(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.patient.partner_id.id,
                "invoice_line_ids": [Command.create({"product_id": self.package.product_variant_id.id})],
            }
        )
        with self.assertRaisesRegex(UserError, "Sell Package"):
            move.action_post()

    def test_it_can_be_sold_at_the_checkout_and_pays_for_the_visit(self):
        visit = self._perform()
        sell = self.env["clinic.package.sell"].with_user(self.reception)
        action = visit.with_user(self.reception).action_sell_package()
        context = {name: value for name, value in action["context"].items()}
        dialog = sell.with_context(**context).create({"package_id": self.package.id})
        dialog.action_sell()
        self.assertEqual(visit.amount_total, 48000)
        visit.with_user(self.reception).action_checkout()
        self.assertEqual(visit.invoice_id.amount_total, 48000)
        course = visit.course_ids
        self.assertEqual((course.state, course.left_count, self._deferred()), ("open", 5, 40000))
        self.assertEqual(visit.procedure_ids.session_use_id.course_id, course)
        self.assert_proved()

    def test_a_package_is_taken_off_the_visit(self):
        visit = self._perform()
        sell = self.env["clinic.package.sell"].with_context(**visit.action_sell_package()["context"])
        sell.create({"package_id": self.package.id}).action_sell()
        self.assertEqual(visit.amount_total, 48000)
        visit.course_ids.with_user(self.reception).action_take_off()
        self.assertEqual(visit.amount_total, 10000)
        visit.action_checkout()
        self.assertEqual(visit.invoice_id.amount_total, 10000)

    def test_what_the_checkout_charges_uses_no_session_that_it_sells(self):
        visit = self._perform()
        self._sell()
        # The older course is not paid for, so that the treatment is charged; the one that is sold now is another.
        sell = self.env["clinic.package.sell"].with_context(**visit.action_sell_package()["context"])
        sell.create({"package_id": self.package.id}).action_sell()
        expected = visit.amount_total
        visit.action_checkout()
        charged = visit.invoice_id.invoice_line_ids.clinic_procedure_id
        self.assertEqual(visit.invoice_id.amount_total, expected)
        self.assertEqual((bool(charged), visit.course_ids.used_count), (True, 0))

    def test_a_duplicate_or_a_second_charge_opens_no_sessions(self):
        course = self._sell()
        course.sudo().beyond_paid = True
        self._perform()
        move = course.invoice_line_id.move_id
        with self.assertRaisesRegex(UserError, "Sell Package"):
            move.copy({"invoice_date": move.invoice_date}).action_post()
        [values] = (
            move._clinic_writing().with_context(include_business_fields=True).copy_data({"debit_origin_id": move.id})
        )
        values.pop("debit_origin_id")
        again = self.env["account.move"].sudo().create({**values, "invoice_date": move.invoice_date})
        with self.assertRaisesRegex(UserError, "has been sold already"):
            again.action_post()
        self.assertEqual(course.used_count, 1)

    def test_the_account_stays_while_sessions_wait_in_it(self):
        self._sell()
        other = self.branch._clinic_deferred_account().copy({"code": "299999"})
        with self.assertRaisesRegex(UserError, "the account stays"):
            self.branch.root_id.clinic_deferred_account_id = other

    def test_the_sale_decides_when_tax_is_due(self):
        self.branch.clinic_package_tax = "session"
        self.facial.taxes_id = self.tax
        course = self._sell(price_unit=55200)
        course.sudo().beyond_paid = True
        self.branch.clinic_package_tax = "sale"
        income = self._income()
        visit = self._perform()
        self.assertEqual(self._income() - income, 8000)
        self.tax.amount = 20
        course.sudo()._give_back(visit.procedure_ids.session_use_id.sudo(), "Redo")
        self.assertEqual((self._income() - income, self._deferred()), (0, 55200))
        taxes = self.env["account.move.line"].search(
            [("tax_line_id", "=", self.tax.id), ("parent_state", "=", "posted")]
        )
        self.assertEqual(sum(taxes.mapped("balance")), 0)
        self.assert_proved()

    def test_an_invoice_in_draft_again_takes_the_sale_back(self):
        course = self._sell()
        move = course.invoice_line_id.move_id
        move.button_draft()
        self.assertEqual((course.state, self._deferred()), ("draft", 0))
        move.invoice_line_ids.price_unit = 42000
        move.action_post()
        self.assertEqual((course.state, course.session_ids.mapped("value")), ("open", [7000] * 6))
        self.assert_proved()

    def test_an_invoice_whose_sessions_were_used_stays(self):
        course = self._sell()
        course.sudo().beyond_paid = True
        self._perform()
        with self.assertRaisesRegex(UserError, "have been used"):
            course.invoice_line_id.move_id.button_draft()
        with self.assertRaisesRegex(UserError, "have been used"):
            self._credit(course.invoice_line_id.move_id)

    def test_a_full_credit_note_ends_an_untouched_course(self):
        course = self._sell()
        note = self._credit(course.invoice_line_id.move_id)
        self.assertEqual((course.state, self._deferred()), ("ended", 0))
        self.assert_proved()
        with self.assertRaisesRegex(UserError, "taken back by this credit note"):
            note.button_draft()
