from odoo import api, fields, models


class ClinicVisit(models.Model):
    _name = "clinic.visit"
    _inherit = ["clinic.visit", "clinic.margin.mixin"]

    _margin_key = "visit_id"

    @api.depends("consumption_ids.price_total")
    def _compute_amounts(self):
        return super()._compute_amounts()

    def _amount_expected(self):
        return super()._amount_expected() + sum(self.consumption_ids.mapped("price_total"))

    def _bill_later(self, consumption, quantity):
        """Create a draft invoice of ``quantity`` of ``consumption``, which this visit's own invoice has left out.

        :param quantity: in the item's own unit
        :return: the ``account.move``; one draft for all that is billed later
        """
        self.ensure_one()
        drafts = [("invoice_origin", "=", self.name), ("state", "=", "draft"), ("move_type", "=", "out_invoice")]
        draft = self.env["account.move"].search(drafts, limit=1)
        if draft.invoice_line_ids.filtered(lambda line: line.clinic_consumption_id == consumption):
            return draft
        line = consumption._prepare_invoice_line_of(quantity)
        if draft:
            draft.invoice_line_ids = [fields.Command.create(line)]
            return draft
        # The visit's one invoice is another; this one names the visit's number.
        values = {**self._prepare_invoice(), "clinic_visit_id": False}
        return self.env["account.move"].create({**values, "invoice_line_ids": [fields.Command.create(line)]})
