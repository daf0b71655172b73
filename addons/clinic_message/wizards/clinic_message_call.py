from odoo import fields, models
from odoo.exceptions import UserError


class ClinicMessageCall(models.TransientModel):
    """A call, or another contact, is written into the patient's history: whom, how, and what came of it.

    There is no place for words: what the patient says of their health belongs into the record.
    """

    _name = "clinic.message.call"
    _description = "Log a Call"

    patient_id = fields.Many2one("clinic.patient", required=True)
    visit_id = fields.Many2one("clinic.visit", domain="[('patient_id', '=', patient_id)]")
    channel = fields.Selection(
        [("call", "Phone Call"), ("whatsapp", "WhatsApp"), ("sms", "SMS"), ("email", "Email")],
        string="By",
        required=True,
        default="call",
    )
    direction = fields.Selection(
        [("out", "We called or wrote"), ("in", "The patient called or wrote")], required=True, default="out"
    )
    result = fields.Selection(
        [
            ("reached", "Reached"),
            ("no_answer", "No answer"),
            ("call_back", "Will call back"),
            ("wrong_number", "Wrong number"),
        ],
        required=True,
        default="reached",
    )

    def action_log(self):
        """Write the call into the history."""
        self.ensure_one()
        self._log()
        return {"type": "ir.actions.act_window_close"}

    def _log(self):
        """Write the call into the history, and return that row."""
        messages = self.env["clinic.message"]
        messages.check_access("write")
        # The patient and the visit are those that the user may read.
        (self.patient_id.check_access("read"), self.visit_id.check_access("read"))
        if self.visit_id and self.visit_id.patient_id != self.patient_id:
            raise UserError(self.env._("This visit is another patient's."))
        now = fields.Datetime.now()
        visit = self.visit_id
        return messages._enqueue(
            [
                {
                    "key": f"call:{self.env.uid}:{self.id}",
                    "channel": self.channel,
                    "direction": self.direction,
                    "patient_id": self.patient_id.id,
                    "visit_id": visit.id,
                    "visit_start": visit.start,
                    "company_id": (visit.company_id or self.env.company).id,
                    "state": "logged" if self.direction == "out" else "received",
                    "result": self.result,
                    "sent_at": now,
                    "user_id": self.env.uid,
                }
            ]
        )
