from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicReaction(models.Model):
    """A reaction that the patient has reported: recording it closes the report."""

    _inherit = "clinic.reaction"
    _clinic_fixed = ("signal_id",)

    signal_id = fields.Many2one(
        "clinic.signal", string="Reported By the Patient", ondelete="restrict", copy=False, index="btree_not_null"
    )

    @api.constrains("signal_id", "patient_id")
    def _check_signal_of_patient(self):
        """The report is the patient's own."""
        for reaction in self.filtered("signal_id"):
            if reaction.signal_id.sudo().patient_id != reaction.patient_id:
                raise ValidationError(self.env._("That report is another patient's."))

    @api.model_create_multi
    def create(self, vals_list):
        reactions = super().create(vals_list)
        # Further reactions of one report are recorded from the card.
        if reactions.signal_id:
            reactions.signal_id._close("reaction")
        return reactions
