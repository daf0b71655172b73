from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# So many later lines are always taken back from what is there now; only beyond that the other way is looked at.
SHORT_WAY = 20_000
# After any line of the same time.
LAST_ID = 0x7FFFFFFF
# What SQL reads here, and the ORM must have written before.
READ = {
    "stock.move.line": [
        "company_id",
        "date",
        "location_dest_id",
        "location_id",
        "lot_id",
        "product_id",
        "quantity_product_uom",
        "state",
    ],
    "stock.quant": ["location_id", "lot_id", "product_id", "quantity"],
    "stock.location": ["company_id", "parent_path", "usage"],
}
# The balance of ``key``, a product or lot, in the stock of a branch after each ``point``: the time and id of a line.
#
# What was moved between neighbouring points is summed up along an index, each line once. The first of these sums begins
# at the present stock and goes back; where that is a long way and the other is shorter, at the beginning.
BALANCES = """
    WITH inside AS MATERIALIZED (%(inside)s),
    point AS MATERIALIZED (%(points)s),
    way AS MATERIALIZED (
        SELECT span.*, is_long AND newest - first_date < last_date - oldest AS forward,
               (SELECT SUM(quant.quantity)
                  FROM stock_quant AS quant JOIN inside ON inside.id = quant.location_id
                 WHERE quant.%(key)s = span.key AND inside.company_id = span.company_id) AS present
          FROM (SELECT key, company_id, MIN(date) AS oldest, MAX(date) AS newest FROM point GROUP BY 1, 2) AS span
          LEFT JOIN LATERAL (
                SELECT TRUE FROM %(lines)s AND line.date > oldest OFFSET %(short_way)s LIMIT 1
               ) AS long (is_long) ON TRUE
          LEFT JOIN LATERAL (
                SELECT line.date FROM %(lines)s ORDER BY line.date, line.id LIMIT 1
               ) AS first (first_date) ON is_long
          LEFT JOIN LATERAL (
                SELECT line.date FROM %(lines)s ORDER BY line.date DESC, line.id DESC LIMIT 1
               ) AS last (last_date) ON is_long
    ),
    span AS (
        SELECT point.*, forward, COALESCE(present, 0) AS present,
               CASE WHEN forward THEN COALESCE(LAG(date) OVER by_time, '-infinity') ELSE date END AS after_date,
               CASE WHEN forward THEN COALESCE(LAG(line_id) OVER by_time, 0) ELSE line_id END AS after_id,
               CASE WHEN forward THEN date ELSE COALESCE(LEAD(date) OVER by_time, 'infinity') END AS until_date,
               CASE WHEN forward THEN line_id ELSE COALESCE(LEAD(line_id) OVER by_time, 0) END AS until_id
          FROM point JOIN way USING (key, company_id)
        WINDOW by_time AS (PARTITION BY key, company_id ORDER BY date, line_id)
    )
    SELECT span.id,
           CASE WHEN forward
                THEN SUM(moved) OVER (PARTITION BY key, company_id ORDER BY date, line_id)
                ELSE present - SUM(moved) OVER (PARTITION BY key, company_id ORDER BY date DESC, line_id DESC)
            END AS balance
      FROM span
     CROSS JOIN LATERAL (
            SELECT COALESCE(SUM(line.quantity_product_uom) FILTER (
                       WHERE (line.company_id, line.location_dest_id) IN (SELECT company_id, id FROM inside)
                   ), 0)
                 - COALESCE(SUM(line.quantity_product_uom) FILTER (
                       WHERE (line.company_id, line.location_id) IN (SELECT company_id, id FROM inside)
                   ), 0) AS moved
              FROM %(lines)s
               AND (line.date, line.id) > (after_date, after_id) AND (line.date, line.id) <= (until_date, until_id)
           ) AS sums
"""
LINES = """
    stock_move_line AS line
    WHERE line.state = 'done' AND line.%s = span.key AND line.company_id = span.company_id
"""


class ClinicStockCardBalance(models.Model):
    """What was there after each row; the same whatever is filtered, sorted or skipped."""

    _inherit = "clinic.stock.card"

    def _compute_balance(self):
        balances = self._balances("product_id")
        for row in self:
            row.balance = balances.get(row.id, 0.0)

    def _compute_lot_balance(self):
        balances = self._balances("lot_id")
        for row in self:
            row.lot_balance = balances.get(row.id, 0.0)

    @api.model
    @api.private
    def balance_at(self, product, moment, lot=None, location=None, company=None):
        """Return how much of ``product`` was in a branch's stock after all that had been done by ``moment``.

        :param moment: a naive UTC datetime
        :param lot: a ``stock.lot`` of it, for this lot alone
        :param location: a ``stock.location``, for what lay in it and the locations below it
        :param company: the branch, by default the location's or the current one
        :raises AccessError: when the user may not read this branch's card
        """
        company = company or (location and location.company_id) or self.env.company
        self._check_branch(company)
        key, record = ("lot_id", lot) if lot else ("product_id", product)
        point = SQL(
            "SELECT 0 AS id, %s AS key, %s AS company_id, %s::timestamp AS date, %s AS line_id",
            record.id,
            company.id,
            moment,
            LAST_ID,
        )
        return self._balances_at(key, point, location)[0]

    def _check_branch(self, company):
        """Raise ``AccessError`` when the user may not read the card of ``company``."""
        self.check_access("read")
        if not self.env.su and company not in self.env.companies:
            raise AccessError(self.env._("Switch to %s to see what it has in stock.", company.sudo().name))

    def _balances(self, key, short_way=SHORT_WAY):
        """Return {id of the row: balance} of the rows' products or lots, ``key``, in their branches."""
        points = SQL(
            """
            SELECT id, %(key)s AS key, company_id, date, id AS line_id
              FROM stock_move_line
             WHERE id = ANY(%(ids)s) AND %(key)s IS NOT NULL
            """,
            key=SQL.identifier(key),
            ids=list(self._origin.ids),
        )
        return self._balances_at(key, points, short_way=short_way) if self else {}

    @api.model
    def _balances_at(self, key, points, location=None, short_way=SHORT_WAY):
        """Return {id of the point: balance} of ``points``, SQL that selects them, in the branch or in ``location``."""
        for model, fields in READ.items():
            self.env[model].flush_model(fields)
        where = SQL("usage = 'internal'")
        if location:
            where = SQL("%s AND parent_path LIKE %s", where, f"{location.parent_path}%")
        query = SQL(
            BALANCES,
            inside=SQL("SELECT company_id, id FROM stock_location WHERE %s", where),
            points=points,
            key=SQL.identifier(key),
            lines=SQL(LINES, SQL.identifier(key)),
            short_way=short_way,
        )
        return dict(self.env.execute_query(query))
