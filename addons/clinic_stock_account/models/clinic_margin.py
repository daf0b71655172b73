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

    date = fields.Date(readonly=True, help="Of the procedure, in the branch's time zone.")
    company_id = fields.Many2one("res.company", string="Branch", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    visit_id = fields.Many2one("clinic.visit", readonly=True, groups="clinic.group_staff")
    procedure_id = fields.Many2one("clinic.procedure", readonly=True, groups="clinic.group_staff")
    treatment_id = fields.Many2one("product.template", string="Treatment", readonly=True)
    practitioner_id = fields.Many2one("clinic.practitioner", readonly=True)
    room_id = fields.Many2one("clinic.room", readonly=True)
    device_id = fields.Many2one("clinic.device", readonly=True)
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

    # -- the facts ----------------------------------------------------------------------------------------------------

    @property
    def _table_query(self):
        parts = self._margin_parts()
        columns = {**self._margin_columns(), **parts}
        costs = SQL(" + ").join(SQL("facts.%s", SQL.identifier(name)) for name in parts)
        return SQL(
            """
            SELECT facts.*,
                   facts.revenue + facts.discount AS price,
                   facts.revenue - (%(costs)s) AS margin,
                   COALESCE((facts.revenue - (%(costs)s)) / NULLIF(facts.revenue, 0), 0)::float AS margin_rate
              FROM (SELECT %(columns)s %(tables)s) facts
            """,
            costs=costs,
            columns=SQL(", ").join(SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in columns.items()),
            tables=self._margin_tables(),
        )

    @api.model
    def _margin_tables(self):
        """Return the FROM of the facts: ``p`` is the procedure, ``currency`` its branch's."""
        return SQL(
            """
              FROM clinic_procedure p
              JOIN res_company company ON company.id = p.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
         LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
         LEFT JOIN clinic_room room ON room.id = p.room_id
         LEFT JOIN clinic_device device ON device.id = p.device_id
             WHERE p.state = 'done'
            """
        )

    @api.model
    def _margin_columns(self):
        """Return {field: SQL} of what is known of a procedure and of what it brought."""
        names = ("id", "visit_id", "company_id", "treatment_id", "practitioner_id", "room_id", "device_id")
        return {
            **{name: SQL("p.%s", SQL.identifier(name)) for name in names},
            "procedure_id": SQL("p.id"),
            "currency_id": SQL("company.currency_id"),
            "date": SQL("(p.start AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date"),
            "revenue": self._as_invoiced(SQL("SUM(-line.balance)"), self._revenue_expected()),
            "discount": self._as_invoiced(
                SQL(
                    "SUM(CASE document.move_type WHEN 'out_refund' THEN -1 ELSE 1 END * %s)",
                    self._discount_of("line", SQL("ABS(line.balance)")),
                ),
                self._discount_of("p", SQL("COALESCE(p.price_expected, 0)")),
            ),
        }

    @api.model
    def _as_invoiced(self, invoiced, expected):
        """Return ``invoiced`` of the posted lines once the visit has an invoice, before that ``expected``."""
        return SQL(
            """
            CASE WHEN EXISTS (
                SELECT 1
                  FROM account_move invoice
                 WHERE invoice.clinic_visit_id = p.visit_id AND invoice.move_type = 'out_invoice'
                   AND invoice.state = 'posted'
            ) THEN (
                SELECT COALESCE(%(invoiced)s, 0)
                  FROM account_move_line line
                  JOIN account_move document ON document.id = line.move_id AND document.state = 'posted'
                 WHERE line.clinic_procedure_id = p.id AND line.display_type = 'product'
            ) ELSE %(expected)s END
            """,
            invoiced=invoiced,
            expected=expected,
        )

    @api.model
    def _revenue_expected(self):
        """Return what checkout would charge for the procedure and for its items."""
        return SQL(
            """
            COALESCE(p.price_expected, 0) + (
                SELECT COALESCE(SUM(c.price_subtotal), 0) FROM clinic_consumption c WHERE c.procedure_id = p.id
            )
            """
        )

    @api.model
    def _discount_of(self, table, net):
        """Return how much the percentage ``discount`` of ``table`` took off before ``net`` was left."""
        return self._rounded(
            SQL(
                """
                CASE WHEN %(table)s.discount >= 100 THEN %(table)s.price_unit * %(table)s.quantity
                     ELSE %(net)s * COALESCE(%(table)s.discount, 0) / (100 - COALESCE(%(table)s.discount, 0)) END
                """,
                table=SQL.identifier(table),
                net=net,
            )
        )

    @api.model
    def _margin_parts(self):
        """Return {field: SQL} of what a procedure has cost, rounded to its currency; other addons add theirs."""
        return {
            "item_cost": SQL(
                """
                (SELECT COALESCE(SUM(move.value), 0)
                   FROM clinic_consumption c
                   JOIN stock_move move ON move.id = c.move_id
                  WHERE c.procedure_id = p.id AND c.state = 'used')
                """
            ),
            "room_cost": self._time_cost(SQL("p.room_cost_hour"), SQL("room.cost_hour")),
            "device_cost": self._time_cost(SQL("p.device_cost_hour"), SQL("device.cost_hour")),
        }

    @api.model
    def _time_cost(self, rate_then, rate_now):
        """Return the cost of the time of a procedure, at the rate of its day; at today's where there was none then.

        Started and done within a minute are two clicks in a row, no time that was taken.
        """
        return self._rounded(
            SQL(
                """
                COALESCE(NULLIF(%s, 0), %s, 0) / 3600 * extract(
                    epoch FROM CASE WHEN p.done_at - p.started_at >= interval '1 minute'
                                    THEN p.done_at - p.started_at ELSE p.stop - p.start END
                )
                """,
                rate_then,
                rate_now,
            )
        )

    @api.model
    def _rounded(self, amount):
        """Return ``amount`` rounded as Odoo rounds the branch's currency: half up to its smallest coin."""
        return SQL("ROUND((%s)::numeric / currency.rounding) * currency.rounding", amount)
