from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import ADULT


class ClinicGuardian(models.Model):
    """That somebody acts for a patient on the portal: a parent for a child, or the guardian of an adult.

    What was said stays: it ends by a date, by a button, or when the child comes of age. Someone who is named by mistake
    is ended, and that they were named stays in sight.
    """

    _name = "clinic.guardian"
    _description = "Guardian"
    _inherit = ["clinic.of.patient.mixin"]
    _order = "ended_at DESC NULLS FIRST, date_from DESC, id DESC"
    _clinic_fixed = ("partner_id", "date_from", "date_to", "reason", "is_for_adult")

    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Guardian",
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("is_company", "=", False)],
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._clinic_today(), help="The first day."
    )
    date_to = fields.Date(
        string="Until", help="The last day; empty: until a child comes of age, or until somebody ends it."
    )
    reason = fields.Char(required=True, size=200, help="E.g. mother, father, or the court's decision and its date.")
    is_for_adult = fields.Boolean(
        string="Of an Adult",
        help="It does not end when the patient comes of age, e.g. because a court has named the guardian.",
    )
    ended_at = fields.Datetime(readonly=True, copy=False)
    ended_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    is_current = fields.Boolean(compute="_compute_is_current", string="Today")

    _one_at_a_time = models.UniqueIndex(
        "(patient_id, partner_id) WHERE ended_at IS NULL", "This guardian is named for the patient already."
    )
    _days_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "The last day lies before the first one."
    )
    _ended_by_somebody = models.Constraint(
        "CHECK ((ended_at IS NULL) = (ended_by_id IS NULL))", "It says who has ended a guardianship."
    )

    @api.depends("patient_id", "partner_id")
    def _compute_display_name(self):
        for guardian in self:
            guardian.display_name = guardian.partner_id.name or ""

    @api.depends("date_from", "date_to", "ended_at", "is_for_adult", "patient_id.birth_date")
    def _compute_is_current(self):
        for guardian in self:
            guardian.is_current = guardian._is_current()

    @api.model_create_multi
    def create(self, vals_list):
        """Name guardians. A child's birth date has to be known: it says when the guardianship ends."""
        guardians = super().create([{**vals, **self._prepare_end(vals)} for vals in vals_list])
        for guardian in guardians:
            guardian._check_named()
        return guardians

    @api.model
    def _prepare_end(self, vals):
        """Return the last day of a guardian of a child: a birth date that changes later makes it no longer."""
        patient = self.env["clinic.patient"].browse(vals.get("patient_id") or ()).exists()
        if len(patient) != 1 or vals.get("is_for_adult") or not patient._is_minor():
            return {}
        last = patient.birth_date + relativedelta(years=ADULT, days=-1)
        return {"date_to": min(filter(None, [fields.Date.to_date(vals.get("date_to")), last]))}

    def _check_named(self):
        """Raise ``ValidationError`` when this guardian could never act for the patient."""
        patient = self.patient_id
        if self.partner_id == patient.partner_id:
            raise ValidationError(self.env._("%s cannot be their own guardian.", patient.name))
        if self.is_for_adult or patient._is_minor():
            return
        if not patient.birth_date:
            raise ValidationError(
                self.env._(
                    "Enter the birth date of %s first: the guardianship ends when they come of age.", patient.name
                )
            )
        raise ValidationError(
            self.env._("%s is of age. Tick “Of an Adult” if somebody else may act for them.", patient.name)
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Who was named as a guardian stays in sight. End the guardianship instead."))

    def action_end(self):
        """End these guardianships now."""
        # Who names guardians ends them.
        self.browse().check_access("create")
        self.check_access("read")
        running = self.filtered(lambda guardian: not guardian.ended_at)
        running._clinic_writing().sudo().write({"ended_at": fields.Datetime.now(), "ended_by_id": self.env.uid})
        # The index lets them be named again only once the end is in the database.
        running.flush_recordset()
        return True

    def _is_current(self):
        """Return whether this guardian acts for the patient today, the day of the patient's branch."""
        self.ensure_one()
        patient = self.patient_id
        today = (patient.branch_id or self.env.company)._clinic_today()
        if self.ended_at or not self.date_from or self.date_from > today or (self.date_to and self.date_to < today):
            return False
        return self.is_for_adult or patient._is_minor()

    def _movable_with_patient(self, kept):
        """Nobody is named twice for the patient who is kept, nor as their own guardian."""
        named = self.search([("patient_id", "=", kept.id), ("ended_at", "=", False)]).partner_id | kept.partner_id
        movable = super()._movable_with_patient(kept)
        return movable.filtered(lambda guardian: guardian.ended_at or guardian.partner_id not in named)
