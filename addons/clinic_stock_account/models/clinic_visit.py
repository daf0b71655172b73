from odoo import api, fields, models


class ClinicVisit(models.Model):
    _name = "clinic.visit"
    _inherit = ["clinic.visit", "clinic.margin.mixin"]

    _margin_key = "visit_id"

    @api.depends("consumption_ids.billable", "consumption_ids.quantity", "consumption_ids.state")
    def _compute_amounts(self):
        return super()._compute_amounts()

    def _bill_later(self, consumption, quantity):
        """Create a draft invoice of ``quantity`` of ``consumption``, which this visit's own invoice has left out.

        :param quantity: in the item's own unit
        :return: the ``account.move``; one draft for all that is billed later
        """
        self.ensure_one()
        further = self.invoice_ids.filtered(lambda move: move.clinic_supplement and move.move_type == "out_invoice")
        draft = further.filtered(lambda move: move.state == "draft")[:1]
        if draft.invoice_line_ids.filtered(lambda line: line.clinic_consumption_id == consumption):
            return draft
        lines = [fields.Command.create(consumption._prepare_invoice_line_of(quantity))]
        if draft:
            draft._clinic_writing().invoice_line_ids = [self.company_id._clinic_on_documents(line) for line in lines]
            return draft
        return self._create_invoice(clinic_supplement=True, invoice_line_ids=lines)
