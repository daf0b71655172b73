from odoo import fields, models


class ResCompany(models.Model):
    """What reception may leave unpaid in a branch, and the account from which tips are paid out."""

    _inherit = "res.company"

    clinic_debt_reception = fields.Float(
        string="Debt by Reception",
        digits=(16, 2),
        default=0,
        help="What reception may leave unpaid of a visit, in the branch's currency; above it a manager checks out.",
    )
    clinic_tip_account_id = fields.Many2one(
        "account.account",
        string="Tips",
        check_company=True,
        domain="[('account_type', 'in', ('liability_current', 'income_other'))]",
        help="Tips wait here until they are paid out to whom they were given.",
    )

    _clinic_debt_not_negative = models.Constraint(
        "CHECK (COALESCE(clinic_debt_reception, 0) >= 0)", "What may stay unpaid is not below zero."
    )

    def _clinic_on_documents(self, command):
        """What is sold at the desk stands on the invoice as it is, as in Odoo's own sale: the goods leave by it."""
        vals = command[2]
        if not vals.get("clinic_checkout_line_id"):
            return super()._clinic_on_documents(command)
        unit = self.env["product.product"].browse(vals["product_id"]).uom_id
        return fields.Command.create({"product_uom_id": unit.id, **vals})
