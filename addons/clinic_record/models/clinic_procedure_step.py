from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicProcedureStep(models.Model):
    """A step of the protocol in one procedure: done by somebody, or left out with a reason."""

    _name = "clinic.procedure.step"
    _description = "Recorded Step"
    _inherit = "clinic.record.line"

    _entered = {"done", "skipped_reason"}

    protocol_step_id = fields.Many2one("clinic.protocol.step", required=True, readonly=True, ondelete="restrict")
    name = fields.Char(related="protocol_step_id.name")
    phase = fields.Selection(related="protocol_step_id.phase")
    mandatory = fields.Boolean(related="protocol_step_id.mandatory")
    done = fields.Boolean(compute="_compute_done", inverse="_inverse_done", search="_search_done")
    done_at = fields.Datetime(readonly=True)
    done_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    skipped_reason = fields.Char(string="Reason for Leaving Out")
    skipped_at = fields.Datetime(readonly=True)
    skipped_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _step_uniq = models.UniqueIndex(
        "(procedure_id, protocol_step_id)", "This step belongs to the procedure's record already."
    )
    _done_or_skipped = models.Constraint(
        "CHECK (done_at IS NULL OR skipped_reason IS NULL)", "A step is either done or left out."
    )

    @api.depends("done_at")
    def _compute_done(self):
        for step in self:
            step.done = bool(step.done_at)

    def _inverse_done(self):
        """Who ticks it did it, now; the first tick counts."""
        ticked = self.filtered(lambda step: step.done and not step.done_at)
        unticked = self.filtered(lambda step: not step.done and step.done_at)
        facts = {"skipped_reason": False, "skipped_at": False, "skipped_by_id": False}
        ticked._write_facts({"done_at": fields.Datetime.now(), "done_by_id": self.env.uid, **facts})
        unticked._write_facts({"done_at": False, "done_by_id": False})

    def _search_done(self, operator, value):
        if operator != "in":
            return NotImplemented
        return fields.Domain.OR(fields.Domain("done_at", "!=" if done else "=", False) for done in value)

    def _prepare_entry(self, vals):
        if "skipped_reason" not in vals:
            return vals
        reason = (vals["skipped_reason"] or "").strip()
        if reason and vals.get("done"):
            raise UserError(self.env._("A step is either done or left out."))
        facts = {"skipped_reason": reason or False, "skipped_at": False, "skipped_by_id": False}
        if reason:
            facts.update(skipped_at=fields.Datetime.now(), skipped_by_id=self.env.uid, done_at=False, done_by_id=False)
        return {**vals, **facts}

    def action_toggle(self):
        """Tick these steps as done now, or take the tick back."""
        for step in self:
            step.done = not step.done

    def _is_missing(self):
        """Return whether the procedure cannot be closed because of this step."""
        self.ensure_one()
        return self.mandatory and not self.done_at and not self.skipped_reason
