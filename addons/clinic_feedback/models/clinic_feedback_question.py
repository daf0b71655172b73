from odoo import api, fields, models

from ..const import PARTS


class ClinicFeedbackQuestion(models.Model):
    """What a patient is asked: first the score, then what fits the answer."""

    _name = "clinic.feedback.question"
    _description = "Feedback Question"
    _order = "sequence, id"
    _rec_name = "text"
    _clinic_fixed = ("part",)

    part = fields.Selection(PARTS, string="Asked", required=True)
    sequence = fields.Integer(default=10)
    text = fields.Char(
        "Question",
        required=True,
        translate=True,
        size=300,
        help="The first question stays comparable over the years only as long as its words stay the same.",
    )

    _part_uniq = models.UniqueIndex("(part)", "There is one question for each answer.")

    @api.model
    def _texts(self):
        """Return {part: question} in the current language."""
        # Patients read them without signing in.
        return {question.part: question.text for question in self.sudo().search([])}
