from dataclasses import replace

from odoo import models

from odoo.addons.clinic_commission.occasion import Amounts, Occasion
from odoo.addons.clinic_commission.roles import SELLER


class ClinicCourse(models.Model):
    _inherit = "clinic.course"

    def _commission_key(self):
        """Return what names the sale of this course for the commissions: each line that sells it is another sale."""
        self.ensure_one()
        return f"course:{self.id}:{self.invoice_line_id.id}"

    def _commission_keys(self):
        """Return what may name the sale of this course: sales of former versions are named without their line."""
        self.ensure_one()
        return [self._commission_key(), f"course:{self.id}"]

    def _sale_occasions(self):
        """Return the occasions of the sales of these courses; none where nobody who earns has sold it."""
        return [
            Occasion(
                key=course._commission_key(),
                day=course.sold_on,
                branch=course.company_id,
                people={SELLER: [(course.seller_id, 100)]},
                product=course.package_id,
                move=course.invoice_line_id.move_id,
                charged=course._commission_amounts(),
            )
            for course in self
            if course.seller_id and course.invoice_line_id
        ]

    def _commission_amounts(self):
        """Return what this course was sold for: its sessions together are one unit."""
        self.ensure_one()
        amounts = sum(
            (session._commission_amounts(session.treatment_id or self.package_id) for session in self.session_ids),
            Amounts(),
        )
        return replace(amounts, quantity=1)
