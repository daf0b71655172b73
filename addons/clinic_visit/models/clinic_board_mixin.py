from odoo import api, models


class ClinicBoardMixin(models.AbstractModel):
    """A record that reception's board shows: every change to it reaches the open boards."""

    _name = "clinic.board.mixin"
    _description = "Shown on the Day Board"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._notify_board()
        return records

    def write(self, vals):
        # Before as well: a record that moves leaves another day.
        self._notify_board()
        result = super().write(vals)
        self._notify_board()
        return result

    def unlink(self):
        self._notify_board()
        return super().unlink()

    def _notify_board(self):
        self.env["clinic.board"]._notify(
            [(record.company_id, moment) for record in self for moment in (record.start, record.stop) if moment]
        )
