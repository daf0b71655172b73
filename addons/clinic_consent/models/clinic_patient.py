from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.clinic.const import ADULT


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    consent_ids = fields.One2many("clinic.consent", "patient_id", groups="clinic.group_cosmetologist")
    guardian_ids = fields.Many2many(
        "res.partner",
        "clinic_patient_guardian_rel",
        "patient_id",
        "partner_id",
        string="Guardians",
        copy=False,
        help="Parents and others who see and sign the consents of a minor when they log in to the portal.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("guardian_ids") for vals in vals_list):
            self._check_may_name_guardians()
        return super().create(vals_list)

    def write(self, vals):
        if "guardian_ids" in vals:
            self._check_may_name_guardians()
        return super().write(vals)

    @api.model
    def _check_may_name_guardians(self):
        """Raise unless the user may say who reads the consents of a minor, with what was answered in them."""
        if not (self.env.su or self.env.user.has_group("clinic.group_manager")):
            raise AccessError(self.env._("A manager names the guardians of a minor: they read what was answered."))

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
        return partner in self.guardian_ids if self._is_minor() else partner == self.partner_id

    def _of_portal(self, partner):
        """Return the patients for whom ``partner`` acts on the portal: the own entry, and the minors in their care."""
        # The portal's users have no right to patients: theirs are asked for here.
        born_after = self.env.company._clinic_today() - relativedelta(years=ADULT)
        own = Domain("partner_id", "=", partner.id)
        children = Domain("guardian_ids", "in", partner.ids) & Domain("birth_date", ">", born_after)
        return self.sudo().search(own | children)
