from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ClinicOpenVial(models.Model):
    """How a vial stands, as people read it; and the way back for one that was never opened."""

    _inherit = "clinic.open.vial"

    status = fields.Selection(
        [
            ("open", "Open"),
            ("over", "Past its time"),
            ("blocked", "Blocked"),
            ("recalled", "Recalled"),
            ("empty", "Used up"),
            ("discarded", "Discarded"),
            ("sealed", "Not opened"),
        ],
        compute="_compute_status",
        search="_search_status",
        help="Nothing is drawn from a vial past its time, or of a lot that is blocked or recalled.",
    )
    is_untouched = fields.Boolean(compute="_compute_is_untouched", help="Open, and nothing was drawn from it.")

    @api.depends("state", "discard_after", "lot_id.clinic_blocked")
    def _compute_status(self):
        blocked = self.filtered(lambda vial: vial.state == "open" and vial.lot_id.clinic_blocked)
        recalled = self._recalled_lots(blocked.lot_id)
        for vial in self:
            if vial in blocked:
                vial.status = "recalled" if vial.lot_id in recalled else "blocked"
            else:
                vial.status = "over" if vial.is_over else vial.state

    @api.model
    def _recalled_lots(self, lots):
        """Return those of ``lots`` that are being recalled."""
        if not lots:
            return lots
        # That a lot is recalled is no secret from those who would draw from it; who had it is.
        recalls = self.env["clinic.lot.recall"].sudo()
        return recalls.search([("lot_id", "in", lots.ids), ("state", "=", "open")]).lot_id

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._status_domain(status) for status in value)

    @api.model
    def _status_domain(self, status):
        """Return the domain of the vials of which people read ``status``."""
        is_open, blocked = Domain("state", "=", "open"), Domain("lot_id.clinic_blocked", "=", True)
        if status not in ("open", "over", "blocked", "recalled"):
            return Domain("state", "=", status)
        if status in ("blocked", "recalled"):
            lots = self.sudo().search(is_open & blocked).lot_id
            recalled = Domain("lot_id", "in", self._recalled_lots(lots).ids)
            return is_open & blocked & (recalled if status == "recalled" else ~recalled)
        return is_open & ~blocked & Domain("is_over", "=", status == "over")

    def _blocked_text(self):
        """Return "Blocked" or "Recalled" where the lot of this vial is, else None."""
        self.ensure_one()
        if self.status not in ("blocked", "recalled"):
            return None
        return dict(self._fields["status"]._description_selection(self.env))[self.status]

    @api.depends("state", "remaining", "size")
    def _compute_is_untouched(self):
        for vial in self:
            full = vial.uom_id.compare(vial.remaining, vial.size) == 0
            vial.is_untouched = vial.state == "open" and full

    def _close_untouched(self):
        """Take back the opening of those of these vials from which nothing was drawn: sealed, they have no clock."""
        self.env["clinic.open.vial.line"].create(
            [
                vial._prepare_line("close", -vial.remaining, self.env["stock.move"])
                for vial in self.filtered("is_untouched")
            ]
        )

    def action_close_untouched(self):
        """Say that these vials, from which nothing was drawn, were never opened.

        :raises UserError: when something was drawn from one of them
        """
        self.check_access("write")
        # Anyone who draws from a vial waits at the same stock.
        self.env["stock.quant"]._clinic_wait(self.product_id, self.location_id)
        self.invalidate_recordset(["remaining", "state"])
        if touched := self.filtered(lambda vial: not vial.is_untouched):
            raise UserError(
                self.env._(
                    "Something was taken from vial %s: it has been opened. Discard what is left.", touched[0].name
                )
            )
        # The right to the vials was checked; nobody writes their ledger by hand.
        self.sudo()._close_untouched()
