from odoo import models
from odoo.exceptions import UserError

from odoo.addons.clinic.models.clinic_break_glass import OWN_CHECK_IN


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    def write(self, vals):
        if "patient_id" in vals:
            self._check_unrecorded(vals["patient_id"])
        opening = self._own_check_ins() if vals.get("state") == "arrived" else self.browse()
        result = super().write(vals)
        opening._list_own_check_ins()
        return result

    def _own_check_ins(self):
        """Return the visits whose record is opened only by the user's own check-in, which is about to be noted."""
        alone = self.filtered(
            lambda visit: visit.company_id.clinic_own_check_in and visit.booked_by_id == self.env.user
        )
        if not alone or not self.env["clinic.procedure"]._has_clinical_eyes():
            return self.browse()
        known = alone.patient_id._in_care()
        return alone.filtered(lambda visit: visit.patient_id not in known)

    def _list_own_check_ins(self):
        """Put these visits' check-ins on the privacy officer's list."""
        reason = self.env._("Booked and checked in by the one who treats")
        # The check-in itself is not the user's to keep off the list.
        accesses = self.env["clinic.break.glass"].sudo().with_context(clinic_own_check_in=OWN_CHECK_IN)
        accesses.create([{"patient_id": visit.patient_id.id, "reason": reason} for visit in self])

    def _check_unrecorded(self, patient_id):
        """Raise ``UserError`` when what is recorded about one patient would become another's."""
        # Anyone who moves a visit, also who may not see the record.
        for visit in self.filtered(lambda visit: visit.patient_id.id != patient_id).sudo():
            procedures = visit.procedure_ids
            if procedures.filtered(lambda p: p.state in ("in_progress", "done")) or procedures._records_of_patient():
                raise UserError(
                    self.env._(
                        "%s has begun: it stays with its patient. Book another visit for the right one.",
                        visit._spoken_name(),
                    )
                )
