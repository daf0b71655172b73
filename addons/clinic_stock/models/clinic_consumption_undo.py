from odoo import models


class ClinicConsumption(models.Model):
    """Taking back a dose for which a vial was opened asks whether the vial is open."""

    _inherit = "clinic.consumption"

    def _opened_vials(self):
        """Return the open vials from which only these doses were drawn: taken back, nothing was."""
        # What happened to the vial of an own dose may be known.
        vials = self.sudo().vial_line_ids.vial_id.filtered(lambda vial: vial.state == "open")
        return vials.filtered(lambda vial: vial.uom_id.compare(vial.remaining + self._drawn_from(vial), vial.size) == 0)

    def _drawn_from(self, vial):
        """Return how much these doses took out of ``vial`` that was not put back."""
        drawn = vial.line_ids.filtered(
            lambda line: line.kind == "draw" and line.consumption_id in self and line.consumption_id.state == "used"
        )
        return -sum(drawn.mapped("quantity"))

    def action_ask_undo(self):
        """Take these items back, after asking whether a vial that was opened for them alone is open all the same."""
        self.check_access("write")
        if not self._opened_vials():
            return self.action_undo()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take Back"),
            "res_model": "clinic.consumption.undo",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_consumption_ids": self.ids},
        }
