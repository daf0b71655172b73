from odoo.tests import HttpCase, tagged

from odoo.addons.clinic.tests.printing import activate

from .common import PaymentCommon

# The language: words of the page before and after it is paid, and of what is agreed to.
LANGUAGES = {
    "ur_PK": ("ادائیگی کا آخری وقت:", "یہ رقم پہلے ہی ادا ہو چکی ہے۔", "پیشگی رقم", "اس سے پہلے"),
    "fa_IR": ("مهلت پرداخت:", "این مبلغ پیش‌تر پرداخت شده است.", "پیش‌پرداخت", "پیش از آن"),
    "ar_001": ("آخر موعد للدفع:", "دُفع هذا المبلغ من قبل.", "عربون", "قبل ذلك"),
}
FORM = {"ur_PK": ("ادائیگی کا طریقہ", "ادا کریں"), "fa_IR": ("روش پرداخت", "حالت آزمایشی")}
ENGLISH = ("to be paid", "We tell", "paid already", "Questions?", "Please")


@tagged("post_install", "-at_install")
class TestLanguages(PaymentCommon, HttpCase):
    def _speak(self, code):
        activate(self.env, code, ["payment", "clinic_message", "clinic_payment"])
        self.patient.sudo().lang = code

    def _open(self, visit):
        link = self.env["clinic.payment.link"]._of(visit)
        return link, self.url_open("/clinic/pay/" + link._address().rpartition("/")[2])

    def test_the_page_speaks_the_patients_language_from_right_to_left(self):
        for hour, (code, (until, paid, agreed, _reminder)) in zip((9, 11, 13), LANGUAGES.items(), strict=True):
            with self.subTest(lang=code):
                self._speak(code)
                visit = self._held(start=self._at(hour))
                self.assertIn(agreed, visit.deposit_text)
                link, page = self._open(visit)
                self.assertRegex(page.text, f'<html[^>]+lang="{code.replace("_", "-")}"')
                self.assertRegex(page.text, r'<html[^>]+dir="rtl"')
                for text in (until, *FORM.get(code, ())):
                    self.assertIn(text, page.text)
                self._paid(self._transaction(visit, clinic_link_id=link.id))
                self.env.flush_all()
                after = self.url_open("/clinic/pay/" + link._address().rpartition("/")[2])
                self.assertIn(paid, after.text)
                for english in ENGLISH:
                    self.assertNotIn(english, page.text + after.text)

    def test_what_is_sent_is_written_in_it(self):
        kinds = self.env["clinic.message.kind"].sudo().search([("trigger", "like", "deposit")])
        kinds |= self.env.ref("clinic_payment.kind_refund")
        self.assertGreater(len(kinds), 1)
        templates = self.env["clinic.message.template"].sudo()
        for code, (_until, _paid, _agreed, reminder) in LANGUAGES.items():
            self._speak(code)
            for kind in kinds:
                for channel in ("email", "sms", "whatsapp"):
                    with self.subTest(lang=code, kind=kind.name, channel=channel):
                        self.assertEqual(templates._find(kind, channel, code).lang, code)
            text = templates._find(self.env.ref("clinic_payment.kind_deposit_reminder"), "email", code)
            self.assertIn(reminder, text.preview)
            self.assertIn("https://", text.preview)

    def test_a_language_that_somebody_has_added_stays_as_it_is(self):
        languages = self.env["res.lang"].sudo().with_context(active_test=False)
        urdu = languages.search([("code", "=", "ur_PK")])
        urdu.date_format = "%Y-%m-%d"
        languages._clinic_add_urdu()
        self.assertEqual(languages.search([("code", "=", "ur_PK")]), urdu)
        self.assertEqual(urdu.date_format, "%Y-%m-%d")
