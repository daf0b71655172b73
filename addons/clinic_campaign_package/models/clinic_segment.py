from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class ClinicSegment(models.Model):
    _inherit = "clinic.segment"

    expiring_days = fields.Integer(
        "Package Ends Within (days)",
        help="A course with sessions left is valid for no more than so many days; zero does not ask.",
    )

    _expiring_days_positive = models.Constraint(
        "CHECK (COALESCE(expiring_days, 0) BETWEEN 0 AND 36500)", "A number of days lies between 0 and 36,500."
    )

    @api.model
    def _criteria(self):
        return [*super()._criteria(), "expiring_days"]

    def _conditions(self, today):
        conditions = super()._conditions(today)
        if self.expiring_days:
            conditions.append(
                SQL(
                    """
                    EXISTS (SELECT FROM clinic_course course
                              JOIN clinic_session session ON session.course_id = course.id AND session.state = 'open'
                             WHERE course.patient_id IN %s AND course.state = 'open'
                               AND course.valid_to BETWEEN %s AND %s)
                    """,
                    self._united_sql(),
                    today,
                    today + timedelta(days=self.expiring_days),
                )
            )
        return conditions
