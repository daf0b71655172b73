from odoo import models
from odoo.exceptions import UserError


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    def write(self, vals):
        if "patient_id" in vals:
            self._check_unrecorded(vals["patient_id"])
        return super().write(vals)

    def _check_unrecorded(self, patient_id):
        """Raise ``UserError`` when what is recorded about one patient would become another's."""
        # Whoever moves a visit, also who may not see the record.
        for visit in self.filtered(lambda visit: visit.patient_id.id != patient_id).sudo():
            procedures = visit.procedure_ids
            if procedures.filtered(lambda p: p.state in ("in_progress", "done")) or procedures._records_of_patient():
                raise UserError(
                    self.env._(
                        "%s has begun: it stays with its patient. Book another visit for the right one.",
                        visit._spoken_name(),
                    )
                )
