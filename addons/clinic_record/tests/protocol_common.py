from odoo import Command

from .common import RecordCommon


class ProtocolCommon(RecordCommon):
    """The facial has a published protocol: two mandatory steps, an optional one, a parameter and a note."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["clinic.note.template"].create(
            {"name": "Facial", "body": "<h3>Findings</h3><p><br></p><h3>Treatment</h3><p><br></p>"}
        )
        cls.protocol = cls.create_protocol(cls.facial)
        cls.protocol.action_publish()

    @classmethod
    def create_protocol(cls, treatment, **vals):
        steps = [("Identity checked", "access", True), ("Skin cleaned", "preparation", True), ("Mask", "result", False)]
        parameters = [("Suction", "kPa", 10, 40)]
        return cls.env["clinic.protocol"].create(
            {
                "treatment_id": treatment.id,
                "note_template_id": cls.template.id,
                "aftercare": "<p>No sun for a week.</p>",
                "step_ids": [
                    Command.create({"name": name, "phase": phase, "mandatory": mandatory})
                    for name, phase, mandatory in steps
                ],
                "parameter_ids": [
                    Command.create({"name": name, "unit": unit, "minimum": minimum, "maximum": maximum})
                    for name, unit, minimum, maximum in parameters
                ],
                "followup_ids": [Command.create({"name": "Control", "days": days}) for days in (90, 180)],
                **vals,
            }
        )

    @classmethod
    def start(cls, treatment=None):
        """Return a procedure of the doctor in treatment, as the doctor sees it."""
        return cls.start_visit(treatment, cls.doctor).with_user(cls.users["practitioner"])

    @classmethod
    def record_all(cls, procedure):
        """Record all of ``procedure`` but the note."""
        procedure.step_ids.filtered("mandatory").action_toggle()
        procedure.parameter_ids.value = 20

    @classmethod
    def sign_note(cls, procedure, body="<p>Skin clear.</p>"):
        note = procedure.env["clinic.note"].create({"procedure_id": procedure.id, "body": body})
        note.action_sign()
        return note
