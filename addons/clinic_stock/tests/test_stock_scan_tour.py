from odoo.tests import HttpCase, tagged

from .test_stock_transfer import TransferCommon


@tagged("post_install", "-at_install")
class TestStockScanTour(TransferCommon, HttpCase):
    """A count and a transfer on a phone, with a scanner."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_count_and_a_transfer_on_a_phone(self):
        self.start_tour("/odoo/stock-scan", "clinic_stock_scan", login="test_warehouse")
        self.assertEqual(self._on_hand(self.gloves), 9.5)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 100)
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 80.5)
        picking = self.env["stock.picking"].search([("company_id", "=", self.branch.id)])
        self.assertEqual((picking.state, picking.location_dest_id), ("done", self.location))
        self.assertEqual((picking.move_line_ids.lot_id, picking.move_line_ids.quantity), (self.lot_soon, 50.5))
        self.assertEqual(picking.create_uid, self.users["warehouse"])
