from odoo import api, fields, models
from odoo.tools import SQL


class ClinicMargin(models.Model):
    """What one performed procedure brought and cost: a fact for reports, computed by the database when it is asked for.

    Revenue is what was invoiced less what was credited, without taxes; before there is an invoice, what checkout would
    charge. The costs are ``_margin_parts``.
    """

    _name = "clinic.margin"
    _inherit = ["clinic.confidential.mixin"]
    _description = "Margin of a Procedure"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "visit_id"
    # A report of sums; its rows of patients are opened, which is logged.
    _clinic_logs_lists = False

    date = fields.Date(readonly=True, help="Of the procedure, in the branch's time zone.")
    company_id = fields.Many2one("res.company", string="Branch", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    visit_id = fields.Many2one("clinic.visit", readonly=True, groups="clinic.group_staff")
    procedure_id = fields.Many2one("clinic.procedure", readonly=True, groups="clinic.group_staff")
    treatment_id = fields.Many2one("product.template", readonly=True)
    practitioner_id = fields.Many2one("clinic.practitioner", readonly=True)
    room_id = fields.Many2one("clinic.room", readonly=True)
    device_id = fields.Many2one("clinic.device", readonly=True)
    invoiced = fields.Boolean(readonly=True, help="Before that the price is what checkout would charge.")
    price = fields.Monetary(readonly=True, help="Without taxes, before discount.")
    discount = fields.Monetary(readonly=True)
    revenue = fields.Monetary(string="Net Price", readonly=True, help="Without taxes, after discount and credit notes.")
    item_cost = fields.Monetary(string="Items", readonly=True, help="What was used, at what its lots had cost.")
    room_cost = fields.Monetary(
        string="Room Time", readonly=True, help="Actual time, else the planned one, at the room's cost per hour."
    )
    device_cost = fields.Monetary(
        string="Device Time", readonly=True, help="Actual time, else the planned one, at the device's cost per hour."
    )
    margin = fields.Monetary(readonly=True)
    margin_rate = fields.Float(
        string="Margin (%)", readonly=True, aggregator="avg", help="The margin as a share of the net price."
    )

    _depends = {
        "account.move": ["state", "move_type", "clinic_visit_id"],
        "account.move.line": [
            "balance",
            "clinic_procedure_id",
            "discount",
            "display_type",
            "move_id",
            "price_unit",
            "quantity",
        ],
        "clinic.consumption": ["move_id", "price_subtotal", "procedure_id", "state"],
        "clinic.device": ["cost_hour"],
        "clinic.procedure": [
            "company_id",
            "device_cost_hour",
            "device_id",
            "discount",
            "done_at",
            "practitioner_id",
            "price_expected",
            "price_unit",
            "quantity",
            "room_cost_hour",
            "room_id",
            "start",
            "started_at",
            "state",
            "stop",
            "treatment_id",
            "visit_id",
        ],
        "clinic.room": ["cost_hour"],
        "res.company": ["currency_id", "resource_calendar_id"],
        "res.currency": ["rounding"],
        "resource.calendar": ["tz"],
        "stock.move": ["value"],
    }

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Find the rows first, so that the amounts are computed of those that are shown and of no others."""
        found = super().search_fetch(domain, [], offset, limit, order)
        found.fetch(field_names)
        return found

    @api.model
    def _search(self, domain, *args, **kwargs):
        # PostgreSQL would compile queries of this size, which took ten times as long as the answer.
        self.env.cr.execute("SET LOCAL jit = off")
        return super()._search(domain, *args, **kwargs)

    def _confidential_patients(self):
        # As of the procedures: the log must know them especially when the user may not read them.
        return self.sudo().exists().procedure_id.patient_id

    def _read_group_select(self, aggregate_spec, query):
        """Divide the sums: the average of the rates would give a small price the weight of a large one."""
        if aggregate_spec != "margin_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "COALESCE(SUM(%s)::float / NULLIF(SUM(%s), 0), 0)",
            self._field_to_sql(self._table, "margin", query),
            self._field_to_sql(self._table, "revenue", query),
        )

    def action_open_visit(self):
        """Open the visit of this procedure."""
        self.ensure_one()
        return self.procedure_id.action_open_visit()
