from odoo import fields, models
from odoo.exceptions import AccessError, ValidationError

CLINICAL = "clinic.group_cosmetologist"
SKIN_TYPES = [
    ("1", "I – always burns, never tans"),
    ("2", "II – burns easily, tans little"),
    ("3", "III – burns moderately, tans slowly"),
    ("4", "IV – burns little, tans well"),
    ("5", "V – rarely burns, tans deeply"),
    ("6", "VI – never burns, deeply pigmented"),
]
SKIN_TYPE_HELP = (
    "Fitzpatrick's skin type, by how unprotected skin takes the sun. The darker the skin, the lower the energy of "
    "lasers and the milder the peel must be."
)


class ClinicPatient(models.Model):
    """The skin of a patient: its type, problems and scores."""

    _inherit = "clinic.patient"

    skin_type = fields.Selection(SKIN_TYPES, groups=CLINICAL, copy=False, help=SKIN_TYPE_HELP)
    problem_ids = fields.One2many("clinic.problem", "patient_id", groups=CLINICAL)
    score_ids = fields.One2many("clinic.score", "patient_id", groups=CLINICAL)
    pin_ids = fields.One2many("clinic.body.pin", "patient_id", groups=CLINICAL)

    def set_skin_type(self, skin_type):
        """Note the skin type, ``"1"`` to ``"6"`` or False: clinical staff may, although reception keeps the rest."""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(CLINICAL)):
            raise AccessError(self.env._("The skin type is noted by those who treat."))
        if not (self.env.su or all(map(self.env["clinic.patient.card"]._may_open, self))):
            raise AccessError(self.env._("The record belongs to another branch. Open it in an emergency first."))
        if skin_type and skin_type not in dict(SKIN_TYPES):
            raise ValidationError(self.env._("Choose a skin type from I to VI."))
        # Checked above.
        patients = self.sudo()
        patients.skin_type = skin_type
        # What is being recorded is judged by the range for this skin.
        values = self.env["clinic.procedure.parameter"].sudo()
        open_record = [("patient_id", "in", patients.ids), ("procedure_id.state", "=", "in_progress")]
        values.search(open_record).modified(["value"])
        return True
