from odoo import api, models
from odoo.tools import SQL


class ClinicMargin(models.Model):
    """The facts: SQL that computes one row a performed procedure."""

    _inherit = "clinic.margin"

    @property
    def _table_query(self):
        parts = self._margin_parts()
        amounts = {**self._margin_revenue(), **parts}
        # OFFSET 0 keeps PostgreSQL from pulling the amounts up: it would compute them once for each time that they are
        # mentioned. What nobody asks for is not computed at all, and conditions on the procedure come first.
        return SQL(
            """
            SELECT p.id, p.id AS procedure_id, p.visit_id, p.company_id, p.treatment_id, p.practitioner_id, p.room_id,
                   p.device_id, company.currency_id,
                   (p.start AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS date,
                   known.*, amounts.*,
                   amounts.revenue + amounts.discount AS price,
                   amounts.revenue - (%(costs)s) AS margin,
                   COALESCE((amounts.revenue - (%(costs)s)) / NULLIF(amounts.revenue, 0), 0)::float AS margin_rate
              FROM clinic_procedure p
              JOIN res_company company ON company.id = p.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
         LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
         LEFT JOIN clinic_room room ON room.id = p.room_id
         LEFT JOIN clinic_device device ON device.id = p.device_id
CROSS JOIN LATERAL (SELECT %(invoiced)s AS invoiced OFFSET 0) known
CROSS JOIN LATERAL (SELECT %(amounts)s OFFSET 0) amounts
             WHERE p.state = 'done'
            """,
            costs=SQL(" + ").join(SQL("amounts.%s", SQL.identifier(name)) for name in parts),
            invoiced=self._is_invoiced(),
            amounts=SQL(", ").join(SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in amounts.items()),
        )

    @api.model
    def _margin_parts(self):
        """Return {field: SQL} of what a procedure has cost, rounded to its currency; other addons add theirs.

        ``p`` is the procedure, ``room``, ``device``, ``company`` and ``currency`` are its own.
        """
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
    def _margin_revenue(self):
        """Return {field: SQL} of what a procedure has brought."""
        return {
            "revenue": self._as_invoiced(SQL("SUM(-line.balance)"), self._revenue_expected()),
            # Rounded once: an invoice that was credited in parts leaves no cent of discount behind.
            "discount": self._rounded(
                self._as_invoiced(
                    SQL(
                        "SUM(CASE document.move_type WHEN 'out_refund' THEN -1 ELSE 1 END * %s)",
                        self._discount_of("line", SQL("ABS(line.balance)")),
                    ),
                    self._discount_of("p", SQL("COALESCE(p.price_expected, 0)")),
                )
            ),
        }

    @api.model
    def _as_invoiced(self, invoiced, expected):
        """Return ``invoiced`` of the posted lines once the visit has an invoice, before that ``expected``."""
        return SQL(
            """
            CASE WHEN known.invoiced THEN (
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
    def _is_invoiced(self):
        """Return whether the visit has a posted invoice."""
        return SQL(
            """
            EXISTS (
                SELECT 1
                  FROM account_move invoice
                 WHERE invoice.clinic_visit_id = p.visit_id AND invoice.move_type = 'out_invoice'
                   AND invoice.state = 'posted'
            )
            """
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
        return SQL(
            """
            CASE WHEN %(table)s.discount >= 100 THEN %(table)s.price_unit * %(table)s.quantity
                 ELSE %(net)s * COALESCE(%(table)s.discount, 0) / (100 - COALESCE(%(table)s.discount, 0)) END
            """,
            table=SQL.identifier(table),
            net=net,
        )

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
