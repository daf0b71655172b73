from odoo import models

DOCTORS = "clinic.group_practitioner"


class ClinicProcedure(models.Model):
    """A procedure whose mandatory consent does not hold does not start."""

    _inherit = "clinic.procedure"

    def _gate_reasons(self):
        return [*super()._gate_reasons(), *self._consent_reasons()]

    def _consent_asked(self):
        """Return what ``clinic.consent.need`` is asked for these procedures."""
        return [
            (procedure.id, procedure.patient_id.id, procedure.treatment_id.id, procedure._local_day())
            for procedure in self
        ]

    def _consent_reasons(self):
        """Return which mandatory consents do not hold for this procedure."""
        rows = self.env["clinic.consent.need"]._find(self._consent_asked())
        stopped = {row["number"] for row in rows if row["stopped"]}
        return [
            *(self._stop_reason(procedure) for procedure in self.filtered(lambda one: one.id in stopped)),
            *(self._consent_reason(row) for row in rows if row["mandatory"] and row["state"] != "ok"),
        ]

    def _stop_reason(self, procedure):
        """Return that an answer of the patient asks for a practitioner, who has not seen to it yet."""
        # The gate tells its text to those alone who treat the patient.
        requests = self.env["clinic.consent.request"].sudo()
        domain = [("visit_id", "=", procedure.visit_id.id), ("stopped", "=", True), ("cleared_at", "=", False)]
        request = requests.search(domain, limit=1)
        return {
            "key": f"consent-stop-{request.id}",
            "kind": "consent",
            "level": "stop",
            "text": self.env._("Answered before signing: %s", request.stop_text or ""),
            "neutral": self.env._("An answer asks for a practitioner."),
            "way_out": self.env._("Talk with the patient, then hand the consent over again with “To Sign”."),
            "override": DOCTORS,
        }

    def _consent_reason(self, row):
        return {
            "key": f"consent-{row['state']}-{row['template_id']}",
            "kind": "consent",
            "level": "stop",
            "text": self._consent_text(row),
            "neutral": self.env._("A consent is to be signed."),
            "way_out": self.env._("Hand it over with “To Sign” on the board or the patient's card."),
            "override": DOCTORS,
        }

    def _consent_text(self, row):
        texts = {
            "missing": self.env._("Consent missing: %s.", row["name"]),
            "withdrawn": self.env._("Consent withdrawn: %s.", row["name"]),
            "expired": self.env._("Consent expired: %s.", row["name"]),
            "outdated": self.env._("Consent signed for an older text: %s.", row["name"]),
            "other": self.env._("Consent signed for another treatment or product: %s.", row["name"]),
        }
        return texts[row["state"]]
