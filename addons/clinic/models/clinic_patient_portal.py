from odoo import fields, models


class ClinicPatient(models.Model):
    """For whom somebody acts on the portal: the one rule, which all pages for patients ask."""

    _inherit = "clinic.patient"

    guardianship_ids = fields.One2many("clinic.guardian", "patient_id", string="Guardians")

    def _of_portal(self, partner):
        """Return the patients, as superuser, for whom ``partner`` acts on the portal.

        The own entry, and those of whom ``partner`` is a guardian today. Nobody acts for an entry that is archived or
        was merged; a guardian whose own entry was merged into ``partner``'s is the same person.
        """
        # The portal's users have no right to patients: theirs are asked for here.
        patients = self.sudo().with_context(active_test=True)
        own = patients.search([("partner_id", "=", partner.id), ("merged_into_id", "=", False)])
        people = partner | own._united_partners()
        named = self.env["clinic.guardian"].sudo().search([("partner_id", "in", people.ids), ("ended_at", "=", False)])
        wards = named.filtered(lambda guardian: guardian._is_current()).patient_id
        return own | wards.filtered(lambda patient: patient.active and not patient.merged_into_id)
