from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import an_id, takes

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
    "mandatory": "protocol_parameter_id.mandatory",
    "value": "value",
    "recorded_at": "recorded_at",
    "outside": "outside",
    "reason": "reason",
}
OVERRIDE = {"id": "id", "text": "text", "reason": "reason", "user": "user_id.partner_id.name"}


class ClinicPatientCard(models.AbstractModel):
    _inherit = "clinic.patient.card"

    @takes(procedure_id=an_id())
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
            "overrides": self._rows("clinic.gate.override", belongs, OVERRIDE, order="date, id"),
            "steps": [{**step, "phase": phases[step["phase"]]} for step in steps],
            "parameters": self._prepare_parameters(procedure),
            "asks_skin_type": self._asks_skin_type(procedure),
            "proposals": self._prepare_proposals(procedure),
            "note": self._prepare_note(procedure),
            "pins": pins,
            "missing": procedure.missing_record(),
        }

    @api.model
    def _prepare_parameters(self, procedure):
        """Return the parameters with the range that holds for this patient."""
        rows = self._rows(
            "clinic.procedure.parameter", [("procedure_id", "=", procedure.id)], PARAMETER, order="sequence, id"
        )
        ranges = {parameter.id: parameter for parameter in procedure.parameter_ids} if rows else {}
        for row in rows:
            row.update(minimum=ranges[row["id"]].minimum, maximum=ranges[row["id"]].maximum)
        return rows

    @api.model
    def _asks_skin_type(self, procedure):
        """Return the skin types to choose from, where the treatment is set by it and it is not known yet."""
        if not procedure.treatment_id.needs_skin_type or procedure.skin_type or procedure.state == "done":
            return []
        return [{"key": key, "label": label} for key, label in self._labels("clinic.patient", "skin_type").items()]

    @api.model
    def _prepare_proposals(self, procedure):
        """Return what is proposed for the record while it is open: values, note, body map."""
        if procedure.state != "in_progress" or not procedure.has_access("write"):
            return {"values": {}, "note": None, "map": None}
        return {
            "values": {
                parameter.id: {"value": value, "from": text}
                for parameter, (value, text) in procedure._propose_values().items()
            },
            "note": procedure._propose_note(),
            "map": procedure._propose_map(),
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
