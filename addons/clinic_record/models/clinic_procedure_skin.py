from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .clinic_patient_skin import CLINICAL, SKIN_TYPE_HELP, SKIN_TYPES

# So many of the user's last body maps say which products are at hand.
OWN_MAPS = 10


class ClinicProcedure(models.Model):
    """What a procedure shows and changes of the patient's skin: body map, problems, responses, scores."""

    _inherit = "clinic.procedure"

    pin_ids = fields.One2many("clinic.body.pin", "procedure_id", string="Body Map", groups=CLINICAL)
    previous_map_id = fields.Many2one(
        "clinic.procedure",
        string="Last Body Map",
        compute="_compute_previous_map_id",
        groups=CLINICAL,
        help="The last procedure of the same treatment on this patient that has a body map.",
    )
    skin_type = fields.Selection(
        SKIN_TYPES,
        compute="_compute_skin_type",
        inverse="_inverse_skin_type",
        groups=CLINICAL,
        help=SKIN_TYPE_HELP,
    )
    problem_ids = fields.One2many(
        related="patient_id.problem_ids", related_sudo=False, string="Problems", groups=CLINICAL
    )
    response_ids = fields.One2many("clinic.problem.response", "procedure_id", groups=CLINICAL)
    score_ids = fields.One2many("clinic.score", "procedure_id", groups=CLINICAL)

    @api.depends("patient_id.skin_type")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_skin_type(self):
        for procedure in self:
            procedure.skin_type = procedure.patient_id.skin_type

    def _inverse_skin_type(self):
        for procedure in self:
            procedure.patient_id.set_skin_type(procedure.skin_type)

    @api.depends("patient_id", "treatment_id", "start")
    def _compute_previous_map_id(self):
        for procedure in self:
            earlier = procedure._earlier_domain() & Domain("treatment_id", "=", procedure.treatment_id.id)
            earlier &= Domain("pin_ids", "!=", False)
            procedure.previous_map_id = self.search(earlier, order="start desc, id desc", limit=1)

    def _gate_reasons(self):
        return [*super()._gate_reasons(), *self._skin_reasons()]

    def _skin_reasons(self):
        """Return that the skin type is not known yet, where the treatment is set by it."""
        # Anyone who asks; that it is known says nothing.
        if not self.treatment_id.needs_skin_type or self.patient_id.sudo().noted_skin_type:
            return []
        return [
            {
                "key": "skin-type",
                "kind": "skin",
                "level": "stop",
                "text": self.env._("The skin type is not on record; this treatment is set by it."),
                "neutral": self.env._("Something has to be recorded before the start."),
                "way_out": self.env._("Those who treat choose it on the patient's record."),
            }
        ]

    def _earlier_domain(self):
        """Return the domain of what was done on the same patient before."""
        self.ensure_one()
        return Domain(
            [
                ("patient_id", "=", self.patient_id.id),
                ("state", "=", "done"),
                ("start", "<", self.start),
                ("id", "!=", self._origin.id),
            ]
        )

    @api.depends("treatment_id", "start")
    @api.depends_context("show_treatment")
    def _compute_display_name(self):
        if not self.env.context.get("show_treatment"):
            return super()._compute_display_name()
        for procedure in self:
            day = procedure._local_day() if procedure.start else False
            procedure.display_name = f"{procedure.treatment_id.name or ''}, {format_date(self.env, day)}"

    # -- body map -----------------------------------------------------------------------------------------------------

    def action_copy_pins(self):
        """Set the pins of the last body map on this one, to be corrected."""
        self.ensure_one()
        if self.state != "in_progress":
            raise UserError(self.env._("The body map is drawn while the patient is in treatment."))
        if self.pin_ids:
            raise UserError(self.env._("This body map has pins already. Take them off first to copy the last one."))
        if not self.previous_map_id:
            raise UserError(
                self.env._("There is no earlier body map of %s to copy. Tap the drawing.", self.treatment_id.name)
            )
        self.env["clinic.body.pin"].create([pin._prepare_copy(self) for pin in self.previous_map_id.pin_ids])
        return True

    def action_open_body_map(self):
        """Open this procedure's body map in a dialog."""
        self.ensure_one()
        view = self.env.ref("clinic_record.clinic_procedure_view_form_body_map")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Body Map"),
            "res_model": "clinic.procedure",
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def load_body_map(self):
        """Return for the body map the pins of the last one, and the products of this and earlier ones, as JSON."""
        self.ensure_one()
        previous = self.previous_map_id
        mine = self.search([("pin_ids.author_id", "=", self.env.uid)], order="start desc, id desc", limit=OWN_MAPS)
        products = (self.pin_ids | previous.pin_ids).product_id | mine.pin_ids.product_id
        return {
            "previous": {
                "date": fields.Date.to_string(previous._local_day()) if previous else False,
                "pins": previous.pin_ids.read(["view", "x", "y", "kind", "quantity"]),
            },
            "products": [{"id": product.id, "display_name": product.display_name} for product in products[:6]],
        }

    # -- responses and scores -----------------------------------------------------------------------------------------

    def action_record_response(self):
        """Ask how the patient's problem responded: to this procedure when it is done, else to the one before."""
        self.ensure_one()
        judged = self
        if self.state != "done":
            judged = self.search(self._earlier_domain(), order="start desc, id desc", limit=1)
        if not judged:
            raise UserError(self.env._("Nothing has been done before: there is no response to record yet."))
        problems = self.patient_id.problem_ids.filtered(lambda problem: problem.state != "resolved")
        context = {
            "default_patient_id": self.patient_id.id,
            "default_procedure_id": judged.id,
            "default_problem_id": problems.id if len(problems) == 1 else False,
        }
        return self._prepare_dialog("clinic.problem.response", self.env._("Response"), context)

    def action_add_problem(self):
        """Record a problem of the patient."""
        self.ensure_one()
        return self._prepare_dialog("clinic.problem", self.env._("Problem"), {"default_patient_id": self.patient_id.id})

    def action_add_score(self):
        """Record a score of the patient."""
        self.ensure_one()
        context = {"default_patient_id": self.patient_id.id, "default_procedure_id": self.id}
        problems = self.patient_id.problem_ids.filtered(lambda problem: problem.state != "resolved")
        if len(problems) == 1:
            context["default_problem_id"] = problems.id
        return self._prepare_dialog("clinic.score", self.env._("Score"), context)

    def _prepare_dialog(self, model, name, context):
        """Return the action that opens a new record of ``model`` in a dialog."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "form"]],
            "target": "new",
            "context": context,
        }
