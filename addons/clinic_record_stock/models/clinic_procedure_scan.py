from odoo import api, models

from odoo.addons.clinic.door import a_text, takes
from odoo.addons.clinic_stock.models.clinic_procedure import QUANTITY

from ..exceptions import QuantityNeeded
from .clinic_procedure_kit import ENTERED


class ClinicProcedure(models.Model):
    """Items logged by scanning the barcode on their package."""

    _inherit = "clinic.procedure"

    @takes(barcode=a_text(optional=True), quantity=QUANTITY, entered=ENTERED)
    def scan(self, barcode, quantity=None, entered=None):
        """Log the item on whose package ``barcode`` stands as used in this procedure.

        :param barcode: a GS1 code with (01) GTIN, (10) lot, (17) expiry, (30) or (37) count, or a plain barcode of a
            product, one of its packagings or a lot
        :param quantity: how much of it, in the unit of the protocol's item or of the product; by default what was
            entered for it, else the count in the code, else what the protocol expects; of what is drawn from vials, the
            count is not the dose
        :param entered: {id of an expected item, as text: quantity}: what was entered before the code was scanned; None
            where it cannot be read
        :return: a list of what was logged, ready for JSON; more than one where open vials of several lots are used up
        :raises QuantityNeeded: nothing says how much of it was used
        :raises UserError: unknown product or lot, expired, not enough, what was entered for it is no quantity, an
            expected item that is logged already and is scanned again without a quantity; in words that say what to do
        """
        self.ensure_one()
        self.check_access("write")
        barcodes = self.env["clinic.barcode"].with_company(self.company_id)
        code = barcodes._read(barcode)
        product = barcodes._find_product(code)
        barcodes._check_expiry(product, code)
        lot = barcodes._find_lot(product, code)
        item = self.item_ids.filtered(lambda item: item.product_id.id == product.id)
        unit = item.uom_id or product.uom_id
        if not quantity and str(item.id) in (entered or {}):
            quantity = item._quantity_in(entered)
        if not quantity:
            quantity, unit = self._scanned_quantity(item, product, code)
        consumptions = self.consume(product, quantity, unit, lot)
        return [self._prepare_consumption(consumption) for consumption in consumptions]

    @api.model
    def _scanned_quantity(self, item, product, code):
        """Return (quantity, unit) of what one scan of ``code`` logs where nobody entered how much it was.

        :raises UserError: when what is expected is logged already
        """
        # A vial's label counts vials; how much is drawn from one only the protocol says.
        if code["count"] and not product.clinic_vial_uom_id:
            return self.env["clinic.stock.scan"]._code_quantity(product, code), product.uom_id
        # What is expected is used once; nobody wants the whole dose again because a package was scanned twice.
        item._check_not_used()
        if not item:
            raise QuantityNeeded(
                self.env._(
                    "%(product)s is not in this treatment's kit: enter how much was used, in %(unit)s.",
                    product=product.name,
                    unit=product.uom_id.name,
                ),
                product.name,
                product.uom_id.name,
            )
        return item.quantity, item.uom_id

    @api.model
    def _prepare_consumption(self, consumption):
        """Return what is shown of an item just logged, ready for JSON."""
        # Anyone who logged it may know what it was; practitioners have no rights in the stock app.
        logged = consumption.sudo()
        return {
            "id": logged.id,
            "product": logged.product_id.name,
            "quantity": logged.quantity,
            "uom": logged.uom_id.name,
            "lot": logged.lot_id.name or None,
        }
