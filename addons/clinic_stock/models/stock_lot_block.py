from odoo import models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import a_text, takes


class StockLot(models.Model):
    """Who keeps the stock blocks and releases lots; a lot that is being recalled stays blocked."""

    _inherit = "stock.lot"
    _clinic_locked = ("clinic_blocked", "clinic_block_reason")

    def write(self, vals):
        if "clinic_blocked" in vals and not vals["clinic_blocked"]:
            self.filtered("clinic_blocked")._check_not_recalled()
        return super().write(vals)

    def _check_not_recalled(self):
        """Raise ``UserError`` when one of these lots is being recalled."""
        # Anyone who keeps the stock may know that there is a recall; its number is all that is told.
        recalls = self.env["clinic.lot.recall"].sudo()
        for recall in recalls.search([("lot_id", "in", self.ids), ("state", "=", "open")]):
            raise UserError(
                self.env._(
                    "Lot %(lot)s is being recalled (%(recall)s): it stays blocked until that recall is closed.",
                    lot=recall.lot_id.name,
                    recall=recall.name,
                )
            )

    @takes(reason=a_text(optional=True))
    def clinic_block(self, reason):
        """Let nothing of these lots be used, delivered or brought to the treatment rooms, because of ``reason``."""
        values = {"clinic_blocked": True, "clinic_block_reason": self._clinic_reason(reason)}
        return self._clinic_writing().write(values)

    @takes(reason=a_text(optional=True))
    def clinic_release(self, reason):
        """Let these lots be used again; ``reason`` stands in their log."""
        reason = self._clinic_reason(reason)
        self._clinic_writing().write({"clinic_blocked": False, "clinic_block_reason": False})
        for lot in self:
            lot.message_post(body=self.env._("Released: %s", reason))
        return True

    def _clinic_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why. Anyone who wants to use the lot reads it."))
        return reason

    def action_clinic_block(self):
        """Ask why these lots are blocked, or released."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Block") if self.filtered(lambda lot: not lot.clinic_blocked) else self.env._("Release"),
            "res_model": "clinic.lot.block",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_lot_ids": self.ids},
        }

    def action_clinic_recall(self):
        """Open the recall of this lot, or begin one."""
        self.ensure_one()
        recalls = self.env["clinic.lot.recall"]
        recalls.check_access("create")
        recall = recalls.search([("lot_id", "=", self.id), ("state", "!=", "closed")])
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.lot.recall",
            "views": [[False, "form"]],
            "res_id": recall.id,
            "context": {"default_lot_id": self.id},
        }
