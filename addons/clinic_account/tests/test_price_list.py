from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from .common import AccountCommon, DeskMixin


@tagged("post_install", "-at_install")
class TestPriceList(DeskMixin, AccountCommon, HttpCase):
    """Other prices for a branch or a patient, by Odoo's own price lists: the same wherever a price is asked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        cls.facial_product = cls.facial.product_variant_id
        cls.staff = cls._price_list("Staff", percent=20)

    @classmethod
    def _price_list(cls, name, percent=0.0, **vals):
        item = {"compute_price": "percentage", "percent_price": percent, "applied_on": "3_global"}
        return cls.env["product.pricelist"].create({"name": name, "item_ids": [Command.create(item)], **vals})

    def _booked(self, patient):
        visits = self.env["clinic.visit"].with_user(self.users["reception"]).with_company(self.branch)
        return visits.book(patient, self.facial, self._at(9), self.cosmetologist).procedure_ids

    def test_without_lists_the_list_price_counts(self):
        self.assertEqual(self.facial._clinic_price(self.branch, None, self.patient), self.facial.list_price)

    def test_a_patients_list_counts_from_quote_to_invoice(self):
        self.patient.pricelist_id = self.staff
        price = self.facial.list_price * 0.8
        quoted = self.facial._clinic_quote(self.branch, self.patient, fields.Datetime.now())
        procedure = self._booked(self.patient)
        # It is the price of this patient, no discount that somebody has to allow.
        self.assertEqual((procedure.price_unit, procedure.list_price, procedure.discount), (price, price, 0))
        self.assertEqual(procedure.price_total, quoted)
        other = self.env["clinic.patient"].create({"name": "Pays as Listed"})
        self.assertEqual(self.facial._clinic_price(self.branch, None, other), self.facial.list_price)

    def test_the_booking_dialog_says_it(self):
        self.patient.pricelist_id = self.staff
        dialog = self.env["clinic.visit.book"].with_company(self.branch)
        dialog = dialog.new(
            {"patient_id": self.patient.id, "treatment_ids": [Command.set(self.facial.ids)], "start": self._at(9)}
        )
        dialog.company_id = self.branch
        self.assertEqual(dialog.price, self.facial._clinic_quote(self.branch, self.patient, self._at(9)))

    def test_a_branchs_list_counts_for_its_patients_alone(self):
        self.env["product.pricelist"].search([]).active = False
        self._price_list("Here", percent=10, company_id=self.branch.id)
        self.assertEqual(self.facial._clinic_price(self.branch, None, self.patient), self.facial.list_price * 0.9)
        self.assertEqual(self.facial._clinic_price(self.branch, None), self.facial.list_price * 0.9)
        elsewhere = self.setup_other_company(name="Elsewhere")["company"]
        self.assertEqual(
            self.facial._clinic_price(elsewhere, None, self.patient),
            self.facial._clinic_price(elsewhere, None),
        )
        self.assertNotEqual(self.facial._clinic_price(elsewhere, None, self.patient), self.facial.list_price * 0.9)

    def test_a_list_has_its_days(self):
        item = self.staff.item_ids
        item.write({"date_start": self._at(9, days=10), "date_end": self._at(20, days=10)})
        self.patient.pricelist_id = self.staff
        on_the_day = self.facial._clinic_price(self.branch, self._at(12, days=10), self.patient)
        self.assertEqual(on_the_day, self.facial.list_price * 0.8)
        self.assertEqual(self.facial._clinic_price(self.branch, self._at(9), self.patient), self.facial.list_price)

    def test_the_discount_limit_is_counted_from_it(self):
        self.patient.pricelist_id = self.staff
        procedure = self._booked(self.patient)
        reception = procedure.with_user(self.users["reception"])
        limit = reception.env.user._clinic_discount_limit(self.branch)
        ask = reception.env["clinic.discount.ask"].create(
            {
                "procedure_id": procedure.id,
                "price_unit": procedure.price_unit,
                "discount": limit,
                "reason": "A friend of the house",
            }
        )
        ask.action_ask()
        self.assertEqual(procedure.discount, limit)

    def test_only_managers_choose_what_others_pay(self):
        partner = self.patient.partner_id
        for role in ("reception", "practitioner", "cosmetologist", "warehouse", "accountant"):
            with self.subTest(role=role):
                values = {"specific_property_product_pricelist": self.staff.id}
                self.assert_refused(role, "res.partner", "write", partner.ids, values)
                self.assert_refused(
                    role, "res.partner", "write", partner.ids, {"property_product_pricelist": self.staff.id}
                )
                self.assert_refused(role, "clinic.patient", "write", self.patient.ids, {"pricelist_id": self.staff.id})
                self.assert_refused(
                    role, "product.pricelist.item", "write", self.staff.item_ids.ids, {"percent_price": 99}
                )
        self.assertFalse(partner.specific_property_product_pricelist)
        self.assert_refused("reception", "res.partner", "create", [{"name": "New", **values}])
        reception = self.env["res.partner"].with_user(self.users["reception"])
        with self.assertRaises(AccessError):
            reception.with_context(default_specific_property_product_pricelist=self.staff.id).create({"name": "New"})
        _answer, error = self._ask(
            "manager", "clinic.patient", "write", self.patient.ids, {"pricelist_id": self.staff.id}
        )
        self.assertFalse(error)
        self.assertEqual(partner.specific_property_product_pricelist, self.staff)
        self.assert_refused(
            "reception", "res.partner", "write", partner.ids, {"specific_property_product_pricelist": False}
        )

    def test_a_default_of_the_user_chooses_no_list(self):
        self._ask(
            "reception", "ir.default", "set", "res.partner", "specific_property_product_pricelist", self.staff.id, True
        )
        self.assert_refused("reception", "res.partner", "create", [{"name": "New"}], kinds=("AccessError",))

    def test_the_context_chooses_no_list(self):
        abroad = self._price_list("Abroad", percent=50)
        abroad.country_group_ids = self.env["res.country.group"].create(
            {"name": "Abroad", "country_ids": [Command.set(self.env.ref("base.in").ids)]}
        )
        self.patient.partner_id.country_id = False
        facial = self.facial.with_context(country_code="IN")
        self.assertEqual(facial._clinic_price(self.branch, None, self.patient), self.facial.list_price)
        self.assertEqual(facial._clinic_price(self.branch, None), self.facial.list_price)

    def test_an_employer_hands_nothing_down_to_a_patient(self):
        employer = self.env["res.partner"].create({"name": "Employer", "is_company": True})
        employer.specific_property_product_pricelist = self.staff
        worker = self.env["clinic.patient"].create({"name": "Worker", "parent_id": employer.id})
        position = self.env["account.fiscal.position"].create({"name": "Export", "company_id": self.branch.id})
        employer.write({"vat": "1234567", "property_account_position_id": position.id})
        self.assertNotEqual(worker.pricelist_id, self.staff)
        self.assertFalse(worker.partner_id.vat or worker.partner_id.property_account_position_id)
        mate = self.env["res.partner"].create({"name": "Mate", "parent_id": employer.id})
        self.assertEqual(mate.property_account_position_id, position)
        values = {"parent_id": employer.id, "specific_property_product_pricelist": self.staff.id}
        self.assert_refused("reception", "res.partner", "write", worker.partner_id.ids, values)

    def test_a_line_typed_by_hand_costs_what_the_list_says(self):
        self.patient.pricelist_id = self.staff
        form = Form(self.env["account.move"].with_company(self.branch).with_context(default_move_type="out_invoice"))
        form.partner_id = self.patient.partner_id
        with form.invoice_line_ids.new() as line:
            line.product_id = self.facial_product
            self.assertEqual(line.price_unit, self.facial.list_price * 0.8)
            line.price_unit = 7
        self.assertEqual(form.save().invoice_line_ids.price_unit, 7)
