from odoo import fields, models


class ClinicSignal(models.Model):
    """A report as the card and My Day show it."""

    _inherit = "clinic.signal"

    def _prepare_rows(self):
        """Return these reports, which the user may read, ready for JSON; other addons add what was used."""
        when, outcomes = (
            dict(self._fields[name]._description_selection(self.env)) for name in ("call_when", "outcome")
        )
        return [
            {
                "id": signal.id,
                "patient_id": signal.patient_id.id,
                "patient": signal.patient_id.name,
                "after": signal._treatment_texts(),
                "is_unsure": len(signal.procedure_ids) > 1,
                "reported_at": fields.Datetime.to_string(signal.reported_at),
                "since_on": fields.Date.to_string(signal.since_on),
                "urgent": signal.is_urgent,
                "symptoms": signal.symptom_ids.mapped("name"),
                "words": signal.words or "",
                "call": signal.wants_call and {"number": signal.call_number, "when": when[signal.call_when]},
                "outcome": outcomes.get(signal.outcome, ""),
                "finding": signal.finding or "",
                "closed_at": fields.Datetime.to_string(signal.closed_at),
            }
            for signal in self
        ]
