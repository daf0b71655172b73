from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_choice, takes

_lt = LazyTranslate(__name__)

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

    # As it is on record; people read and note ``skin_type``, which asks who cares for the patient.
    noted_skin_type = fields.Selection(SKIN_TYPES, groups=NO_ACCESS, readonly=True, copy=False)
    skin_type = fields.Selection(
        SKIN_TYPES,
        compute="_compute_skin_type",
        inverse="_inverse_skin_type",
        search="_search_skin_type",
        groups=CLINICAL,
        copy=False,
        help=SKIN_TYPE_HELP,
    )
    problem_ids = fields.One2many("clinic.problem", "patient_id", groups=CLINICAL)
    score_ids = fields.One2many("clinic.score", "patient_id", groups=CLINICAL)
    pin_ids = fields.One2many("clinic.body.pin", "patient_id", groups=CLINICAL)

    # Who cares for the patient is none of the dependencies: each booking would look for the patient's procedures.
    @api.depends("noted_skin_type")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_skin_type(self):
        # The rules of records look at none of the patient's own fields, as each branch knows the patient.
        cared = self if self.env.su else self._in_care()
        for patient in self:
            known = patient if self.env.su or patient._origin in cared else patient.browse()
            patient.skin_type = known.sudo().noted_skin_type
        if not self.env.su:
            # Unlike the rest of the directory it is health data: anyone who reads it stands in the access log.
            self._read_ids().update(self.filtered("skin_type")._origin.ids)

    def _inverse_skin_type(self):
        for patient in self:
            patient.set_skin_type(patient.skin_type)

    def _search_skin_type(self, operator, value):
        if operator != "in":
            return NotImplemented
        # A field that is searched by a method of its own is not checked for its groups.
        if not (self.env.su or self.env.user.has_group(CLINICAL)):
            raise AccessError(self.env._("The skin type is known to those who treat."))
        noted = Domain(
            "id", "in", self.sudo().with_context(active_test=False)._search([("noted_skin_type", operator, value)])
        )
        if self.env.su:
            return noted
        cared = Domain("is_in_care", "=", True)
        return noted & cared | ~cared if False in value else noted & cared

    @takes(skin_type=a_choice(dict(SKIN_TYPES), optional=True, says=_lt("Choose a skin type from I to VI.")))
    def set_skin_type(self, skin_type):
        """Note the skin type, ``"1"`` to ``"6"`` or False: clinical staff may, although reception keeps the rest."""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(CLINICAL)):
            raise AccessError(self.env._("The skin type is noted by those who treat."))
        if not self.env.su and self != self._in_care():
            raise AccessError(
                self.env._("You do not care for this patient now. Open the record in an emergency first.")
            )
        # Checked above.
        patients = self.sudo()
        patients.noted_skin_type = skin_type
        # What is being recorded is judged by the range for this skin.
        values = self.env["clinic.procedure.parameter"].sudo()
        open_record = [("patient_id", "in", patients.ids), ("procedure_id.state", "=", "in_progress")]
        values.search(open_record).modified(["value"])
        return True
