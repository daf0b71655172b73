from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic_record.models.clinic_procedure_record import CLINICAL


class ClinicProcedure(models.Model):
    """The kit: the items of the protocol, each used or said not to have been before the procedure is closed."""

    _inherit = "clinic.procedure"

    item_ids = fields.One2many("clinic.procedure.item", "procedure_id", string="Expected Items", groups=CLINICAL)
    # Says only whether there is a button to press.
    expected_count = fields.Integer(compute="_compute_expected_count", groups=CLINICAL)

    @api.model
    def _prepare_record_parts(self, protocol):
        # What is not kept as an item of procedures cannot be logged as used.
        items = protocol.item_ids.filtered("product_id.clinic_item")
        return [*super()._prepare_record_parts(protocol), ("protocol_item_id", "clinic.procedure.item", items)]

    def _missing_texts(self):
        items = [(f"item-{item.id}", item._missing_text()) for item in self.item_ids]
        return super()._missing_texts() + [(key, text) for key, text in items if text]

    @api.depends("item_ids.state")
    def _compute_missing(self):
        super()._compute_missing()

    @api.depends("item_ids.state")
    def _compute_expected_count(self):
        for procedure in self:
            procedure.expected_count = len(procedure._expected_items())

    def _expected_items(self):
        """Return the items of the kit that are neither used nor said not to be."""
        return self.item_ids.filtered(lambda item: item.state == "expected")

    def action_use_expected(self, entered=None):
        """Log all that is still expected: all of it, or nothing.

        :param entered: {id of an expected item, as text: quantity} where it was another than the protocol has
        :raises UserError: when one of them cannot be used
        """
        self.ensure_one()
        entered = self._as_entered(entered)
        with self.env.cr.savepoint():
            for item in self._expected_items():
                item.action_use(self._consume_quantity(entered.get(str(item.id), item.quantity)))

    @api.model
    def _as_entered(self, entered):
        """Return ``entered``, what a page sends of quantities by item. Raises ``UserError`` if it is none."""
        if entered and not isinstance(entered, dict):
            raise UserError(self.env._("Send the quantities by item."))
        return entered or {}
