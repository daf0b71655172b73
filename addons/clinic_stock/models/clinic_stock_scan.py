from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_number

_lt = LazyTranslate(__name__)

# Beyond it nobody counts; what was typed is a barcode rather.
MOST = 10_000_000
COUNTED = a_number(0, MOST, says=_lt("Enter a quantity that is not below zero, e.g. 12 or 2.5."))
COUNTED_OR_NONE = a_number(0, MOST, optional=True, says=COUNTED.says)


class ClinicStockScan(models.AbstractModel):
    """What counting and transferring with a scanner have in common: who may, where, and what a code stands for."""

    _name = "clinic.stock.scan"
    _description = "Stock with a Scanner"

    @api.model
    def _check_warehouse(self):
        """Raise ``AccessError`` for those who do not keep the stock."""
        if not self.env.user.has_group("clinic.group_warehouse"):
            raise AccessError(self.env._("Counting and transferring is for the warehouse."))

    @api.model
    def _warehouse(self, company):
        """Return the warehouse whose store serves the treatment rooms of ``company``, with all rights."""
        # Another branch's warehouse is beyond the user's rights; where its store is must be known to ship there.
        branch = company.sudo()
        warehouse = branch.treatment_location_id.warehouse_id
        return warehouse or warehouse.search([("company_id", "=", branch.id)], limit=1)

    @api.model
    def _store(self):
        """Return the current branch's store. Raises ``UserError`` when there is none."""
        store = self._warehouse(self.env.company).lot_stock_id.sudo(False)
        if not store:
            raise UserError(self.env._("%s has no store. Set up a warehouse for this branch.", self.env.company.name))
        return store

    @api.model
    def _existing(self, model, value):
        """Return the existing, readable ``model`` record of the id ``value``. Raises ``UserError`` in words."""
        record = self.env[model].browse(value).exists()
        if not record or not record.has_access("read"):
            raise UserError(self.env._("Choose an existing %s.", self.env[model]._description))
        return record

    @api.model
    def _read_item(self, barcode):
        """Return (product, code) of the package that was scanned. Raises ``UserError`` in words."""
        code = self.env["clinic.barcode"]._read(barcode)
        product = self.env["clinic.barcode"]._find_product(code).sudo(False)
        if not product.has_access("read") or not product.is_storable:
            raise UserError(
                self.env._(
                    "%(product)s is not kept in the stock of %(branch)s.",
                    product=product.sudo().name,
                    branch=self.env.company.name,
                )
            )
        return product, code

    @api.model
    def _package_unit(self, product):
        """Return the unit of one package of ``product`` in the hand: the vial where it is kept by dose."""
        return product.clinic_vial_uom_id or product.uom_id

    @api.model
    def _code_quantity(self, product, code):
        """Return how much one scan of ``code`` is, in the product's unit."""
        unit = code["uom"] or self._package_unit(product)
        return unit._compute_quantity(code["count"] or 1, product.uom_id, rounding_method="HALF-UP")

    @api.model
    def _prepare_item(self, product, lot):
        """Return what is shown of an item and its lot, ready for JSON."""
        package = self._package_unit(product)
        return {
            "product_id": product.id,
            "product": product.display_name,
            "lot_id": lot.id or None,
            "lot": lot.name or None,
            "expires": lot._clinic_expiry_text() if lot.clinic_expiry_day else None,
            "expired": bool(lot._clinic_expired()),
            "blocked": lot.clinic_block_reason if lot.clinic_blocked else None,
            "uom_id": product.uom_id.id,
            "uom": product.uom_id.name,
            "step": package._compute_quantity(1, product.uom_id, rounding_method="HALF-UP"),
            "package": package.name if package != product.uom_id else None,
        }

    @api.model
    def _item_order(self, product, lot):
        """Return the key by which items stand on the screen: by name, the first to expire first."""
        return product.display_name.lower(), *lot._clinic_order_of_use()

    @api.model
    def _amount(self, quantity, unit):
        """Return a quantity as it is read: "20", "2.5"."""
        return f"{unit.round(quantity):.6f}".rstrip("0").rstrip(".")

    @api.model
    def _item_name(self, product, lot):
        """Return "Toxin, lot A1", for messages."""
        name = product.display_name
        return self.env._("%(item)s, lot %(lot)s", item=name, lot=lot.name) if lot else name
