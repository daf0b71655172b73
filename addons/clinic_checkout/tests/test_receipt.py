import re

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.printing import activate, read, squeezed

from .common import BARCODE, CheckoutCommon

MODULES = ["account", "web", "clinic", "clinic_account", "clinic_checkout"]
PHONE = "+92 42 3571 2345"
# language: (the patient, words of the receipt)
PRINTED = {
    "ur_PK": ("عائشہ خان", ("علاج", "کل رقم", "وصول شدہ", "بقایا واپس", "شکریہ")),
    "fa_IR": ("مریم رضایی", ("درمان", "جمع کل", "دریافتی", "باقی پول", "سپاسگزاریم")),
    "ar_001": ("ليلى حسن", ("جلسة علاج", "الإجمالي", "المستلم", "الباقي", "شكرًا لكم")),
    "en_US": ("Ayesha Test", ("Treatment", "Total", "Received", "Change", "Thank you")),
}
ENGLISH = re.compile("Treatment|Total|Received|Change|Thank|Still|Credit")


@tagged("post_install", "-at_install")
class TestReceipt(CheckoutCommon, HttpCase):
    """The receipt of the desk's small printer, from the browser and as PDF, in the patient's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.write({"phone": PHONE, "vat": "3520212345671", "street": "24 Main Boulevard"})
        for code in PRINTED.keys() - {"en_US"}:
            activate(cls.env, code, MODULES)

    def _paid(self, lang, hour):
        """Return the invoice of a visit that a patient who speaks ``lang`` has paid in cash."""
        self.patient.write({"name": PRINTED[lang][0], "lang": lang})
        visit = self._done(start=self._at(hour))
        [row] = [row for row in self._screen().scan(visit.id, BARCODE)["rows"] if row["kind"] == "product"]
        self._screen().set_quantity(visit.id, row["id"], 2)
        self._screen().pay(visit.id, 1610, [self._part(self.cash, 1610, 2000)])
        return visit.invoice_id

    @mute_logger("odoo.addons.base.models.ir_actions_report")
    def test_it_speaks_the_patient_s_language_in_its_direction(self):
        reports = self.env["ir.actions.report"].with_user(self.users["reception"])
        for number, (lang, (name, words)) in enumerate(PRINTED.items()):
            with self.subTest(lang=lang):
                invoice = self._paid(lang, 9 + 2 * number)
                page = reports._render_qweb_html("clinic_checkout.report_receipt", invoice.ids)[0].decode()
                self.assertRegex(page, f'<body[^>]+dir="{"ltr" if lang == "en_US" else "rtl"}"')
                printing = reports.with_context(force_report_rendering=True)
                pdf, _kind = printing._render_qweb_pdf("clinic_checkout.report_receipt", invoice.ids)
                text = squeezed(read(pdf))
                for part in (name, PHONE, invoice.name, "1,610.00", "2,000.00", "390.00", "3520212345671", *words):
                    self.assertIn(squeezed(part), text)
                self.assertRegex(text, r"2×\$?200.?00")
                self.assertNotIn("Facial", text)
                if lang != "en_US":
                    self.assertFalse(ENGLISH.findall(text))
                    self.assertIn(f"\u200e{PHONE}\u200e</span>", page)
