from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

# GS1 application identifiers of what is read from a package.
GTIN, LOT, EXPIRY = "01", "10", "17"
COUNTS = ("30", "37")
GTIN_LENGTH = 14


class ClinicProcedure(models.Model):
    """Items logged by scanning the barcode on their package."""

    _inherit = "clinic.procedure"

    def scan(self, barcode, quantity=None):
        """Log the item on whose package ``barcode`` stands as used in this procedure.

        :param barcode: a GS1 code with (01) GTIN, (10) lot, (17) expiry, (30) or (37) count, or a plain barcode of a
            product, one of its packagings or a lot
        :param quantity: how much of it, in the unit of the protocol's item or of the product; by default the count in
            the code, else what the protocol expects, else 1
        :return: what was logged, ready for JSON
        :raises UserError: unknown product or lot, expired, not enough; in words that say what to do
        """
        self.ensure_one()
        self.check_access("write")
        code = self._read_barcode(barcode)
        product = self._scanned_product(code)
        lot = self._scanned_lot(product, code)
        expected = self._expected_item(product)
        count = quantity or code.get("count") or (expected.quantity if expected else 1)
        uom = expected.uom_id or product.uom_id
        consumption = self.consume(product, count, uom, lot)
        return self._prepare_consumption(consumption)

    @api.model
    def _read_barcode(self, barcode):
        """Return {"product", "lot", "expiry", "count"} of what the code says; a plain one may be product or lot."""
        barcode = barcode.strip() if isinstance(barcode, str) else ""
        if not barcode:
            raise UserError(self.env._("Scan the barcode on the item's package."))
        found = {part["ai"]: part["value"] for part in self._gs1_parts(barcode)}
        if not found:
            return {"product": barcode, "lot": None, "expiry": None, "plain": barcode}
        counts = [found[identifier] for identifier in COUNTS if identifier in found]
        return {
            "product": found.get(GTIN),
            "lot": found.get(LOT),
            "expiry": found.get(EXPIRY),
            "count": counts[0] if counts else None,
        }

    @api.model
    def _gs1_parts(self, barcode):
        """Return the parts of a GS1 code, none when it is not one."""
        # A bare GTIN is shorter than any GS1 code that begins with one; as such it is looked up as it is.
        plain = barcode.isdigit() and len(barcode) <= GTIN_LENGTH
        if plain:
            return []
        # Anybody's scanner reads the same, whatever nomenclature the branch has chosen for its warehouse.
        nomenclature = self.env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature").sudo()
        readable = barcode.replace("(", "").replace(")", "") if barcode.startswith("(") else barcode
        return nomenclature.gs1_decompose_extended(readable) or []

    @api.model
    def _scanned_product(self, code):
        """Return the item of the code. Raises ``UserError`` when nobody knows it."""
        # Practitioners have no rights in the stock app; what they use they may know.
        products = self.env["product.product"].sudo().with_context(skip_preprocess_gs1=True)
        barcode = code["product"] or ""
        variants = [barcode]
        if barcode.isdigit():
            # The same number is printed with 8, 12, 13 or 14 digits.
            stripped = barcode.lstrip("0")
            variants = [stripped.zfill(length) for length in range(len(stripped), GTIN_LENGTH + 1)]
        product = products.search([("barcode", "in", variants)], limit=1)
        if not product and code.get("plain"):
            product = self.env["stock.lot"].sudo().search([("name", "=", barcode)], limit=1).product_id
            code["lot"] = barcode if product else None
        if not product:
            raise UserError(
                self.env._("No item has the barcode “%s”. Choose the item by hand, or tell the warehouse.", barcode)
            )
        return product

    @api.model
    def _scanned_lot(self, product, code):
        """Return the lot of the code, empty when it names none. Raises ``UserError`` when unknown or expired."""
        name, expiry = code["lot"], code["expiry"]
        if expiry and expiry < fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(product)s expired on %(date)s and must not be used. Take another package.",
                    product=product.name,
                    date=format_date(self.env, expiry),
                )
            )
        if not name or product.tracking == "none":
            return None
        # As above.
        lot = self.env["stock.lot"].sudo().search([("product_id", "=", product.id), ("name", "=", name)], limit=1)
        if not lot:
            raise UserError(
                self.env._(
                    "Lot “%(lot)s” of %(product)s was never received. Take another package, or tell the warehouse.",
                    lot=name,
                    product=product.name,
                )
            )
        return lot

    def _expected_item(self, product):
        """Return the protocol's item for ``product``, if it expects one."""
        return self.protocol_id.item_ids.filtered(lambda item: item.product_id.id == product.id)[:1]

    @api.model
    def _prepare_consumption(self, consumption):
        """Return what is shown of an item just logged, ready for JSON."""
        # As above.
        logged = consumption.sudo()
        return {
            "id": logged.id,
            "product": logged.product_id.name,
            "quantity": logged.quantity,
            "uom": logged.uom_id.name,
            "lot": logged.lot_id.name or None,
        }
