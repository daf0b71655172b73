from odoo import fields, models
from odoo.tools import SQL


class ClinicItemCost(models.Model):
    """What the items used in a month have cost, by lot: for the books, which know no visit, patient or treatment."""

    _name = "clinic.item.cost"
    _inherit = ["clinic.unit.sum.mixin"]
    _description = "Cost of Items Used"
    _auto = False
    _order = "month desc, product_id, lot_name, id"
    _rec_name = "product_id"

    month = fields.Date(readonly=True, help="Its first day, in the branch's time zone.")
    company_id = fields.Many2one("res.company", string="Branch", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    product_id = fields.Many2one("product.product", string="Item", readonly=True)
    # The number is all of a lot that accountants know.
    lot_name = fields.Char(string="Lot", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the item's own unit.")
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    cost = fields.Monetary(readonly=True, help="The value of the stock moves; what was taken back does not count.")

    _depends = {
        "clinic.consumption": ["company_id", "date", "lot_id", "move_id", "product_id", "state"],
        "res.company": ["currency_id", "resource_calendar_id"],
        "resource.calendar": ["tz"],
        "stock.lot": ["name"],
        "stock.move": ["product_qty", "value"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(c.id) AS id,
                   m.month,
                   c.company_id,
                   company.currency_id,
                   c.product_id,
                   template.uom_id,
                   lot.name AS lot_name,
                   SUM(move.product_qty) AS quantity,
                   SUM(move.value) AS cost
              FROM clinic_consumption c
              JOIN stock_move move ON move.id = c.move_id
              JOIN product_product product ON product.id = c.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN res_company company ON company.id = c.company_id
         LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
         LEFT JOIN stock_lot lot ON lot.id = c.lot_id
        CROSS JOIN LATERAL (
                SELECT date_trunc('month', c.date AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date
                       AS month
              ) m
             WHERE c.state = 'used'
          GROUP BY m.month, c.company_id, company.currency_id, c.product_id, template.uom_id, c.lot_id, lot.name
            """
        )
