from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicRecordLine(models.AbstractModel):
    """What is recorded while a procedure lasts: made from its protocol when it starts, closed with it."""

    _name = "clinic.record.line"
    _description = "Part of a Procedure's Record"
    _inherit = "clinic.confidential.mixin"
    _order = "sequence, id"

    # What people enter; all else is made from the protocol or is a fact.
    _entered = set()

    procedure_id = fields.Many2one("clinic.procedure", required=True, readonly=True, ondelete="restrict", index=True)
    patient_id = fields.Many2one(related="procedure_id.patient_id", store=True, precompute=True, index=True)
    sequence = fields.Integer(readonly=True)

    @api.depends("procedure_id")
    def _compute_display_name(self):
        # Neutral: names reach logs and messages.
        for line in self:
            line.display_name = self.env._("%(model)s %(number)s", model=self._description, number=line.id or "")

    def write(self, vals):
        """Write what is entered. Raises ``UserError`` for anything else, and once the procedure is closed."""
        if vals.keys() - self._entered:
            raise UserError(self.env._("Who recorded something, and when, is kept by itself and cannot be entered."))
        self._check_open()
        return super().write(self._prepare_entry(vals))

    def _write_facts(self, vals):
        """Write ``vals`` that nobody enters."""
        return super().write(vals)

    def _prepare_entry(self, vals):
        """Return ``vals`` with the facts that go with them."""
        return vals

    def _check_open(self):
        """Raise ``UserError`` when the record of a procedure is closed."""
        for procedure in self.procedure_id:
            if procedure.state != "in_progress":
                raise UserError(
                    self.env._(
                        "%s: the record is closed. Correct it by amending its note.", procedure.visit_id._spoken_name()
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What has been recorded is never deleted. Correct it by a note."))
