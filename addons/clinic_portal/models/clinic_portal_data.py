from odoo import api, fields, models


class ClinicPortal(models.AbstractModel):
    _inherit = "clinic.portal"

    @api.model
    def _own_data(self, patient):
        """Return what the clinic keeps of ``patient``, as it goes into a file; other addons add theirs.

        Only what the patient may see on these pages, in words and numbers that any program reads.
        """
        visits = self.env["clinic.visit"].search(
            [("patient_id", "=", patient.id), ("state", "!=", "held")], order="start, id"
        )
        words = self.env["clinic.message.consent"]._last_words(patient)
        return {
            "made_at": fields.Datetime.to_string(fields.Datetime.now()) + "Z",
            "clinic": patient.env.company.name,
            "profile": self._own_profile(patient),
            "visits": [self._own_visit(visit) for visit in visits],
            "invoices": [
                {
                    "number": invoice.name,
                    "date": fields.Date.to_string(invoice.invoice_date),
                    "kind": "credit note" if invoice.move_type == "out_refund" else "invoice",
                    "total": invoice.amount_total,
                    "currency": invoice.currency_id.name,
                }
                for invoice in self._invoices(patient).sorted(lambda invoice: (invoice.invoice_date, invoice.id))
            ],
            "messages": [
                {
                    "at": fields.Datetime.to_string(message.create_date) + "Z",
                    "when": message.company_id._clinic_patient_moment_text(message.create_date),
                    "from": "clinic" if message.direction == "out" else message.author_id.name,
                    "text": message.text,
                }
                for message in self._thread(patient)
            ],
            "consent_to_messages": [
                {"channel": channel, "about": purpose, "agrees": agrees}
                for (_id, channel, purpose), agrees in sorted(words.items())
            ],
        }

    @api.model
    def _own_profile(self, patient):
        return {
            "number": patient.number,
            "name": patient.name,
            "birth_date": fields.Date.to_string(patient.birth_date) or None,
            "sex": patient.sex or None,
            "phone": patient.phone or None,
            "email": patient.email or None,
            "language": patient.lang or None,
            "address": patient.partner_id._clinic_address_line() or None,
            "emergency_contact": patient.emergency_contact or None,
            "guardians": [
                guardian.partner_id.name
                for guardian in patient.guardianship_ids.filtered(lambda guardian: guardian._is_current())
            ],
        }

    @api.model
    def _own_visit(self, visit):
        return {
            "number": visit.name,
            "branch": visit.company_id.name,
            "start": visit.start and fields.Datetime.to_string(visit.start) + "Z",
            "when": visit.start and visit._patient_moment_text(visit.start),
            "state": visit.state,
            "treatments": [
                {
                    "name": procedure.treatment_id.name,
                    "practitioner": procedure.practitioner_id.name or None,
                    "state": procedure.state,
                }
                for procedure in visit.procedure_ids
            ],
        }

    # -- to read ------------------------------------------------------------------------------------------------------

    @api.model
    def _own_heading(self, name):
        """Return ``name``, a key of the file, as a heading."""
        return name.replace("_", " ").capitalize()

    @api.model
    def _own_text(self, value):
        """Return ``value`` of the file as it is read on paper."""
        if isinstance(value, list):
            return ", ".join(one["name"] if isinstance(one, dict) else str(one) for one in value)
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if isinstance(value, float):
            return f"{value:,.2f}"
        return "" if value is None else value
