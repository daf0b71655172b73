from odoo import api, fields, models
from odoo.fields import Domain


class ClinicVialDiscard(models.TransientModel):
    """Why what is left of open vials is discarded, and who has seen it."""

    _name = "clinic.vial.discard"
    _description = "Discard What Is Left of a Vial"

    vial_ids = fields.Many2many("clinic.open.vial", required=True)
    reason_id = fields.Many2one("stock.scrap.reason.tag", required=True, default=lambda self: self._default_reason())
    needs_witness = fields.Boolean(compute="_compute_needs_witness")
    witness_id = fields.Many2one(
        "res.users", domain=lambda self: self._witness_domain(), help="A colleague who has seen it."
    )

    @api.model
    def _default_reason(self):
        return self.env.ref("clinic_stock.scrap_reason_open_time", raise_if_not_found=False)

    @api.model
    def _witness_domain(self):
        staff = self.env.ref("clinic.group_staff") | self.env.ref("clinic.group_warehouse")
        return Domain("all_group_ids", "in", staff.ids) & Domain("id", "!=", self.env.uid)

    @api.depends("vial_ids")
    def _compute_needs_witness(self):
        for wizard in self:
            # Whether somebody has to look is all that is told; the value is not.
            drafts = self.env["stock.scrap"].sudo()
            wizard.needs_witness = any(
                drafts.new(vial._origin._prepare_scrap(wizard.reason_id, None)).clinic_needs_witness
                for vial in wizard.vial_ids
            )

    def action_discard(self):
        """Scrap what is left, and come back to where it was asked for."""
        self.ensure_one()
        self.vial_ids.discard(self.reason_id, self.witness_id)
        return {"type": "ir.actions.act_window_close"}
