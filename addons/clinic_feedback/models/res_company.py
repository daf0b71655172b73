from odoo import fields, models


class ResCompany(models.Model):
    """Whether, when and how often a branch asks its patients how it was."""

    _inherit = "res.company"

    clinic_feedback_ask = fields.Boolean("Ask for Feedback")
    clinic_feedback_hours = fields.Float(
        "Feedback After", default=4, help="Hours after the visit was done at which the patient is asked."
    )
    clinic_feedback_days = fields.Integer(
        "Feedback At Most Every",
        default=30,
        help="A patient is asked at most once in so many days; zero means after every visit.",
    )
    clinic_feedback_review_url = fields.Char(
        "Public Review", size=500, help="Where everybody who has answered is invited to a public review."
    )

    _clinic_feedback_hours_range = models.Constraint(
        "CHECK (COALESCE(clinic_feedback_hours, 4) BETWEEN 0.25 AND 720)",
        "Ask from a quarter of an hour to 30 days after the visit.",
    )
    _clinic_feedback_days_range = models.Constraint(
        "CHECK (COALESCE(clinic_feedback_days, 0) BETWEEN 0 AND 3650)", "The days must be between 0 and 3,650."
    )
    _clinic_feedback_review_is_web = models.Constraint(
        "CHECK (clinic_feedback_review_url IS NULL OR clinic_feedback_review_url ~* '^https?://[^[:space:]\"<>]+$')",
        "The address of the public review begins with https://.",
    )

    def _clinic_feedback_manager(self):
        """Return the user who follows up what patients of this branch have answered: one who may read it."""
        self.ensure_one()
        group = self.env.ref("clinic.group_manager").sudo()
        known = self.sudo()._clinic_message_manager()
        managers = known | group.all_user_ids.filtered(lambda user: user.active and not user.share).sorted("id")
        fitting = managers.filtered(lambda user: self in user.company_ids and user in group.all_user_ids)
        return fitting.filtered(lambda user: user.id != self.env.ref("base.user_root").id)[:1] or self.env.ref(
            "base.user_admin"
        )
