from odoo import fields, models


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    late_takes_session = fields.Boolean("A Session If Cancelled Too Late", copy=False, readonly=True)

    def _prepare_again(self):
        return {**super()._prepare_again(), "late_takes_session": self.late_takes_session}

    def _loses_session(self):
        """Return whether this visit, which is being cancelled, uses a session of the course, as was agreed."""
        return self.late_takes_session and self._owes_late_fee() and not self._was_only_held()

    def _after_transition(self, new):
        """Who cancels too late loses the session, as was agreed; a fee that is waived takes none."""
        super()._after_transition(new)
        if new == "cancelled":
            late = self.filtered(lambda visit: visit._loses_session())
            # It was agreed, no matter who notes it.
            late.sudo().filtered(lambda visit: not visit.fee_waived_by_id).procedure_ids._miss()
