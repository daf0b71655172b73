from odoo import api, models


class ClinicBoard(models.AbstractModel):
    _inherit = "clinic.board"

    @api.model
    def _prepare_head(self, now, day, days):
        """Add whether the user may go on from a card of the board to the patient card."""
        head = super()._prepare_head(now, day, days)
        return {**head, "can_open_record": self.env.user.has_group("clinic.group_cosmetologist")}
