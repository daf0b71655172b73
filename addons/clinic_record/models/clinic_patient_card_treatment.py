from odoo import api, models
from odoo.exceptions import UserError

from .clinic_patient_card_history import PIN, PINNED

STEP = {
    "id": "id",
    "name": "protocol_step_id.name",
    "phase": "protocol_step_id.phase",
    "mandatory": "protocol_step_id.mandatory",
    "done_at": "done_at",
    "skipped_reason": "skipped_reason",
}
PARAMETER = {
    "id": "id",
    "name": "protocol_parameter_id.name",
    "unit": "protocol_parameter_id.unit",
    "minimum": "protocol_parameter_id.minimum",
    "maximum": "protocol_parameter_id.maximum",
    "mandatory": "protocol_parameter_id.mandatory",
    "value": "value",
    "recorded_at": "recorded_at",
    "outside": "outside",
    "reason": "reason",
}


class ClinicPatientCard(models.AbstractModel):
    _inherit = "clinic.patient.card"

    @api.model
    def load_treatment(self, procedure_id):
        """Return what the treatment screen shows of a procedure, ready for JSON.

        :param procedure_id: id of a ``clinic.procedure`` of a patient whose record the user may open
        :raises AccessError, UserError: as ``load``
        """
        procedure = self.env["clinic.procedure"].browse(procedure_id).exists()
        if not procedure:
            raise UserError(self.env._("This procedure does not exist any more."))
        procedure.check_access("read")
        patient = self._check_patient(procedure.patient_id.id)
        if not self._may_open(patient):
            self.env["clinic.access.log"]._log(patient, "denied")
            raise UserError(self.env._("Open the patient's record first."))
        self.env["clinic.access.log"]._log(patient, "open", model=procedure._name)
        return self._prepare_treatment(procedure)

    @api.model
    def _prepare_treatment(self, procedure):
        """Return the parts of the treatment screen, each under its own key; other addons add theirs."""
        belongs = [("procedure_id", "=", procedure.id)]
        phases = self._labels("clinic.protocol.step", "phase")
        steps = self._rows("clinic.procedure.step", belongs, STEP, order="sequence, id")
        pins = self._load_of_procedures("clinic.body.pin", procedure.ids, PIN, PINNED)[procedure.id]
        return {
            "id": procedure.id,
            "state": procedure.state,
            "visit_state": procedure.visit_id.state,
            "editable": procedure.has_access("write"),
            "gate": procedure.gate(),
            "steps": [{**step, "phase": phases[step["phase"]]} for step in steps],
            "parameters": self._rows("clinic.procedure.parameter", belongs, PARAMETER, order="sequence, id"),
            "note": self._prepare_note(procedure),
            "pins": pins,
            "has_last_map": not pins and bool(procedure.previous_map_id),
            "missing": procedure.missing_record(),
        }

    @api.model
    def _prepare_note(self, procedure):
        """Return the user's draft about ``procedure``, False where there is none, and how many notes are signed."""
        draft = procedure._own_drafts()[:1] if procedure.has_own_draft else None
        return {
            "draft": bool(draft) and (draft.body or ""),
            "version": draft and draft._version(),
            "signed": len(procedure.signed_note_ids),
        }
