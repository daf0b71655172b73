from odoo import fields, models


class ClinicFeeRule(models.Model):
    """A late cancellation can use a session of the course, as a missed visit does where the course says so."""

    _inherit = "clinic.fee.rule"

    late_takes_session = fields.Boolean(
        "Too Late: a Session Is Used",
        help="Of a course whose terms say that a missed session counts. What a session pays is charged nothing else.",
    )

    def _prepare_agreed(self, branch, price):
        return {**super()._prepare_agreed(branch, price), "late_takes_session": self.late_takes_session}

    def _late_text(self, branch, agreed):
        text = super()._late_text(branch, agreed)
        if not agreed["late_takes_session"]:
            return text
        hours = f"{agreed['late_fee_hours']:g}"
        session = self.env._("If you cancel later than %s hours before, a session of your course is used.", hours)
        return f"{text} {session}" if text else session
