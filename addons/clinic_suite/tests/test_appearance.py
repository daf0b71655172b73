import re

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestAppearance(HttpCase):
    """Dark mode and right to left are served to those who choose them, with the clinic's own screens in them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "appearance", "base.group_user,clinic.group_reception")

    def _styles(self):
        """Return {name: text} of the style sheets that the first page of ``user`` loads for the screen."""
        self.authenticate("appearance", "appearance")
        page = self.url_open("/odoo").text
        links = re.findall(r'<link[^>]+href="(/web/assets/[^"]+/(web\.assets_web[\w.]*)\.min\.css)"', page)
        return {name: self.url_open(url).text for url, name in links if "print" not in name}

    def _assert_has(self, text, pattern):
        # Not by assertRegex, which would print all of the style sheet.
        self.assertTrue(re.search(pattern, text), pattern)

    def test_light_from_left_to_right_is_the_usual(self):
        self.assertEqual(list(self._styles()), ["web.assets_web"])

    def test_dark(self):
        [light] = self._styles().values()
        self.user.dark_mode = True
        [(name, dark)] = self._styles().items()
        self.assertEqual(name, "web.assets_web_dark")
        for text, danger in ((light, "#d23f3a"), (dark, "#f4817c")):
            self._assert_has(text, r"\.o_clinic_board\b")
            # What is overdue or severe is readable on either background.
            self._assert_has(text, rf"\.text-danger\b[^{{}}]*\{{[^{{}}]*{danger}")

    def test_right_to_left(self):
        [left_to_right] = self._styles().values()
        self.env["res.lang"]._activate_lang("ar_001")
        self.user.lang = "ar_001"
        [(name, right_to_left)] = self._styles().items()
        self.assertEqual(name, "web.assets_web.rtl")
        for text, side in ((left_to_right, "right"), (right_to_left, "left")):
            self._assert_has(text, r"\.o_clinic_board\b")
            self._assert_has(text, rf"\.float-end\s*\{{\s*float:\s*{side}\s*!important")
