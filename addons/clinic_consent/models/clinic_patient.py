from odoo import fields, models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    consent_ids = fields.One2many("clinic.consent", "patient_id", groups="clinic.group_cosmetologist")

    def action_view_consents(self):
        """Open what this patient has signed and withdrawn."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Consents: %s", self.name),
            "res_model": "clinic.consent",
            "view_mode": "list,form",
            "domain": [("patient_id", "in", [self.id, *self.with_context(active_test=False).merged_from_ids.ids])],
        }

    def _is_signed_by(self, partner):
        """Return whether ``partner``, signed in to the portal, may sign for this patient."""
        self.ensure_one()
        if not self._is_minor():
            return partner == self.partner_id
        # A minor does not sign: a guardian does.
        return partner != self.partner_id and self in self._of_portal(partner)
