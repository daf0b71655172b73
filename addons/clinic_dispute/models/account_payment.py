from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def action_clinic_dispute_pack(self):
        """Print what the bank needs to know when one of these payments is disputed, one PDF each.

        :raises AccessError: for those who don't keep the books, and for those of other branches
        """
        self.env["clinic.dispute.pack"]._check_may_print(self)
        return self.env.ref("clinic_dispute.action_report_payment").report_action(self, config=False)
