from odoo import models


class ClinicPatientMerge(models.Model):
    _inherit = "clinic.patient.merge"

    def _unite(self, values, login):
        """Two who wait for the same treatment are one who waits; the boards show whose the visits are now."""
        visits = self.merged_id.visit_ids
        self._set(self._waiting_twice(), "state", "withdrawn")
        super()._unite(values, login)
        visits._notify_board()

    def _undo(self):
        visits = self.kept_id.visit_ids
        super()._undo()
        visits._notify_board()

    def _waiting_twice(self):
        """Return the merged patient's entries of the waitlist that the one who is kept has as well."""
        waiting = self.env["clinic.waitlist"].search(
            [("patient_id", "in", (self.kept_id | self.merged_id).ids), ("state", "in", ("waiting", "offered"))]
        )
        own = waiting.filtered(lambda entry: entry.patient_id == self.kept_id)
        places = {(entry.treatment_id, entry.company_id) for entry in own}
        return (waiting - own).filtered(lambda entry: (entry.treatment_id, entry.company_id) in places)
