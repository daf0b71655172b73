from odoo import api, fields, models
from odoo.exceptions import UserError


class StockScrap(models.Model):
    """What is thrown away of clinic items: never without a reason, the costly not without a witness."""

    _inherit = "stock.scrap"

    clinic_item = fields.Boolean(related="product_id.clinic_item")
    clinic_vial_id = fields.Many2one(
        "clinic.open.vial", string="Open Vial", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    clinic_witness_id = fields.Many2one(
        "res.users",
        string="Witness",
        copy=False,
        ondelete="restrict",
        domain="[('id', '!=', uid), ('share', '=', False)]",
        help="A colleague who has seen it.",
    )
    clinic_value = fields.Monetary(
        compute="_compute_clinic_value",
        currency_field="clinic_currency_id",
        string="Worth",
        groups="clinic.group_warehouse,clinic.group_accountant",
        help="At cost.",
    )
    clinic_currency_id = fields.Many2one(related="company_id.currency_id", string="Branch Currency")
    clinic_needs_witness = fields.Boolean(compute="_compute_clinic_needs_witness")

    _witness_is_another = models.Constraint(
        "CHECK (clinic_witness_id IS NULL OR clinic_witness_id != create_uid)",
        "The witness is somebody else than who throws it away.",
    )

    @api.depends("product_id", "lot_id", "scrap_qty", "product_uom_id", "company_id")
    def _compute_clinic_value(self):
        for scrap in self:
            # What it costs is asked to know whether somebody has to look; not everybody here may read costs.
            priced = (scrap.lot_id if scrap.product_id.lot_valuated and scrap.lot_id else scrap.product_id).sudo()
            product = scrap.product_id
            quantity = scrap.product_uom_id._compute_quantity(scrap.scrap_qty, product.uom_id) if product else 0.0
            scrap.clinic_value = priced.with_company(scrap.company_id).standard_price * quantity if product else 0.0

    @api.depends("product_id", "lot_id", "scrap_qty", "product_uom_id", "company_id")
    def _compute_clinic_needs_witness(self):
        for scrap in self:
            limit = scrap.company_id.clinic_witness_value
            scrap.clinic_needs_witness = bool(
                scrap.product_id.clinic_item and limit and scrap.sudo().clinic_value >= limit
            )

    def do_scrap(self):
        self.filtered("clinic_item")._check_reason_and_witness()
        return super().do_scrap()

    def _check_reason_and_witness(self):
        """Raise ``UserError`` when the reason, or the witness of something costly, is missing."""
        for scrap in self:
            if not scrap.scrap_reason_tag_ids:
                raise UserError(self.env._("Say why %s is thrown away.", scrap.product_id.display_name))
            if scrap.clinic_needs_witness and not scrap.clinic_witness_id:
                raise UserError(
                    self.env._(
                        "%(product)s worth %(value)s is thrown away: name a colleague who has seen it.",
                        product=scrap.product_id.display_name,
                        value=scrap.clinic_currency_id.format(scrap.sudo().clinic_value),
                    )
                )
