from odoo import fields, models


class AccountMove(models.Model):
    """The invoice of a fee: a further charge of a visit that nobody came to."""

    _inherit = "account.move"

    clinic_fee = fields.Boolean("Fee", copy=False, readonly=True, help="Charges a missed visit or a late cancellation.")

    _one_fee_per_visit = models.UniqueIndex(
        "(clinic_visit_id) WHERE clinic_fee AND move_type = 'out_invoice' AND state != 'cancel'"
        " AND clinic_credited IS NOT TRUE",
        "A fee was charged for this visit already.",
    )

    def _prepare_clinic_link(self, vals):
        """What renews the invoice of a fee charges it, too; a debit note charges something else."""
        link = super()._prepare_clinic_link(vals)
        if link and self.clinic_fee and not vals.get("debit_origin_id"):
            link["clinic_fee"] = True
        return link
