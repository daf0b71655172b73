from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicOpenVialLine(models.Model):
    """What went out of an open vial, or came back; never changed, only followed by another line."""

    _name = "clinic.open.vial.line"
    _description = "Ledger of an Open Vial"
    _order = "id"

    vial_id = fields.Many2one("clinic.open.vial", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="vial_id.company_id", string="Branch")
    kind = fields.Selection(
        [
            ("open", "Opened"),
            ("draw", "Drawn"),
            ("undo", "Taken back"),
            ("discard", "Discarded"),
            ("count", "Not found at a count"),
            ("close", "Not opened after all"),
        ],
        required=True,
        readonly=True,
    )
    quantity = fields.Float(
        required=True, readonly=True, digits="Product Unit", help="In the item's unit; below zero for what went out."
    )
    uom_id = fields.Many2one(related="vial_id.uom_id", string="Unit")
    move_id = fields.Many2one("stock.move", readonly=True, ondelete="restrict", index="btree_not_null")
    # With a group, as nobody else may search lines by what hangs on the consumption.
    consumption_id = fields.Many2one(
        "clinic.consumption",
        string="Visit",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="clinic.group_cosmetologist,clinic.group_manager",
    )
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    date = fields.Datetime(required=True, readonly=True)

    _sign = models.Constraint(
        "CHECK (quantity != 0 AND (quantity > 0) = (kind IN ('open', 'undo')))",
        "What goes out of a vial is below zero, what comes in above.",
    )
    _has_a_move = models.Constraint(
        "CHECK (kind IN ('open', 'close') OR move_id IS NOT NULL)", "Whatever leaves a vial leaves the stock."
    )
    _opened_once = models.UniqueIndex("(vial_id) WHERE kind = 'open'", "A vial is opened once.")
    _move_once = models.UniqueIndex("(vial_id, move_id)", "This stock move stands in the vial's ledger already.")

    def write(self, vals):
        self.check_access("write")
        if vals:
            raise UserError(self.env._("The ledger of a vial only grows."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The ledger of a vial only grows."))
