from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import StockCommon


@tagged("post_install", "-at_install")
class TestStockDayTour(StockCommon, HttpCase):
    """The buttons of the warehouse's home, on a tablet."""

    browser_size = "1024x768"
    touch_enabled = True

    def test_a_vial_is_discarded_and_a_count_explained(self):
        self._setup_vials()
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        vial = self.env["clinic.open.vial"].search([("product_id", "=", self.toxin.id)])
        now = fields.Datetime.now()
        vial.write({"opened_at": now - timedelta(hours=25), "discard_after": now - timedelta(hours=1)})
        # The first count opens the lot, which came here without a move.
        for quantity in (9, 7):
            self._count(self.cream, quantity, self.lot_cream)
        self.start_tour("/odoo/stock-today", "clinic_stock_day", login="test_warehouse")
        self.assertEqual(vial.state, "discarded")
        explanation = self.env["clinic.discrepancy.explanation"].search([("company_id", "=", self.branch.id)])
        self.assertEqual(
            (explanation.reason, explanation.user_id), ("Two broke in the drawer", self.users["warehouse"])
        )
