from odoo import models

from odoo.addons.clinic_commission.occasion import Amounts, Occasion
from odoo.addons.clinic_commission.roles import SELLER


class ClinicCourse(models.Model):
    _inherit = "clinic.course"

    def _commission_key(self):
        """Return what names the sale of this course for the commissions."""
        self.ensure_one()
        return f"course:{self.id}"

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
                charged=Amounts(
                    net=sum(course.session_ids.mapped("value")),
                    list=sum(course.session_ids.mapped("list_value")),
                    tax=sum(course.session_ids.mapped("total")) - sum(course.session_ids.mapped("value")),
                    quantity=1,
                ),
            )
            for course in self
            if course.seller_id and course.invoice_line_id
        ]
