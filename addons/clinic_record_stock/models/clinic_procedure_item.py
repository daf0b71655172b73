from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import takes
from odoo.addons.clinic_stock.models.clinic_procedure import ABOVE_ZERO, QUANTITY


class ClinicProcedureItem(models.Model):
    """An item that the protocol expects of one procedure: used, however much of it, or said not to have been.

    What was used stands in the consumptions; of this line's own is only the fact that nothing was.
    """

    _name = "clinic.procedure.item"
    _description = "Expected Item"
    _inherit = "clinic.record.line"

    protocol_item_id = fields.Many2one("clinic.protocol.item", required=True, readonly=True, ondelete="restrict")
    product_id = fields.Many2one(related="protocol_item_id.product_id", store=True, precompute=True, index=True)
    quantity = fields.Float(related="protocol_item_id.quantity", string="Expected")
    uom_id = fields.Many2one(related="protocol_item_id.uom_id")
    used_quantity = fields.Float(
        string="Used", compute="_compute_state", digits="Product Unit", help="In the expected quantity's unit."
    )
    state = fields.Selection(
        [("expected", "Expected"), ("used", "Used"), ("unused", "Not Used")], compute="_compute_state"
    )
    unused_at = fields.Datetime(readonly=True)
    unused_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _item_uniq = models.UniqueIndex(
        "(procedure_id, protocol_item_id)", "This item belongs to the procedure's record already."
    )
    _unused_by_somebody = models.Constraint(
        "CHECK ((unused_at IS NULL) = (unused_by_id IS NULL))", "Who said that an item was not used is kept with it."
    )

    @api.depends("unused_at", "procedure_id.consumption_ids.state", "procedure_id.consumption_ids.product_id")
    def _compute_state(self):
        used = self._load_used()
        for item in self:
            there = used.get((item.procedure_id._origin.id, item.product_id.id), [])
            item.used_quantity = sum(
                uom._compute_quantity(quantity, item.uom_id, raise_if_failure=False) for uom, quantity in there
            )
            item.state = "used" if there else "unused" if item.unused_at else "expected"

    def _load_used(self):
        """Return {(procedure id, product id): [(unit, quantity)]} of what was used and not taken back."""
        domain = [
            ("procedure_id", "in", self.procedure_id.ids),
            ("product_id", "in", self.product_id.ids),
            ("state", "=", "used"),
        ]
        # Of the same record, whatever branch it was logged in.
        groups = (
            self.env["clinic.consumption"]
            .sudo()
            ._read_group(domain, ["procedure_id", "product_id", "uom_id"], ["quantity:sum"])
        )
        used = {}
        for procedure, product, uom, quantity in groups:
            used.setdefault((procedure.id, product.id), []).append((uom, quantity))
        return used

    def _quantity_in(self, entered):
        """Return how much of this item was ``entered`` on a page, as expected where nothing was.

        :param entered: {id of an item, as text: quantity}; None where what was entered is none
        """
        self.ensure_one()
        quantity = entered.get(str(self.id), self.quantity)
        if not quantity:
            raise UserError(self.env._(ABOVE_ZERO))
        return quantity

    @takes(quantity=QUANTITY)
    def action_use(self, quantity=None):
        """Log these items as used and take them from the treatment room's stock.

        :param quantity: how much of each, in its unit; as expected by default
        :return: the ``clinic.consumption`` records
        :raises UserError: what was logged already, or as ``consume``
        """
        consumptions = self.env["clinic.consumption"]
        self._check_not_used()
        for item in self:
            used = item.quantity if quantity is None else quantity
            consumptions |= item.procedure_id.consume(item.product_id, used, item.uom_id)
        return consumptions

    def _check_not_used(self):
        """Raise ``UserError`` when one of these items is logged already: by a second tap, or a second scan."""
        for item in self:
            if item.state == "used":
                raise UserError(
                    self.env._(
                        "%s is logged already. Log more of it as another item, or take it back first.",
                        item.product_id.display_name,
                    )
                )

    def action_not_used(self):
        """Say that nothing of these items was used."""
        self._check_open()
        for item in self:
            if item.state == "used":
                raise UserError(self.env._("%s is logged as used. Take it back first.", item.product_id.display_name))
        self._write_unused()

    def _write_unused(self):
        self.filtered(lambda item: not item.unused_at)._write_facts(
            {"unused_at": fields.Datetime.now(), "unused_by_id": self.env.uid}
        )

    def action_expect(self):
        """Expect these items again, of which was said that they were not used."""
        self._check_open()
        self._expect_again()

    def _expect_again(self):
        self._write_facts({"unused_at": False, "unused_by_id": False})

    def _missing_text(self):
        """Return what keeps the procedure from being closed, or None."""
        self.ensure_one()
        if self.state != "expected":
            return None
        quantity = f"{self.uom_id.round(self.quantity):.15g}"
        return self.env._(
            "Item: %(item)s %(quantity)s %(unit)s, used or not?",
            item=self.product_id.name,
            quantity=quantity,
            unit=self.uom_id.name,
        )
