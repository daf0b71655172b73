from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_account.tests.common import AccountMixin
from odoo.addons.clinic_stock.tests.common import StockMixin


class StockAccountMixin(StockMixin, AccountMixin):
    @classmethod
    def setup_stock_accounting(cls):
        cls.setup_accounting()
        cls.setup_stock()
        cls.toxin.taxes_id = cls.tax

    @classmethod
    def _finish(cls, visit):
        with freeze_time(visit.start):
            visit.action_done()

    @classmethod
    def _sell(cls, product, quantity):
        """Return a posted invoice of ``quantity`` of ``product``, sold over the counter."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.patient.partner_id.id,
                "invoice_line_ids": [
                    Command.create({"product_id": product.id, "quantity": quantity, "price_unit": 100, "tax_ids": []})
                ],
            }
        )
        invoice.action_post()
        return invoice


class StockAccountCommon(StockAccountMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_stock_accounting()
        cls.visit = cls.book(practitioner=cls.doctor)
        cls.procedure = cls._treat(cls.visit)


class CostMixin(StockAccountMixin):
    """A toxin of which one lot of 40 U was bought for 100 a unit, and another of 100 U for 120."""

    @classmethod
    def setup_costs(cls):
        cls.setup_stock_accounting()
        cls.dear = cls._create_item("Dear toxin", cls.unit_u, standard_price=0, uom_ids=[Command.link(cls.vial.id)])
        cls.lot_100 = cls._buy(cls.dear, 40, "AT100", 4000)
        cls.lot_120 = cls._buy(cls.dear, 100, "AT120", 12000)

    @classmethod
    def _buy(cls, product, quantity, lot_name, value):
        """Receive ``quantity`` bought for ``value`` into the treatment rooms and return the lot."""
        expires = fields.Datetime.now() + timedelta(days=300)
        lot = cls.env["stock.lot"].create({"name": lot_name, "product_id": product.id, "expiration_date": expires})
        move = cls._receive_move(product, quantity, lot, cls.branch)
        # As the supplier's bill, or anyone who adjusts the valuation, says.
        move.value_manual = value
        return lot

    @classmethod
    def _receive_move(cls, product, quantity, lot, branch):
        """Receive ``quantity`` of ``lot`` into the treatment rooms of ``branch`` and return the stock move."""
        places = {
            "product_id": product.id,
            "location_id": cls.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": branch._get_treatment_location().id,
            "company_id": branch.id,
        }
        line = {**places, "quantity": quantity, "lot_id": lot.id}
        moves = cls.env["stock.move"].with_company(branch)
        move = moves.create(
            {**places, "product_uom_qty": quantity, "move_line_ids": [Command.create(line)], "picked": True}
        )
        move._action_done()
        return move

    def _stock_value(self):
        """Return what Odoo says that the toxin in stock is worth."""
        self.env.invalidate_all()
        return self.dear.total_value


class CostCommon(CostMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_costs()
        cls.visit = cls.book(practitioner=cls.doctor)
        cls.procedure = cls._treat(cls.visit)
