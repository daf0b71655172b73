from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# A visit that was not checked out by then has been forgotten.
GRACE = timedelta(days=1)


class ClinicDiscrepancy(models.Model):
    """What was used and not billed, and what was billed and never used or handed over."""

    _inherit = "clinic.discrepancy"
    _depends = {
        "account.move": ["state", "move_type", "date", "clinic_credited", "reversed_entry_id"],
        "account.move.line": ["clinic_consumption_id", "quantity", "product_id"],
        "clinic.consumption": ["billable"],
        "clinic.visit": ["checked_out_at"],
        "res.company": ["resource_calendar_id"],
        "resource.calendar": ["tz"],
        "stock.move": ["clinic_invoice_line_id"],
    }

    kind = fields.Selection(
        selection_add=[("not_billed", "Deducted, not billed"), ("not_charted", "Billed, not charted")]
    )

    def _gap_queries(self):
        return [*super()._gap_queries(), self._query_not_billed(), self._query_not_charted()]

    def _sold_conditions(self):
        return [*super()._sold_conditions(), SQL("m.clinic_invoice_line_id IS NOT NULL")]

    def _query_not_billed(self):
        """What is charged to the patient and stands on no posted invoice, or not all of it; or more than was used.

        Before the first checkout it is a gap only when the visit was forgotten; after it at once, also where the
        invoice was cancelled since then and the visit is to be checked out again. What a credit note took back was
        billed; and what was billed too much is no gap once a credit note has taken it back.
        """
        return SQL(
            """
            SELECT 'not_billed' AS kind, 'clinic.consumption' AS source_model, c.id AS source_id,
                   visit.name AS reference, c.date, c.company_id, c.product_id, c.lot_id,
                   gap.quantity / unit.factor AS quantity, gap.quantity / unit.factor * t.list_price AS value,
                   c.user_id, c.visit_id
              FROM clinic_consumption c
              JOIN clinic_visit visit ON visit.id = c.visit_id
              JOIN product_product p ON p.id = c.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
              JOIN uom_uom unit ON unit.id = t.uom_id
              JOIN uom_uom given ON given.id = c.uom_id
         LEFT JOIN (%(billed)s) AS billed ON billed.clinic_consumption_id = c.id
CROSS JOIN LATERAL (
                       SELECT c.quantity * given.factor - COALESCE(billed.quantity, 0) AS missing,
                              %(least)s * unit.factor AS least
                   ) AS used
CROSS JOIN LATERAL (
                       SELECT CASE WHEN used.missing > used.least THEN used.missing
                                   WHEN used.missing + billed.taken_back < -used.least
                                   THEN used.missing + billed.taken_back END AS quantity
                   ) AS gap
             WHERE c.state = 'used' AND c.billable
               AND (visit.checked_out_at IS NOT NULL OR c.date < %(forgotten)s)
               AND gap.quantity IS NOT NULL
            """,
            billed=self._billed(),
            forgotten=fields.Datetime.now() - GRACE,
            least=self._least(),
        )

    def _billed(self):
        """Return what posted invoices charge for a consumption, and what credit notes on them have taken back.

        An invoice that was credited in full counts only where no other has come in its place.
        """
        return SQL(
            """
            SELECT line.clinic_consumption_id,
                   COALESCE(
                       sum(line.quantity * line_unit.factor)
                           FILTER (WHERE invoice.move_type = 'out_invoice' AND invoice.clinic_credited IS NOT TRUE),
                       max(line.quantity * line_unit.factor) FILTER (WHERE invoice.move_type = 'out_invoice')
                   ) AS quantity,
                   COALESCE(
                       sum(line.quantity * line_unit.factor)
                           FILTER (WHERE invoice.move_type = 'out_refund' AND reversed.clinic_credited IS NOT TRUE),
                       0
                   ) AS taken_back
              FROM account_move_line line
              JOIN account_move invoice ON invoice.id = line.move_id
         LEFT JOIN account_move reversed ON reversed.id = invoice.reversed_entry_id
              JOIN uom_uom line_unit ON line_unit.id = line.product_uom_id
             WHERE line.clinic_consumption_id IS NOT NULL
               AND invoice.state = 'posted' AND invoice.move_type IN ('out_invoice', 'out_refund')
          GROUP BY line.clinic_consumption_id
            """
        )

    def _query_not_charted(self):
        """Items on posted invoices that were neither used in a procedure, nor handed over, nor sold by an order.

        A credit note names no line: it takes back of the first ones that charge its item. The day of an invoice begins
        at its branch's midnight.
        """
        return SQL(
            """
            SELECT 'not_charted' AS kind, 'account.move.line' AS source_model, line.id AS source_id,
                   invoice.name AS reference,
                   invoice.date::timestamp AT TIME ZONE COALESCE(hours.tz, 'UTC') AT TIME ZONE 'UTC' AS date,
                   line.company_id, charged.product_id, NULL::integer AS lot_id,
                   remaining.quantity / unit.factor AS quantity,
                   line.price_subtotal * remaining.quantity / (line.quantity * line_unit.factor) AS value,
                   invoice.invoice_user_id AS user_id, invoice.clinic_visit_id AS visit_id
              FROM (%(charged)s) AS charged
              JOIN account_move_line line ON line.id = charged.id
              JOIN account_move invoice ON invoice.id = line.move_id
              JOIN res_company company ON company.id = line.company_id
         LEFT JOIN resource_calendar hours ON hours.id = company.resource_calendar_id
              JOIN product_product p ON p.id = charged.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
              JOIN uom_uom unit ON unit.id = t.uom_id
              JOIN uom_uom line_unit ON line_unit.id = line.product_uom_id
      JOIN LATERAL (%(credited)s) AS credited ON TRUE
      JOIN LATERAL (%(earlier)s) AS earlier ON TRUE
      JOIN LATERAL (%(handed_over)s) AS handed ON TRUE
      JOIN LATERAL (
                       SELECT line.quantity * line_unit.factor
                              - LEAST(line.quantity * line_unit.factor,
                                      GREATEST(credited.quantity - earlier.quantity, 0))
                              - handed.quantity AS quantity
                   ) AS remaining ON TRUE
             WHERE invoice.state = 'posted' AND invoice.move_type = 'out_invoice' AND line.display_type = 'product'
               AND line.quantity > 0
               AND remaining.quantity > %(least)s * unit.factor
               AND NOT %(ordered)s
            """,
            charged=self._query_charged(),
            credited=self._query_credited(),
            earlier=self._query_earlier(),
            handed_over=self._query_handed_over(),
            ordered=self._ordered("line"),
            least=self._least(),
        )

    @api.model
    def _query_charged(self):
        """The lines that charge items which no procedure has used: sold as such, or taken back since.

        What was used is known from its consumption, as the line may have a product that stands for any item.
        """
        return SQL(
            """
            SELECT sold.id, sold.product_id
              FROM account_move_line sold
              JOIN product_product p ON p.id = sold.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id AND t.clinic_item
             WHERE sold.clinic_consumption_id IS NULL
         UNION ALL
            SELECT sold.id, c.product_id
              FROM clinic_consumption c
              JOIN account_move_line sold ON sold.clinic_consumption_id = c.id
             WHERE c.state <> 'used'
            """
        )

    # Each of these looks up by an index what concerns the invoice line ``line``, in the reference unit. If they were
    # joined as a whole, the database, which has no idea how many lines are left by then, might go through all credit
    # notes for each of them.

    @api.model
    def _query_credited(self):
        """What posted credit notes took back of the item of ``line``."""
        return SQL(
            """
            SELECT COALESCE(sum(credit.quantity * credit_unit.factor), 0) AS quantity
              FROM account_move note
              JOIN account_move_line credit ON credit.move_id = note.id
              JOIN uom_uom credit_unit ON credit_unit.id = credit.product_uom_id
             WHERE note.reversed_entry_id = line.move_id AND note.state = 'posted' AND note.move_type = 'out_refund'
               AND %s
            """,
            self._same_goods("credit"),
        )

    @api.model
    def _query_earlier(self):
        """What the lines before ``line`` charge of its item; a credit note takes back of them first."""
        return SQL(
            """
            SELECT COALESCE(sum(other.quantity * other_unit.factor), 0) AS quantity
              FROM account_move_line other
              JOIN uom_uom other_unit ON other_unit.id = other.product_uom_id
             WHERE credited.quantity > 0 AND other.move_id = line.move_id AND other.id < line.id AND %s
            """,
            self._same_goods("other"),
        )

    @api.model
    def _same_goods(self, other):
        """Return SQL for whether the invoice line ``other`` charges the item that ``line`` does, by the same cause."""
        return SQL(
            """
            %(other)s.product_id = line.product_id AND %(other)s.display_type = 'product' AND %(other)s.quantity > 0
               AND %(other)s.clinic_consumption_id IS NOT DISTINCT FROM line.clinic_consumption_id AND NOT %(ordered)s
            """,
            other=SQL.identifier(other),
            ordered=self._ordered(other),
        )

    @api.model
    def _query_handed_over(self):
        """What has left the stock by ``line``."""
        return SQL(
            """
            SELECT COALESCE(sum(m.quantity * moved.factor), 0) AS quantity
              FROM stock_move m
              JOIN uom_uom moved ON moved.id = m.product_uom
             WHERE m.clinic_invoice_line_id = line.id AND m.state = 'done'
            """
        )

    @api.model
    def _ordered(self, line):
        """Return SQL for whether a sales order charges, and delivers, what stands on the invoice line ``line``."""
        if "sale_line_ids" not in self.env["account.move.line"]._fields:
            return SQL("FALSE")
        return SQL(
            "EXISTS (SELECT FROM sale_order_line_invoice_rel ordered WHERE ordered.invoice_line_id = %s)",
            SQL.identifier(line, "id"),
        )

    # -- mending ------------------------------------------------------------------------------------------------------

    def _check_may_bill(self):
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("Tell reception about %s: invoices are mended there.", self.reference))

    def _mend_not_billed(self):
        """Open the visit that is still to be checked out; after that, a draft invoice of what was left out.

        What was billed too much is taken off by a credit note: open the invoice.
        """
        self._check_may_bill()
        consumption = self.env["clinic.consumption"].browse(self.source_id)
        visit = consumption.visit_id
        if self.quantity < 0:
            return consumption._live_invoice_lines().move_id[:1].get_formview_action()
        if not visit.is_checked_out:
            return {
                "type": "ir.actions.act_window",
                "res_model": "clinic.visit",
                "res_id": visit.id,
                "views": [[False, "form"]],
            }
        return visit._bill_later(consumption, self.quantity).get_formview_action()

    def _mend_not_charted(self):
        """Open the invoice: its items are handed over there, or taken off by a credit note."""
        self._check_may_bill()
        line = self.env["account.move.line"].browse(self.source_id)
        return line.move_id.get_formview_action()
