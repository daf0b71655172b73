from odoo.tests import Form, HttpCase, tagged

from odoo.addons.clinic.tests.common import ClinicCommon

from .card_common import CardMixin


@tagged("post_install", "-at_install")
class TestStockCardTour(CardMixin, ClinicCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_card()
        cls.tell()

    def test_from_the_item_to_the_card(self):
        self.start_tour(
            f"/odoo/clinic-items/{self.filler.product_tmpl_id.id}", "clinic_stock_card", login="test_warehouse"
        )

    def test_the_forms_open_for_anyone_who_reads_the_card(self):
        for role in ("warehouse", "accountant", "manager"):
            with self.subTest(role=role):
                user = self.users[role]
                Form(self.filler.product_tmpl_id.with_user(user), "product.product_template_only_form_view")
                Form(self.filler.with_user(user), "product.product_normal_form_view")


@tagged("post_install", "-at_install")
class TestStockCardPhone(CardMixin, ClinicCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_card()
        cls.tell()

    def test_on_a_phone(self):
        self.start_tour("/odoo/stock-card", "clinic_stock_card_phone", login="test_warehouse")
