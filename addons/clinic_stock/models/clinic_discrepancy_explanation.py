from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicDiscrepancyExplanation(models.Model):
    """Why a gap in the books is in order, as large as it was then, by whom; never changed."""

    _name = "clinic.discrepancy.explanation"
    _description = "Explanation of a Discrepancy"
    _order = "id desc"
    _rec_name = "reason"

    kind = fields.Char(required=True, readonly=True)
    source_id = fields.Integer(required=True, readonly=True)
    quantity = fields.Float(
        required=True,
        readonly=True,
        digits="Product Unit",
        help="What was missing, in the item's unit. A gap of another size is not explained by this.",
    )
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    date = fields.Datetime(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, readonly=True, ondelete="restrict", index=True
    )

    _explained_once = models.UniqueIndex("(company_id, kind, source_id, quantity)", "This has been explained already.")

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        now = fields.Datetime.now()
        for vals in vals_list:
            # Who and when are facts, not inputs.
            vals.update(user_id=self.env.uid, date=now)
            if not (vals.get("reason") or "").strip():
                raise UserError(self.env._("Say why this is in order."))
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        if vals:
            raise UserError(self.env._("An explanation is not changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An explanation is not deleted."))
