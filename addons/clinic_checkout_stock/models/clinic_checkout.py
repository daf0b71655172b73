from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ClinicCheckout(models.AbstractModel):
    """Items on the checkout screen: by the codes on their packages, and those that cost nothing extra."""

    _inherit = "clinic.checkout"

    @api.model
    def _product_of(self, visit, barcode):
        """Also by what the stock reads: a GS1 code, a packaging's or a lot's."""
        product = super()._product_of(visit, barcode)
        if product or not barcode:
            return product
        codes = self.env["clinic.barcode"].with_company(visit.company_id)
        try:
            found = codes._find_product(codes._read(barcode))
        except UserError:
            return product
        domain = self.env["product.template"]._clinic_retail_domain(visit.company_id)
        return self.env["product.product"].search(domain & Domain("id", "=", found.id), limit=1)

    @api.model
    def _prepare_rows(self, visit):
        rows = super()._prepare_rows(visit)
        if visit.is_checked_out:
            return rows
        # What was used on a patient is known to reception, who charges the rest of it.
        used = visit._procedures_to_charge().sudo().consumption_ids
        included = used.filtered(lambda one: one.state == "used" and not one._is_charged())
        return [*rows, *(self._prepare_included_row(one) for one in included)]

    @api.model
    def _prepare_included_row(self, consumption):
        """Return the row of an item that was used and costs the patient nothing extra."""
        row = self._prepare_covered_row(consumption.procedure_id)
        return {
            **row,
            "key": f"included-{consumption.id}",
            "id": consumption.id,
            "name": consumption.product_id.with_context(display_default_code=False).display_name,
            "detail": self.env._("Included"),
            "taps": [],
            "quantity": consumption.quantity,
        }
