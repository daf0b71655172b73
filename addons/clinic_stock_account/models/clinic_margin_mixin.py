from odoo import api, fields, models


class ClinicMarginMixin(models.AbstractModel):
    """What shows the margin of procedures: the sums of their facts, so that reports and screens cannot differ."""

    _name = "clinic.margin.mixin"
    _description = "Margin of Procedures"

    # The field of ``clinic.margin`` that points to the model.
    _margin_key = None

    currency_id = fields.Many2one("res.currency")
    margin_price = fields.Monetary(
        compute="_compute_margin",
        string="Price before Discount",
        groups="clinic.group_manager",
        help="Without taxes: as invoiced, less what was credited; before there is one, as checkout would charge.",
    )
    margin_discount = fields.Monetary(compute="_compute_margin", string="Discount", groups="clinic.group_manager")
    margin_item_cost = fields.Monetary(
        compute="_compute_margin",
        string="Items",
        groups="clinic.group_manager",
        help="What was used, at what its lots had cost.",
    )
    margin_room_cost = fields.Monetary(
        compute="_compute_margin",
        string="Room Time",
        groups="clinic.group_manager",
        help="At the room's cost per hour.",
    )
    margin_device_cost = fields.Monetary(
        compute="_compute_margin",
        string="Device Time",
        groups="clinic.group_manager",
        help="At the device's cost per hour.",
    )
    margin_amount = fields.Monetary(compute="_compute_margin", string="Margin", groups="clinic.group_manager")
    margin_rate = fields.Float(
        compute="_compute_margin",
        string="Margin (%)",
        groups="clinic.group_manager",
        help="The margin as a share of the price after discount.",
    )

    def _compute_margin(self):
        names = self._margin_aggregates()
        facts = self.env["clinic.margin"]._read_group(
            [(self._margin_key, "in", self._origin.ids)], [self._margin_key], list(names.values())
        )
        by_record = {record.id: amounts for record, *amounts in facts}
        nothing = [0.0] * len(names)
        for record in self:
            record.update(dict(zip(names, by_record.get(record._origin.id, nothing), strict=True)))

    @api.model
    def _margin_aggregates(self):
        """Return {field: aggregate of the facts that it shows}; other addons add theirs."""
        return {
            "margin_price": "price:sum",
            "margin_discount": "discount:sum",
            "margin_item_cost": "item_cost:sum",
            "margin_room_cost": "room_cost:sum",
            "margin_device_cost": "device_cost:sum",
            "margin_amount": "margin:sum",
            "margin_rate": "margin_rate:avg",
        }
