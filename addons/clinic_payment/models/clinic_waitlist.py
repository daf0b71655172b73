from odoo import models


class ClinicWaitlist(models.Model):
    """Who takes a time that needs a deposit pays it: until then it is held."""

    _inherit = "clinic.waitlist"

    def _payment_path(self):
        # The patient who has taken it by a link is asked for the deposit, and nobody else gets to this line.
        visit = self.sudo().visit_id
        if visit.state != "held" or visit.deposit_state != "due":
            return super()._payment_path()
        link = self.env["clinic.payment.link"]._of(visit)
        return f"/clinic/pay/{link._address().rpartition('/')[2]}" if link else ""
