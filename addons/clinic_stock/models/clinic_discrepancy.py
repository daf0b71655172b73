from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# A row's id is made of its source's id and the place of its kind in this list, to which other addons append.
PLACES = 16
# Until this day of a month, the one before is closed.
CLOSING_DAY = 10


class ClinicDiscrepancy(models.Model):
    """What was charted, deducted and billed, and does not agree: each gap by item, person and visit.

    One query over the books themselves; nothing is stored but why a gap is in order.
    """

    _name = "clinic.discrepancy"
    _inherit = ["clinic.unit.sum.mixin"]
    _description = "Stock Discrepancy"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "reference"
    _depends = {
        "clinic.consumption": ["state", "move_id", "quantity", "uom_id", "product_id", "date"],
        "clinic.discrepancy.explanation": ["kind", "source_id", "company_id", "quantity"],
        "stock.move": ["state", "quantity", "clinic_visit_id", "scrap_id", "is_inventory", "date", "value"],
        "stock.move.line": ["state", "quantity_product_uom", "lot_id", "date"],
    }

    kind = fields.Selection(
        [
            ("not_deducted", "Charted, not deducted"),
            ("no_cause", "Moved without a reason"),
            ("count", "Count difference"),
        ],
        readonly=True,
    )
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    source_model = fields.Char(readonly=True)
    reference = fields.Char(string="Document", readonly=True, help="The visit's number, or the stock document's.")
    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", string="Branch", readonly=True)
    product_id = fields.Many2one("product.product", string="Item", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    quantity = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="What is missing, in the item's unit; below zero for what is too much.",
    )
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    value = fields.Monetary(readonly=True, help="At cost; what was not billed, at its sales price.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    # With a group, as nobody else may search gaps by what hangs on the visit.
    visit_id = fields.Many2one("clinic.visit", readonly=True, groups="clinic.group_staff")
    is_current = fields.Boolean(
        compute="_compute_is_current",
        search="_search_is_current",
        string="In the Months to Close",
        help="Of this month or, until its tenth day, of the month before.",
    )
    explained = fields.Boolean(readonly=True)
    explanation = fields.Char(readonly=True)
    explained_by_id = fields.Many2one("res.users", readonly=True)

    # -- the query ----------------------------------------------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT gap.source_id::bigint * %(places)s + array_position(%(kinds)s, gap.kind) AS id,
                   gap.*,
                   unit.id AS uom_id,
                   company.currency_id,
                   note.id IS NOT NULL AS explained,
                   note.reason AS explanation,
                   note.user_id AS explained_by_id
              FROM (%(gaps)s) AS gap
              JOIN product_product product ON product.id = gap.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom unit ON unit.id = template.uom_id
              JOIN res_company company ON company.id = gap.company_id
         LEFT JOIN clinic_discrepancy_explanation note ON note.kind = gap.kind AND note.source_id = gap.source_id
                   AND note.company_id = gap.company_id AND abs(note.quantity - gap.quantity) <= %(least)s
            """,
            places=PLACES,
            least=self._least(),
            kinds=[kind for kind, _label in self._fields["kind"].selection],
            gaps=SQL(" UNION ALL ").join(self._gap_queries()),
        )

    @api.model
    def _gap_queries(self):
        """Return the queries of the gaps, one a kind; other addons add theirs, and their kinds.

        Each selects kind, source_model, source_id, reference, date, company_id, product_id, lot_id, quantity (in the
        item's unit), value, user_id and visit_id, and no patient.
        """
        return [self._query_not_deducted(), self._query_no_cause(), self._query_count()]

    @api.model
    def _least(self):
        """Return what a quantity must differ by: half of what the database can hold."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return SQL("%s::numeric", str(0.5 * 10**-digits + 10 ** (-digits - 4)))

    @api.model
    def _unit_cost(self, product):
        """Return SQL for the cost of one unit of ``product``, a SQL name of a product.product, in gap's company."""
        return SQL("COALESCE((%s.standard_price ->> gap_company.id::text)::numeric, 0)", SQL.identifier(product))

    @api.model
    def _query_not_deducted(self):
        """What somebody logged as used, and no done move took out of the stock: all of it, or a part."""
        return SQL(
            """
            SELECT 'not_deducted' AS kind, 'clinic.consumption' AS source_model, used.id AS source_id,
                   visit.name AS reference, used.date, used.company_id, used.product_id, used.lot_id,
                   used.charted - used.moved AS quantity,
                   (used.charted - used.moved) * %(cost)s AS value,
                   used.user_id, used.visit_id
              FROM (
                    SELECT c.id, c.date, c.company_id, c.product_id, c.lot_id, c.user_id, c.visit_id,
                           c.quantity * given.factor / unit.factor AS charted,
                           CASE WHEN m.state = 'done' AND m.product_id = c.product_id
                                THEN m.quantity * moved.factor / unit.factor ELSE 0 END AS moved
                      FROM clinic_consumption c
                      JOIN product_product p ON p.id = c.product_id
                      JOIN product_template t ON t.id = p.product_tmpl_id
                      JOIN uom_uom unit ON unit.id = t.uom_id
                      JOIN uom_uom given ON given.id = c.uom_id
                 LEFT JOIN stock_move m ON m.id = c.move_id
                 LEFT JOIN uom_uom moved ON moved.id = m.product_uom
                     WHERE c.state = 'used'
                   ) AS used
              JOIN clinic_visit visit ON visit.id = used.visit_id
              JOIN product_product cost_product ON cost_product.id = used.product_id
              JOIN res_company gap_company ON gap_company.id = used.company_id
             WHERE abs(used.charted - used.moved) > %(least)s
            """,
            cost=self._unit_cost("cost_product"),
            least=self._least(),
        )

    @api.model
    def _query_no_cause(self):
        """What went out without a cause, before this was refused or by an import; or for a visit that used none."""
        return SQL(
            """
            SELECT 'no_cause' AS kind, 'stock.move' AS source_model, m.id AS source_id,
                   COALESCE(m.origin, picking.name, m.reference, m.id::text) AS reference,
                   m.date, m.company_id, m.product_id,
                   (SELECT min(line.lot_id) FROM stock_move_line line WHERE line.move_id = m.id) AS lot_id,
                   m.quantity * moved.factor / unit.factor AS quantity,
                   COALESCE(NULLIF(m.value, 0), m.quantity * moved.factor / unit.factor * %(cost)s) AS value,
                   m.create_uid AS user_id, m.clinic_visit_id AS visit_id
              FROM stock_move m
              JOIN stock_location source ON source.id = m.location_id AND source.usage IN ('internal', 'transit')
              JOIN stock_location goal ON goal.id = m.location_dest_id AND goal.usage NOT IN ('internal', 'transit')
              JOIN product_product p ON p.id = m.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id AND t.clinic_item
              JOIN uom_uom unit ON unit.id = t.uom_id
              JOIN uom_uom moved ON moved.id = m.product_uom
              JOIN res_company gap_company ON gap_company.id = m.company_id
         LEFT JOIN stock_picking picking ON picking.id = m.picking_id
             WHERE m.state = 'done' AND m.quantity > 0
               AND NOT COALESCE(m.is_inventory, FALSE)
               AND NOT (goal.usage = 'supplier' AND m.origin_returned_move_id IS NOT NULL)
               AND NOT EXISTS (SELECT FROM clinic_consumption c WHERE c.move_id = m.id)
               AND NOT (m.scrap_id IS NOT NULL AND EXISTS (
                       SELECT FROM stock_scrap_stock_scrap_reason_tag_rel tag WHERE tag.stock_scrap_id = m.scrap_id
                   ))
               AND NOT (goal.usage = 'customer' AND (%(sold)s))
            """,
            cost=self._unit_cost("p"),
            sold=SQL(" OR ").join(self._sold_conditions()),
        )

    @api.model
    def _sold_conditions(self):
        """Return SQL conditions under which the stock move ``m`` was sold; other addons add theirs."""
        sales = "sale_line_id" in self.env["stock.move"]._fields
        return [SQL("m.sale_line_id IS NOT NULL") if sales else SQL("FALSE")]

    @api.model
    def _query_count(self):
        """What a count found too little or too much of what was known before; the first count of a lot opens it."""
        return SQL(
            """
            SELECT 'count' AS kind, 'stock.move' AS source_model, m.id AS source_id,
                   COALESCE(m.inventory_name, m.reference, m.id::text) AS reference, m.date, m.company_id, m.product_id,
                   line.lot_id,
                   CASE WHEN source.usage = 'inventory' THEN -line.quantity ELSE line.quantity END AS quantity,
                   CASE WHEN source.usage = 'inventory' THEN -1 ELSE 1 END
                       * COALESCE(NULLIF(m.value, 0), line.quantity * %(cost)s) AS value,
                   m.create_uid AS user_id, NULL::integer AS visit_id
              FROM stock_move m
              JOIN stock_location source ON source.id = m.location_id
              JOIN stock_location goal ON goal.id = m.location_dest_id
              JOIN product_product p ON p.id = m.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id AND t.clinic_item
              JOIN res_company gap_company ON gap_company.id = m.company_id
              JOIN LATERAL (
                       SELECT min(l.id) AS id, min(l.lot_id) AS lot_id, sum(l.quantity_product_uom) AS quantity
                         FROM stock_move_line l WHERE l.move_id = m.id
                   ) AS line ON TRUE
             WHERE m.state = 'done' AND m.is_inventory AND line.quantity > 0
               AND (source.usage = 'inventory') <> (goal.usage = 'inventory')
               AND EXISTS (
                       SELECT FROM stock_move_line before
                        WHERE before.product_id = m.product_id AND before.state = 'done' AND before.id < line.id
                          AND before.lot_id IS NOT DISTINCT FROM line.lot_id AND before.company_id = m.company_id
                   )
            """,
            cost=self._unit_cost("p"),
        )

    # -- the months to close ------------------------------------------------------------------------------------------

    @api.depends("date")
    def _compute_is_current(self):
        since = self._current_since()
        for gap in self:
            gap.is_current = gap.date >= since

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        current = [("date", ">=", self._current_since())]
        return current if True in value else ["!", *current]

    @api.model
    def _current_since(self):
        """Return the midnight in the current branch at which the months to close begin, in naive UTC."""
        today = self.env.company._clinic_today()
        first = today.replace(day=1) - relativedelta(months=1 if today.day <= CLOSING_DAY else 0)
        return self.env.company._clinic_midnight(first)

    # -- reading ------------------------------------------------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, **kwargs):
        # PostgreSQL would compile a query of this size, which takes longer than the answer.
        self.env.cr.execute("SET LOCAL jit = off")
        return super()._search(domain, *args, **kwargs)

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Fetch all that may be read at once: what is asked for later, by ids, goes through all the books again."""
        return super().search_fetch(domain, None, offset, limit, order)

    def _load(self):
        """Fetch these gaps by their sources, to which the database has a short way."""
        sources = [gap_id // PLACES for gap_id in self.ids]
        return self.search_fetch([("source_id", "in", sources), ("id", "in", self.ids)])

    # -- mending ------------------------------------------------------------------------------------------------------

    def action_mend(self):
        """Do what closes this gap, or open where it is closed."""
        self.ensure_one()
        self._load()
        if self.explained:
            raise UserError(self.env._("This has been explained already."))
        return getattr(self, f"_mend_{self.kind}")()

    def action_open_document(self):
        """Open the visit, transfer, scrap order or move of this gap, whichever the user may read; else nothing."""
        self.ensure_one()
        self._load()
        # Which documents they are may be known with the gap; their own rights decide what is opened.
        source = self.env[self.source_model].sudo().browse(self.source_id)
        visit = self.sudo().visit_id.sudo(False)
        if visit.has_access("read"):
            return visit.get_formview_action() if visit else self._open_move(source.sudo(False))
        return self._open_move(source.move_id.sudo(False) if "move_id" in source else source.sudo(False))

    @api.model
    def _open_move(self, record):
        """Return the action that opens ``record``, or of a move its document; nothing where it may not be read."""
        if not record or not record.has_access("read"):
            return False
        if record._name != "stock.move":
            return record.get_formview_action()
        action = record.action_open_reference()
        return action if self.env[action["res_model"]].has_access("read") else record.get_formview_action()

    def _open_source(self):
        """Return the action that opens what this gap is about."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self.source_model,
            "res_id": self.source_id,
            "views": [[False, "form"]],
        }

    def _mend_not_deducted(self):
        """Take out of the stock now what was charted and never was; show the move that took something else."""
        self.check_access("read")
        # Who may see the gap may close it; the warehouse has no rights to what was charted, but to the stock.
        consumption = self.env["clinic.consumption"].sudo().browse(self.source_id)
        if consumption.move_id:
            return {**self._open_source(), "res_model": "stock.move", "res_id": consumption.move_id.id}
        consumption.deduct()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _mend_no_cause(self):
        return self.action_explain()

    def _mend_count(self):
        return self.action_explain()

    def action_explain(self):
        """Ask why these gaps are in order."""
        self._load()
        if self.filtered("explained"):
            raise UserError(self.env._("This has been explained already."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Explain"),
            "res_model": "clinic.discrepancy.explain",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_keys": [gap._explanation_key() for gap in self]},
        }

    def _check_second_person(self):
        """Raise ``UserError`` where who counted would explain the own difference, and it is worth much."""
        for gap in self.filtered(lambda gap: gap.kind == "count" and gap.user_id == self.env.user):
            limit = gap.company_id.clinic_count_value
            if limit and gap.currency_id.compare_amounts(abs(gap.value), limit) >= 0:
                raise UserError(
                    self.env._(
                        "You counted %(item)s yourself. A difference worth %(limit)s or more is explained by somebody "
                        "else.",
                        item=gap.product_id.display_name,
                        limit=gap.currency_id.format(limit),
                    )
                )

    def _explanation_key(self):
        """Return what an explanation is about, as the dialog sends it to the browser and back."""
        self.ensure_one()
        return [self.kind, self.source_id, self.company_id.id, self.quantity]

    def _explanation_text(self):
        """Return what an explanation is about, in words: "Gloves 7 Units · Count difference · SP/00031"."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        item = self.product_id.with_context(display_default_code=False).display_name
        return (
            f"{item} {self.uom_id.round(self.quantity):.15g} {self.uom_id.name} · {kinds[self.kind]} · {self.reference}"
        )

    def _prepare_explanation(self):
        """Return the values of an explanation of this gap, without its reason."""
        return dict(zip(("kind", "source_id", "company_id", "quantity"), self._explanation_key(), strict=True))
