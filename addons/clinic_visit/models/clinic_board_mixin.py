from collections import defaultdict

from odoo import api, models

# The boards of one branch listen to (branch, CHANNEL).
CHANNEL = "clinic_board"
PENDING = "clinic_visit.board"


class ClinicBoardMixin(models.AbstractModel):
    """A record that reception's board shows: every change to it reaches the open boards of its branch."""

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
        """Tell the open boards, when this transaction is committed, that the days of these records have changed.

        All changes are told at once, except that a savepoint flushes what was gathered before it.
        """
        data = self.env.cr.precommit.data
        if PENDING not in data:
            data[PENDING] = defaultdict(set)
            self.env.cr.precommit.add(self._send_board_notifications)
        for record in self:
            days = {record.company_id._clinic_local(moment).date() for moment in (record.start, record.stop) if moment}
            data[PENDING][record.company_id] |= days

    @api.model
    def _send_board_notifications(self):
        """Send what was gathered: days only, so that nobody learns of patients or treatments."""
        for company, days in self.env.cr.precommit.data.pop(PENDING).items():
            if days:
                payload = {"company_id": company.id, "days": sorted(day.isoformat() for day in days)}
                self.env["bus.bus"]._sendone((company, CHANNEL), CHANNEL, payload)
