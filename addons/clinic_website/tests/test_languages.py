from odoo.tests import HttpCase, tagged

from .common import OnlineCommon


@tagged("post_install", "-at_install")
class TestLanguages(OnlineCommon, HttpCase):
    """The pages in a language that is read from right to left; what the clinic has written stays as it is."""

    def test_the_nearest_language_is_spoken(self):
        """A browser says from which country it is; the clinic has one Arabic for all."""
        self.env["res.lang"]._activate_lang("ar_001")
        self.env.flush_all()
        wanted = {
            "ar": "rtl",
            "ar-EG,ar;q=0.9,en;q=0.8": "rtl",
            "xx-YY,ar;q=0.9": "rtl",
            "en-GB,ar;q=0.5": "ltr",
            "xx": "ltr",
            "*": "ltr",
        }
        for header, direction in wanted.items():
            self.opener.headers["Accept-Language"] = header
            self.assertIn(f'dir="{direction}"', self._get(self._path()).text, header)

    def test_each_step_in_arabic(self):
        self.env["res.lang"]._activate_lang("ar_001")
        modules = self.env["ir.module.module"].search([("name", "=", "clinic_website")])
        modules._update_translations(["ar_001"])
        self.env.flush_all()
        self.opener.headers["Accept-Language"] = "ar-001"
        steps = {
            "": "ماذا تود أن تحجز؟",
            "who": "من تود أن يعالجك؟",
            "when": "متى تود أن تأتي؟",
            "wait": "انضم إلى قائمة الانتظار",
        }
        for step, heading in steps.items():
            page = self._get(self._path(step, self.facial))
            self.assertIn('dir="rtl"', page.text)
            self.assertIn(heading, page.text, step)
        details = self._choose()
        self.assertIn("سبق أن زرتكم", details.text)
        answer = self._confirm(details, name="1")
        self.assertIn("يرجى كتابة اسمك الكامل.", answer.text)
        code = self._get("/book/code")
        self.assertIn("أرسلوا لي رمزًا", code.text)
