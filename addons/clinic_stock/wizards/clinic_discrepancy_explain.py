from odoo import api, fields, models
from odoo.exceptions import UserError

# So many gaps are named; the rest is counted.
NAMED = 5


class ClinicDiscrepancyExplain(models.TransientModel):
    """One reason for one or several gaps."""

    _name = "clinic.discrepancy.explain"
    _description = "Explain Discrepancies"

    keys = fields.Json(required=True)
    about = fields.Text(compute="_compute_about")
    reason = fields.Char(required=True)

    @api.depends("keys")
    def _compute_about(self):
        """Name what is explained: behind the dialog, or on a phone, it is not seen any more."""
        for dialog in self:
            gaps = dialog._open_gaps()
            texts = [gap._explanation_text() for gap in gaps[:NAMED]]
            if len(gaps) > NAMED:
                texts.append(self.env._("and %s more", len(gaps) - NAMED))
            dialog.about = "\n".join(texts)

    def action_explain(self):
        """Write down the reason for each of the chosen gaps that the user sees."""
        self.ensure_one()
        gaps = self._open_gaps()
        if not gaps:
            raise UserError(self.env._("Nothing of this is open any more."))
        gaps._check_second_person()
        # Nobody may write explanations as such: they would hide gaps whose writer cannot even see them. Those that are
        # written here were just read with the user's own rights.
        self.env["clinic.discrepancy.explanation"].sudo().create(
            [{**gap._prepare_explanation(), "reason": self.reason} for gap in gaps]
        )
        # Who opened the dialog reads again when it closes.
        return {"type": "ir.actions.act_window_close"}

    def _open_gaps(self):
        """Return the chosen gaps that are still open.

        What was chosen is sent back by the browser, so it is asked again which of them there are, with the user's own
        rights.
        """
        chosen = {tuple(key) for key in self.keys or ()}
        gaps = self.env["clinic.discrepancy"].search(
            [("source_id", "in", [source_id for _kind, source_id, *_rest in chosen]), ("explained", "=", False)]
        )
        return gaps.filtered(lambda gap: tuple(gap._explanation_key()) in chosen)
