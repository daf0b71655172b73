import doctest

from odoo.tests import BaseCase, tagged

from odoo.addons.clinic_message import text


@tagged("post_install", "-at_install")
class TestText(BaseCase):
    def test_the_examples_hold(self):
        result = doctest.testmod(text)
        self.assertGreater(result.attempted, 3)
        self.assertEqual(result.failed, 0)
