from odoo import models
from odoo.fields import Domain

from odoo.addons.clinic_record.models.clinic_risk_check import ALLERGIC


class ClinicProcedure(models.Model):
    """Which items must not be used on the patient, told while there is still time to take another one."""

    _inherit = "clinic.procedure"

    def _open_reasons(self):
        reasons = super()._open_reasons()
        return [*reasons, *self._item_reasons(self._items_to_avoid())] if self.state == "in_progress" else reasons

    def _overridable_reasons(self):
        # What was used is also logged after the procedure.
        if self.state != "done":
            return super()._overridable_reasons()
        return [*super()._overridable_reasons(), *self._item_reasons(self._items_to_avoid())]

    def _items_to_avoid(self):
        """Return the items that contain something to which the patient reacts."""
        # Anyone who uses an item is warned, whether they may read the risks or not.
        risks = (
            self.env["clinic.risk"]
            .sudo()
            .search([("patient_id", "=", self.patient_id.id), ("type", "in", ALLERGIC), ("current", "=", True)])
        )
        items = self.env["product.product"].sudo()
        if not risks:
            return items
        contained = Domain("product_tmpl_id.substance_ids", "in", risks.kind_id.substance_id.ids)
        suspected = Domain("product_tmpl_id", "in", risks.product_id.product_tmpl_id.ids)
        return items.search(Domain("clinic_item", "=", True) & (contained | suspected))
