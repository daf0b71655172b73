from odoo import models


class ClinicSession(models.Model):
    _inherit = "clinic.session"

    def _record(self, kind, each=None, **values):
        """Once the sessions are what the row says, the seller earns, or keeps what is left of the sale."""
        created = super()._record(kind, each, **values)
        # Whoever sells or refunds does not see the rules.
        courses = self.course_id.sudo()
        if kind == "sold":
            self.env["clinic.commission.entry"].sudo()._earn(courses._sale_occasions())
        elif kind in ("refunded", "swapped"):
            courses.invoice_line_id.move_id._settle_commissions("returned")
        return created
