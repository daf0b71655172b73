from odoo.tests import HttpCase, tagged

from .common import FeedbackCommon

# The language, and what the page begins with in it.
LANGUAGES = {
    "ur_PK": ("اردو", "آپ کسی دوست یا رشتہ دار کو ہمارا مشورہ"),
    "fa_IR": (None, "چقدر احتمال دارد ما را به دوست یا خویشاوندی"),
    "ar_001": (None, "ما مدى احتمال أن توصي"),
}


@tagged("post_install", "-at_install")
class TestLanguages(FeedbackCommon, HttpCase):
    def _activate(self, code, name):
        """Let the language ``code`` be there, as an administrator adds it."""
        languages = self.env["res.lang"].with_context(active_test=False)
        if not languages.search([("code", "=", code)]):
            languages.create({"name": name, "code": code, "iso_code": code[:2], "direction": "rtl", "active": True})
        languages._activate_lang(code)
        self.env["ir.module.module"]._load_module_terms(["clinic_message", "clinic_feedback"], [code])

    def test_the_page_speaks_the_patients_language_from_right_to_left(self):
        for number, (code, (name, begins)) in enumerate(LANGUAGES.items()):
            with self.subTest(lang=code):
                self._activate(code, name)
                self.patient.lang = code
                link = self._link(self._ask(self._performed(hours=4 + 2 * number)))
                page = self.url_open(link)
                self.assertIn(begins, page.text)
                self.assertRegex(page.text, f'<html[^>]+lang="{code.replace("_", "-")}"')
                self.assertRegex(page.text, r'<html[^>]+dir="rtl"')
                for english in ("likely", "Please contact me", "Send<", "read your answer", "Questions?"):
                    self.assertNotIn(english, page.text)

    def test_the_invitation_is_written_in_it(self):
        self.patient.lang = "en_US"
        self.env["res.lang"]._activate_lang("fa_IR")
        self.patient.lang = "fa_IR"
        message = self._ask(self._performed(hours=4))
        self.assertEqual(message.lang, "fa_IR")
        self.assertIn("مراجعه شما", message.body)
