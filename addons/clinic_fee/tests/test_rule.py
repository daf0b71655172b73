from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.printing import activate

from .common import FeeCommon


@tagged("post_install", "-at_install")
class TestFeeRule(FeeCommon):
    def _agreed(self, treatments=None, patient=None):
        visits = self.env["clinic.visit"]
        return visits._prepare_fee(self.branch, patient or self.patient, treatments or self.laser, self._at(10))

    def test_the_first_that_matches_counts(self):
        other = self.env["product.category"].create({"name": "Elsewhere"})
        self._fee_rule(sequence=1, category_id=other.id, no_show_kind="fixed", no_show_amount=1)
        self._fee_rule(sequence=2, min_no_shows=1, no_show_kind="fixed", no_show_amount=2)
        self._fee_rule(sequence=3, treatment_id=self.laser.id, no_show_kind="percent", no_show_percent=10)
        agreed = self._agreed()
        self.assertEqual((agreed["no_show_fee_kind"], agreed["no_show_fee"]), ("fixed", 575))
        self.assertEqual(agreed["late_fee_kind"], "none")

    def test_who_has_missed_before(self):
        self._fee_rule(sequence=1, min_no_shows=1, no_show_kind="fixed", no_show_amount=2)
        self.assertEqual(self._agreed()["no_show_fee_kind"], "deposit")
        self._miss(self._booked())
        self.assertEqual(self._agreed()["no_show_fee"], 2)

    def test_never_more_than_the_price(self):
        self.fee_rule.write({"late_amount": 100000})
        self.assertEqual(self._agreed()["late_fee"], 5750)

    def test_a_rule_that_charges_nothing_is_silent(self):
        self.fee_rule.write({"no_show_kind": "none", "late_kind": "none"})
        self.assertEqual(self._agreed(), {})

    def test_nonsense_is_refused(self):
        for vals in (
            {"no_show_kind": "percent", "no_show_percent": 101},
            {"no_show_kind": "percent", "no_show_percent": 0},
            {"late_kind": "fixed", "late_amount": 0},
            {"late_amount": -1},
            {"min_no_shows": -1},
            {"treatment_id": self.laser.id, "category_id": self.laser.categ_id.id},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._fee_rule(**vals).flush_recordset()
        with self.assertRaisesRegex(ValidationError, "is for a treatment"):
            self._fee_rule(treatment_id=self.env["product.template"].create({"name": "Cream"}).id)

    def test_the_words_are_the_patient_s(self):
        self.fee_rule.terms = "We remind you the day before."
        text = self._agreed()["fee_text"]
        self.assertIn("If you do not come, the deposit is kept.", text)
        self.assertIn("later than 24 hours before", text)
        self.assertIn("We remind you", text)

    def test_each_language_of_the_patients(self):
        for code, words in (("ur_PK", "پیشگی رقم واپس نہیں"), ("ar_001", "العربون"), ("fa_IR", "پیش‌پرداخت")):
            with self.subTest(lang=code):
                activate(self.env, code, ["clinic_fee"])
                self.patient.sudo().lang = code
                self.assertIn(words, self._agreed()["fee_text"])
                kind = self.env.ref("clinic_fee.kind_fee")
                for channel in ("email", "sms", "whatsapp"):
                    self.assertEqual(self.env["clinic.message.template"]._find(kind, channel, code).lang, code)
