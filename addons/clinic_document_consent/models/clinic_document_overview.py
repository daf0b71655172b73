from odoo import api, fields, models

# As on the patient's card.
LOOKS = {"ok": "text-bg-success", "withdrawn": "text-bg-danger", "expired": "text-bg-warning"}


class ClinicDocumentOverview(models.AbstractModel):
    """What was signed comes first among the documents."""

    _inherit = "clinic.document.overview"

    @api.model
    def _prepare_groups(self, patient):
        signed = {"key": "consents", "name": self.env._("Signed Consents"), "rows": self._prepare_consents(patient)}
        return [signed, *super()._prepare_groups(patient)]

    @api.model
    def _prepare_consents(self, patient):
        """Return the consents that the user may read; what was signed stays with the entry that was merged."""
        consents = self.env["clinic.consent"]
        if not consents.has_access("read"):
            return []
        people = patient | patient.sudo().with_context(active_test=False).merged_from_ids
        found = consents.search([("patient_id", "in", people.ids), ("kind", "=", "signed")])
        labels = dict(consents._fields["standing"]._description_selection(self.env))
        return [
            {
                "key": f"consent/{consent.id}",
                "source": "consent",
                "id": consent.id,
                "title": consent.version_id.title,
                "date": fields.Date.to_string(consent.company_id._clinic_local(consent.signed_at).date()),
                "url": f"/clinic/consent/{consent.uuid}.pdf",
                "is_pdf": True,
                "pages": 0,
                "author": consent.signer_name,
                "note": "",
                "shared": False,
                "badge": {"text": labels[consent.standing], "look": LOOKS.get(consent.standing, "text-bg-secondary")},
                "delete_reason": "",
                "can_delete": False,
            }
            # Of those that the user may read.
            for consent in found.sudo()
        ]
