from odoo import api, fields, models
from odoo.tools import SQL


class ClinicStockCard(models.Model):
    """Each done stock move line as a row of its product's card, in the branch whose stock it changed.

    A view of the stock moves, no second book: goods enter and leave the branch at the border of its internal locations.
    """

    _name = "clinic.stock.card"
    _inherit = ["clinic.confidential.mixin", "clinic.unit.sum.mixin"]
    _description = "Stock Card"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "document"
    # The book of the stock; its rows of patients are opened or exported, which is logged.
    _clinic_logs_lists = False
    # Of several items nobody asks the sum, whatever their units.
    _unit_sums = dict.fromkeys(("quantity_in", "quantity_out", "quantity", "quantity_moved"), "product_id")
    _depends = {
        "stock.move.line": [
            "clinic_user_id",
            "company_id",
            "date",
            "location_dest_id",
            "location_id",
            "lot_id",
            "move_id",
            "product_id",
            "quantity_product_uom",
            "state",
        ],
        "stock.move": [
            "clinic_visit_id",
            "is_inventory",
            "origin",
            "origin_returned_move_id",
            "product_uom",
            "quantity",
            "reference",
            "scrap_id",
            "value",
        ],
        "stock.location": ["company_id", "usage"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["is_storable", "uom_id"],
        "uom.uom": ["factor"],
        "clinic.visit": ["patient_id"],
    }

    date = fields.Datetime(readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    move_id = fields.Many2one("stock.move", readonly=True)
    document = fields.Char(readonly=True, help="The transfer, scrap order or count, or the number of the visit.")
    kind = fields.Selection(
        [
            ("receipt", "Receipt"),
            ("visit", "Used in a Visit"),
            ("scrap", "Scrap"),
            ("count", "Count"),
            ("transfer", "Transfer"),
            ("return", "Return"),
            ("delivery", "Delivery"),
            ("other", "Other"),
        ],
        readonly=True,
    )
    location_id = fields.Many2one("stock.location", string="From", readonly=True)
    location_dest_id = fields.Many2one("stock.location", string="To", readonly=True)
    quantity_in = fields.Float(string="In", digits="Product Unit", readonly=True)
    quantity_out = fields.Float(string="Out", digits="Product Unit", readonly=True)
    quantity = fields.Float(string="Net", digits="Product Unit", readonly=True, help="In, or out below zero.")
    quantity_moved = fields.Float(
        string="Moved", digits="Product Unit", readonly=True, help="Within the branch, whose stock stays the same."
    )
    balance = fields.Float(
        compute="_compute_balance",
        digits="Product Unit",
        aggregator=None,
        help="Of the product in the branch after this, whatever else the list shows.",
    )
    lot_balance = fields.Float(
        compute="_compute_lot_balance",
        digits="Product Unit",
        aggregator=None,
        help="Of the lot in the branch after this, whatever else the list shows.",
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    value = fields.Monetary(
        readonly=True, groups="clinic.group_accountant", help="What came in, or went out below zero, at its cost."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Recorded By", readonly=True)
    company_id = fields.Many2one("res.company", string="Branch", readonly=True)
    visit_id = fields.Many2one("clinic.visit", readonly=True, groups="clinic.group_staff")
    patient_id = fields.Many2one(
        "clinic.patient", readonly=True, groups="clinic.group_reception,clinic.group_cosmetologist"
    )

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where())

    @api.model
    def _select(self):
        """Return the columns, as SQL."""
        return SQL(
            """
            line.id, line.date, line.product_id, line.lot_id, line.move_id, line.location_id, line.location_dest_id,
            line.company_id, %(document)s AS document, %(kind)s AS kind,
            COALESCE(line.clinic_user_id, line.create_uid) AS user_id,
            CASE WHEN %(sign)s > 0 THEN line.quantity_product_uom ELSE 0 END AS quantity_in,
            CASE WHEN %(sign)s < 0 THEN line.quantity_product_uom ELSE 0 END AS quantity_out,
            CASE WHEN %(sign)s = 0 THEN line.quantity_product_uom ELSE 0 END AS quantity_moved,
            line.quantity_product_uom * %(sign)s AS quantity,
            move.value * %(sign)s * line.quantity_product_uom / NULLIF(%(whole)s, 0) AS value,
            move.clinic_visit_id AS visit_id, visit.patient_id
            """,
            document=self._document(),
            kind=self._kind(),
            sign=self._sign(),
            whole=self._move_quantity(),
        )

    @api.model
    def _document(self):
        """Return the document, as SQL.

        A visit's number is for those who keep the stock or treat. Who keeps the books finds it on an invoice beside the
        patient's name, and would read here what was used on whom.
        """
        document = SQL("COALESCE(move.reference, move.origin)")
        user = self.env.user
        if self.env.su or user.has_group("clinic.group_warehouse") or user.has_group("clinic.group_staff"):
            return document
        return SQL("CASE WHEN move.clinic_visit_id IS NULL THEN %s END", document)

    @api.model
    def _from(self):
        """Return the joined tables, as SQL. The database leaves those out whose columns nobody asks for."""
        return SQL(
            """
            stock_move_line AS line
            JOIN product_product AS product ON product.id = line.product_id
            JOIN product_template AS template ON template.id = product.product_tmpl_id
            JOIN stock_location AS source ON source.id = line.location_id
            JOIN stock_location AS target ON target.id = line.location_dest_id
            LEFT JOIN stock_move AS move ON move.id = line.move_id
            LEFT JOIN clinic_visit AS visit ON visit.id = move.clinic_visit_id
            """
        )

    @api.model
    def _where(self):
        """Return which lines are on a card, as SQL."""
        touched = SQL("(%s OR %s)", self._inside("source"), self._inside("target"))
        return SQL("line.state = 'done' AND template.is_storable AND %s", touched)

    @api.model
    def _inside(self, location):
        """Return whether ``location`` is in the branch's stock, as SQL. What is in transit belongs to no branch."""
        location = SQL.identifier(location)
        return SQL("(%s.usage = 'internal' AND %s.company_id = line.company_id)", location, location)

    @api.model
    def _sign(self):
        """Return 1 for what enters the branch's stock, -1 for what leaves it and 0 for the rest, as SQL."""
        source, target = self._inside("source"), self._inside("target")
        return SQL("(COALESCE(%s, FALSE)::int - COALESCE(%s, FALSE)::int)", target, source)

    @api.model
    def _move_quantity(self):
        """Return the quantity of the whole move in the product's unit, as SQL."""
        # Joins for the few moves in another unit would be two more than the planner can put in order.
        return SQL(
            """
            CASE WHEN move.product_uom = template.uom_id THEN move.quantity
                 ELSE move.quantity * (SELECT factor FROM uom_uom WHERE id = move.product_uom)
                      / (SELECT factor FROM uom_uom WHERE id = template.uom_id)
             END
            """
        )

    @api.model
    def _kind(self):
        """Return the key of the row's kind, as SQL; the first that fits."""
        return SQL(
            """
            CASE WHEN source.usage IN ('internal', 'transit') AND target.usage IN ('internal', 'transit')
                 THEN 'transfer'
                 WHEN move.scrap_id IS NOT NULL THEN 'scrap'
                 WHEN move.is_inventory THEN 'count'
                 WHEN move.origin_returned_move_id IS NOT NULL THEN 'return'
                 WHEN move.clinic_visit_id IS NOT NULL THEN 'visit'
                 WHEN source.usage = 'supplier' THEN 'receipt'
                 WHEN source.usage = 'customer' OR target.usage = 'supplier' THEN 'return'
                 WHEN target.usage = 'customer' THEN 'delivery'
                 ELSE 'other'
             END
            """
        )

    @api.model
    def _action_for(self, record, domain):
        """Return the action that shows the rows of ``domain``, the card of ``record``: a product or lot."""
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_stock.clinic_stock_card_action")
        return {**action, "domain": domain, "context": {"clinic_card_of": record._name}}
