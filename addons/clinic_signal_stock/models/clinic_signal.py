from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain


class ClinicSignal(models.Model):
    """What was used in the procedures that a patient's report is about: the lots and the doses."""

    _inherit = "clinic.signal"

    lot_ids = fields.Many2many(
        "stock.lot", compute="_compute_lot_ids", search="_search_lot_ids", compute_sudo=True, string="Lots"
    )
    item_text = fields.Text(compute="_compute_lot_ids", compute_sudo=True, string="Items Used")

    @api.depends("procedure_ids")
    def _compute_lot_ids(self):
        used = self._used()
        for signal in self:
            consumptions = used[signal]
            signal.lot_ids = consumptions.lot_id
            signal.item_text = "\n".join(self._item_text(consumption) for consumption in consumptions)

    @api.model
    def _search_lot_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        used = Domain("state", "=", "used") & Domain("lot_id", operator, value)
        # The rules on the reports themselves hold; in which procedure a lot was used is asked for all.
        procedures = self.env["clinic.consumption"].sudo().search(used).procedure_id
        return Domain("procedure_ids", "in", procedures.ids)

    def _used(self):
        """Return {report: the consumptions of its procedures}, a defaultdict, in one query."""
        # Of reports that the user may read, or that the clinic's own steps look at.
        consumptions = self.env["clinic.consumption"].sudo()
        found = consumptions.search([("procedure_id", "in", self.sudo().procedure_ids.ids), ("state", "=", "used")])
        used = defaultdict(lambda: consumptions)
        for signal in self:
            procedures = signal.sudo().procedure_ids
            used[signal] = found.filtered(lambda one, procedures=procedures: one.procedure_id in procedures)
        return used

    @api.model
    def _item_text(self, consumption):
        values = {
            "product": consumption.product_id.name,
            "quantity": f"{consumption.quantity:.15g}",
            "unit": consumption.uom_id.name,
            "lot": consumption.lot_id.name,
        }
        if not consumption.lot_id:
            return self.env._("%(product)s %(quantity)s %(unit)s", **values)
        return self.env._("%(product)s %(quantity)s %(unit)s, lot %(lot)s", **values)

    def _prepare_rows(self):
        rows, used = super()._prepare_rows(), self._used()
        for signal, row in zip(self, rows, strict=True):
            row["items"] = [
                {
                    "id": consumption.id,
                    "product": consumption.product_id.name,
                    "quantity": consumption.quantity,
                    "uom": consumption.uom_id.name,
                    "lot": consumption.lot_id.name or "",
                    "is_blocked": consumption.lot_id.clinic_blocked,
                }
                for consumption in used[signal]
            ]
        return rows

    def _prepare_reaction(self):
        values = super()._prepare_reaction()
        products = self._used()[self].product_id.filtered(lambda product: product.tracking == "lot")
        # Where several may be suspected, the user chooses.
        return {**values, "product_id": products.id if len(products) == 1 and values["procedure_id"] else False}

    def _after_report(self):
        super()._after_report()
        for signal in self:
            self.env["clinic.lot.alert"]._look(signal)
