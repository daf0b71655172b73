from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..scores import CHILD_UNDER, ScoreError, evaluate
from .clinic_problem_response import CORRECTION_TIME


class ClinicScore(models.Model):
    """A score of a patient, kept with the items of which it was computed."""

    _name = "clinic.score"
    _description = "Score"
    _inherit = ["clinic.authored.mixin", "clinic.score.form.mixin"]
    _order = "date desc, id desc"

    problem_id = fields.Many2one(
        "clinic.problem", ondelete="restrict", index="btree_not_null", domain="[('patient_id', '=', patient_id)]"
    )
    procedure_id = fields.Many2one("clinic.procedure", ondelete="restrict", index="btree_not_null")
    date = fields.Date(required=True, default=lambda self: self.env.company._clinic_today())
    items = fields.Json(compute="_compute_items", store=True, readonly=False, precompute=True, string="Answers")
    value = fields.Float(
        compute="_compute_value", store=True, precompute=True, digits=(6, 1), aggregator="avg", string="Score"
    )
    band = fields.Selection(
        [
            ("clear", "Clear"),
            ("almost_clear", "Almost clear"),
            ("mild", "Mild"),
            ("moderate", "Moderate"),
            ("moderate_severe", "Moderate to severe"),
            ("severe", "Severe"),
            ("very_severe", "Very severe"),
            ("no_effect", "No effect on the patient's life"),
            ("small_effect", "Small effect on the patient's life"),
            ("moderate_effect", "Moderate effect on the patient's life"),
            ("very_large_effect", "Very large effect on the patient's life"),
            ("extremely_large_effect", "Extremely large effect on the patient's life"),
            ("very_much_improved", "Very much improved"),
            ("much_improved", "Much improved"),
            ("improved", "Improved"),
            ("no_change", "No change"),
            ("worse", "Worse"),
        ],
        compute="_compute_value",
        store=True,
        precompute=True,
        string="Meaning",
    )

    @api.depends("instrument", "patient_id")
    def _compute_items(self):
        """Begin again with another instrument; the weights of a child are known from its age."""
        for score in self:
            score.items = {"under_8": 1} if score.instrument == "easi" and score._is_child() else False

    @api.depends("items", "instrument")
    def _compute_value(self):
        for score in self:
            try:
                score.value, score.band = evaluate(score.instrument, score.items or {})
            except (ScoreError, KeyError, AttributeError, TypeError):
                # Still being answered, or refused when it is saved.
                score.value, score.band = 0, False

    @api.depends("instrument", "value")
    def _compute_display_name(self):
        labels = dict(self._fields["instrument"]._description_selection(self.env))
        for score in self:
            score.display_name = f"{labels.get(score.instrument, '')} {score.value:g}"

    def _is_child(self):
        birth, day = self.patient_id.birth_date, self.date or self.env.company._clinic_today()
        return bool(birth) and relativedelta(day, birth).years < CHILD_UNDER

    @api.constrains("items", "instrument")
    def _check_items(self):
        """All that the instrument asks for is answered, within its range."""
        for score in self:
            items = score.items or {}
            if not isinstance(items, dict):
                raise ValidationError(self.env._("The answers of a score are given by their names."))
            try:
                evaluate(score.instrument, items)
            except ScoreError as error:
                raise ValidationError(score._flaws_text(error.flaws)) from error

    @api.constrains("problem_id", "procedure_id", "patient_id")
    def _check_same_patient(self):
        """Problem and procedure are the same patient's."""
        for score in self:
            if any(row and row.patient_id != score.patient_id for row in (score.problem_id, score.procedure_id)):
                raise ValidationError(self.env._("The score's problem or procedure belongs to another patient."))

    @api.constrains("date")
    def _check_not_in_the_future(self):
        """What has not been seen yet is not scored."""
        if any(score.date > self.env.company._clinic_today() for score in self):
            raise ValidationError(self.env._("A score can't be taken in the future."))

    def _closed_reason(self):
        if self.create_date and fields.Datetime.now() - self.create_date > CORRECTION_TIME:
            return self.env._("A score can be corrected for a day. Record a new one.")
        return super()._closed_reason()
