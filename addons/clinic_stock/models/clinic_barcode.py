import re

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

# GS1 application identifiers of what is read from a package.
GTIN, LOT, EXPIRY = "01", "10", "17"
COUNTS = ("30", "37")
GTIN_LENGTH = 14
# How an identifier is printed for the eye; lots may have brackets of their own.
PRINTED = re.compile(r"\s*\((\d{2,4})\)\s*")
SEPARATOR = "\x1d"


class ClinicBarcode(models.AbstractModel):
    """What stands in the barcode on an item's package: in the treatment room, at a count, at a transfer."""

    _name = "clinic.barcode"
    _description = "Barcode of an Item"

    @api.model
    def _read(self, barcode):
        """Return {"product", "lot", "expiry", "count"} of what the code says; a plain one may be product or lot.

        "uom" is the packaging whose barcode it is, as soon as the product was found; None for the product's own.

        :param barcode: a GS1 code with (01) GTIN, (10) lot, (17) expiry, (30) or (37) count, or a plain barcode
        :raises UserError: when there is no code
        """
        barcode = barcode.strip() if isinstance(barcode, str) else ""
        if not barcode:
            raise UserError(self.env._("Scan the barcode on the item's package."))
        found = {part["ai"]: part["value"] for part in self._gs1_parts(barcode)}
        # Without a GTIN it names no item: a pallet's number, or a lot whose own name begins like an identifier.
        if GTIN not in found:
            return {"product": barcode, "lot": None, "expiry": None, "count": None, "uom": None, "plain": True}
        counts = [found[identifier] for identifier in COUNTS if identifier in found]
        return {
            "product": found[GTIN],
            "lot": found.get(LOT),
            "expiry": found.get(EXPIRY),
            "count": counts[0] if counts else None,
            "uom": None,
            "plain": False,
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
        # Typed as it is printed: there a part ends where the next one begins.
        readable = PRINTED.sub(rf"{SEPARATOR}\1", barcode) if barcode.startswith("(") else barcode
        try:
            return nomenclature.gs1_decompose_extended(readable) or []
        except (ValidationError, ValueError):
            # It only begins like one: there is no such date, or no number where a count should be.
            return []

    @api.model
    def _find_product(self, code):
        """Return the branch's item of the code, with all rights. Raises ``UserError`` when nobody knows it.

        Where the code turns out to be that of a packaging, or a plain one to be the name of a lot, the packaging's
        unit or the lot is put into ``code``.
        """
        # Practitioners have no rights in the stock app; what they use they may know.
        products = self.env["product.product"].sudo().with_context(skip_preprocess_gs1=True)
        barcode = code["product"]
        printed = Domain("barcode", "in", self._variants(barcode))
        product = products.search(printed & self._branch_domain(), limit=1)
        if not product:
            # As above: a box or a vial with a number of its own. No matter who entered it, it is the item that counts.
            packagings = self.env["product.uom"].sudo()
            packaging = packagings.search(printed & self._branch_domain("product_id.company_id"), limit=1)
            product, code["uom"] = packaging.product_id, packaging.uom_id or None
        if not product and code["plain"]:
            named = Domain("name", "=", barcode) & self._branch_domain() & self._branch_domain("product_id.company_id")
            product = self.env["stock.lot"].sudo().search(named).product_id
            code["lot"] = barcode if product else None
        if len(product) > 1:
            raise UserError(
                self.env._("Several items have a lot “%s”. Scan the item's own barcode, or choose it by hand.", barcode)
            )
        if not product:
            raise UserError(
                self.env._("No item has the barcode “%s”. Choose the item by hand, or tell the warehouse.", barcode)
            )
        return product

    @api.model
    def _variants(self, barcode):
        """Return the texts under which ``barcode`` may be known: the same number is printed with up to 14 digits."""
        if not barcode.isdigit():
            return [barcode]
        number = barcode.lstrip("0") or "0"
        return [barcode, *(number.zfill(length) for length in range(len(number), GTIN_LENGTH + 1))]

    @api.model
    def _branch_domain(self, company_field="company_id"):
        """Return the domain of what the current branch shares, owns or has from its parents: not what others own."""
        # The parents may be beyond the user's rights.
        return Domain(company_field, "in", [False, *self.env.company.sudo().parent_ids.ids])

    @api.model
    def _find_lot(self, product, code):
        """Return the lot of the code with all rights, None when it names none. Raises ``UserError`` when unknown."""
        name = code["lot"]
        if not name or product.tracking == "none":
            return None
        # As above.
        named = Domain("product_id", "=", product.id) & Domain("name", "=", name) & self._branch_domain()
        lot = self.env["stock.lot"].sudo().search(named, limit=1)
        if not lot:
            raise UserError(
                self.env._(
                    "Lot “%(lot)s” of %(product)s was never received. Take another package, or tell the warehouse.",
                    lot=name,
                    product=product.name,
                )
            )
        return lot

    @api.model
    def _check_expiry(self, product, code):
        """Raise ``UserError`` when the code says that its package has expired."""
        expiry = code["expiry"]
        if expiry and expiry < self.env.company._clinic_today():
            raise UserError(
                self.env._(
                    "%(product)s expired on %(date)s and must not be used. Take another package.",
                    product=product.name,
                    date=format_date(self.env, expiry),
                )
            )
