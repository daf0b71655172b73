from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.clinic_consent.words import words

from ..const import ANY_EMERGENCY, EMERGENCY


class ResCompany(models.Model):
    """Who leads a branch medically, and what a patient reads there before reporting a problem."""

    _inherit = "res.company"

    clinic_medical_lead_id = fields.Many2one(
        "res.users",
        string="Medical Lead",
        ondelete="restrict",
        help="Is told at once when problems after the same lot are reported more than once.",
    )
    clinic_emergency_number = fields.Char(
        string="Emergency Number", size=32, help="Empty: the one of the branch's country."
    )
    clinic_emergency_text = fields.Text(
        string="Emergency Text",
        translate=True,
        help="What a patient reads before reporting a problem. Empty, and in languages that are not installed: our "
        "text. {number} is the emergency number.",
    )
    clinic_signal_days = fields.Integer(
        string="Reports of One Lot Within",
        default=30,
        required=True,
        help="A second report about the same lot within so many days alerts the medical lead.",
    )

    _clinic_signal_days_range = models.Constraint(
        "CHECK (clinic_signal_days BETWEEN 1 AND 730)", "The days within which reports count are from 1 to 730."
    )

    @api.constrains("clinic_medical_lead_id")
    def _check_medical_lead(self):
        """Who leads medically reads the records: a practitioner who works in the branch."""
        for branch in self.filtered("clinic_medical_lead_id"):
            lead = branch.clinic_medical_lead_id
            if not lead.has_group("clinic.group_practitioner") or branch not in lead.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s is not a practitioner of %(branch)s. Choose somebody who is as its medical lead.",
                        user=lead.name,
                        branch=branch.name,
                    )
                )

    def _clinic_medical_lead(self):
        """Return the user who leads this branch medically, if that is still somebody who works there."""
        self.ensure_one()
        return self._clinic_working(self.clinic_medical_lead_id, "clinic.group_practitioner")

    def _clinic_working(self, users, group):
        """Return those of ``users`` who are in ``group`` and work in this branch now."""
        self.ensure_one()
        return users.filtered(
            lambda user: user.active and not user.share and self in user.company_ids and user.has_group(group)
        )

    def _clinic_emergency(self, lang):
        """Return {"number", "text"} of what a patient who reads ``lang`` is told for an emergency."""
        self.ensure_one()
        number = self.clinic_emergency_number or EMERGENCY.get(self.country_id.code, ANY_EMERGENCY)
        installed = [code for code, _name in self.env["res.lang"].get_installed() if code[:2] == lang]
        own = self.with_context(lang=installed[0]).clinic_emergency_text if installed else ""
        return {"number": number, "text": (own or words(lang)["report_emergency_text"]).replace("{number}", number)}
