from odoo import models
from odoo.exceptions import ValidationError


class ClinicPractitioner(models.Model):
    _inherit = "clinic.practitioner"

    def _check_granted_by_another(self):
        """Nor may anyone become a practitioner whose commissions they have approved."""
        super()._check_granted_by_another()
        # Whose user changes need not see statements.
        statements = self.env["clinic.commission.statement"].sudo()
        for practitioner in self.filtered("user_id"):
            own = [("practitioner_id", "=", practitioner.id), ("approved_by_id", "=", practitioner.user_id.id)]
            if approved := statements.search([*own, ("is_sole_approver", "=", False)], limit=1):
                raise ValidationError(
                    self.env._(
                        "%(user)s has approved commissions of %(practitioner)s (%(month)s), and nobody approves their "
                        "own. Until they are paid, another manager can take back the approval.",
                        user=practitioner.user_id.name,
                        practitioner=practitioner.name,
                        month=approved.month_name,
                    )
                )
