from odoo import fields, models
from odoo.exceptions import UserError


class ClinicDiscrepancyExplain(models.TransientModel):
    """One reason for one or several gaps."""

    _name = "clinic.discrepancy.explain"
    _description = "Explain Discrepancies"

    keys = fields.Json(required=True)
    reason = fields.Char(required=True)

    def action_explain(self):
        """Write down the reason for each of the chosen gaps that the user sees."""
        self.ensure_one()
        chosen = {(kind, source_id) for kind, source_id, _company in self.keys}
        # Sent back by the browser, so it is asked again which of them there are, with the user's own rights.
        gaps = self.env["clinic.discrepancy"].search(
            [("source_id", "in", [source_id for _kind, source_id in chosen]), ("explained", "=", False)]
        )
        gaps = gaps.filtered(lambda gap: (gap.kind, gap.source_id) in chosen)
        if not gaps:
            raise UserError(self.env._("Nothing of this is open any more."))
        self.env["clinic.discrepancy.explanation"].create(
            [
                {
                    "kind": gap.kind,
                    "source_id": gap.source_id,
                    "company_id": gap.company_id.id,
                    "reason": self.reason,
                }
                for gap in gaps
            ]
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
