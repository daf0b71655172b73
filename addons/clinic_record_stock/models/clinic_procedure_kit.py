from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_number, a_table, takes
from odoo.addons.clinic_record.models.clinic_procedure_record import CLINICAL
from odoo.addons.clinic_stock.models.clinic_procedure import ABOVE_ZERO, MOST

_lt = LazyTranslate(__name__)

# A page sends None where what stands in a field is no quantity.
ENTERED_QUANTITY = a_number(above=0, most=MOST, optional=True, says=ABOVE_ZERO)
ENTERED = a_table(ENTERED_QUANTITY, says=_lt("Send the quantities by item."))


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

    @takes(entered=ENTERED)
    def action_use_expected(self, entered=None):
        """Log all that is still expected: all of it, or nothing.

        :param entered: {id of an expected item, as text: quantity} where it was another than the protocol has
        :raises UserError: when one of them cannot be used
        """
        self.ensure_one()
        with self.env.cr.savepoint():
            for item in self._expected_items():
                item.action_use(item._quantity_in(entered or {}))
