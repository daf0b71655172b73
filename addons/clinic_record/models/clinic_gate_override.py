from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.clinic.reasons import check_reason


class ClinicGateOverride(models.Model):
    """Somebody's decision to override a reason of the gate: who, when, which reason, and why.

    It is written once, by way of the gate, and stays.
    """

    _name = "clinic.gate.override"
    _description = "Override"
    _inherit = ["clinic.confidential.mixin"]
    _order = "date desc, id desc"
    _clinic_unlocked_fields = {
        "procedure_id": "said by the dialog that asks for the reason; an override is never changed",
        "key": "as above",
    }

    procedure_id = fields.Many2one("clinic.procedure", required=True, readonly=True, ondelete="restrict", index=True)
    patient_id = fields.Many2one(
        related="procedure_id.patient_id", store=True, precompute=True, index=True, readonly=True
    )
    treatment_id = fields.Many2one(related="procedure_id.treatment_id")
    key = fields.Char(required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    text = fields.Char(string="What stood in the way", required=True, readonly=True)
    reason = fields.Char(required=True, help="Why it is right to go on, e.g. what was examined or agreed.")
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)

    _once = models.UniqueIndex("(procedure_id, key)", "Somebody has overridden this already. Open the procedure again.")

    @api.depends("procedure_id")
    def _compute_display_name(self):
        for override in self:
            override.display_name = override.procedure_id.display_name or ""

    @api.model
    def default_get(self, field_names):
        """Show what is about to be overridden; it is found again when the override is saved."""
        values = super().default_get(field_names)
        procedure = self.env["clinic.procedure"].browse(values.get("procedure_id"))
        if procedure and values.get("key"):
            values["text"] = procedure._reason_to_override(values["key"])["text"]
        return values

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        overrides = super().create([self._prepare_override(vals) for vals in vals_list])
        for override in overrides:
            # Which risk it was stands in the override alone.
            told = f"{override.kind}, {override.procedure_id.visit_id.name}"
            self.env["clinic.access.log"]._log(override.patient_id, "override", reason=told, model=self._name)
        return overrides

    @api.model
    def _prepare_override(self, vals):
        """Return the values of an override; all but its reason are facts, never taken from the caller."""
        procedure = self.env["clinic.procedure"].browse(vals.get("procedure_id")).exists()
        if not procedure:
            raise UserError(self.env._("Choose the procedure that is to go on."))
        reason = procedure._reason_to_override(vals.get("key"))
        if reason["key"] in procedure._gate_overrides():
            raise UserError(self.env._("Somebody has overridden this already. Open the procedure again."))
        if not procedure._may_override(reason):
            raise AccessError(self.env._("Only a practitioner may override this. Ask one to look at it."))
        why = check_reason(self.env, vals.get("reason"), self.env._("Say why it is right to go on."))
        return {
            "procedure_id": procedure.id,
            **{name: reason[name] for name in ("key", "kind", "text")},
            "reason": why,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
        }

    def write(self, vals):
        """What was decided stays as it was decided."""
        if vals:
            self.check_access("write")
            raise UserError(self.env._("An override is not changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An override is not deleted."))
