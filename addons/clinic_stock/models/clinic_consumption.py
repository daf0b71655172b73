from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import clean_context

from odoo.addons.clinic.door import a_flag, takes

from .stock_move import EXAMINED


class ClinicConsumption(models.Model):
    """An item used in a procedure.

    Creating one moves the goods out of the treatment room's stock in the same transaction; taking one back is a return
    move. Neither is ever edited or deleted: the stock moves are the only book.
    """

    _name = "clinic.consumption"
    _inherit = ["clinic.confidential.mixin", "clinic.unit.sum.mixin"]
    _description = "Consumption"
    _order = "id"
    # The list of items beside each treatment, which its procedure tells already.
    _clinic_logs_lists = False
    _check_company_auto = True

    procedure_id = fields.Many2one("clinic.procedure", required=True, ondelete="restrict", index=True)
    visit_id = fields.Many2one(related="procedure_id.visit_id", store=True, index=True)
    patient_id = fields.Many2one(related="procedure_id.patient_id", store=True, index=True)
    company_id = fields.Many2one(
        related="procedure_id.company_id", store=True, precompute=True, index=True, string="Branch"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Item",
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("clinic_item", "=", True)],
    )
    tracking = fields.Selection(related="product_id.tracking", string="Product Tracking")
    # Six digits, so that 0.125 of a vial is not rounded before it becomes 12.5 U.
    quantity = fields.Float(required=True, default=1.0, digits=(16, 6))
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        domain="[('id', 'in', allowed_uom_ids)]",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        compute="_compute_lot_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('id', 'in', available_lot_ids)]",
    )
    available_lot_ids = fields.Many2many("stock.lot", compute="_compute_available_lot_ids")
    expiration_date = fields.Date(related="lot_id.clinic_expiry_day", string="Expires On")
    billable = fields.Boolean(
        compute="_compute_billable",
        store=True,
        readonly=False,
        precompute=True,
        help="Charged to the patient at the item's sales price.",
    )
    move_id = fields.Many2one("stock.move", readonly=True, copy=False, ondelete="restrict")
    undo_move_id = fields.Many2one("stock.move", string="Return Move", readonly=True, copy=False, ondelete="restrict")
    vial_line_ids = fields.One2many(
        "clinic.open.vial.line",
        "consumption_id",
        string="Drawn From",
        readonly=True,
        groups="clinic.group_cosmetologist,clinic.group_manager",
    )
    user_id = fields.Many2one(
        "res.users", string="Logged By", readonly=True, required=True, default=lambda self: self.env.user
    )
    date = fields.Datetime(readonly=True, required=True, default=lambda self: fields.Datetime.now())
    state = fields.Selection([("used", "Used"), ("undone", "Taken back")], compute="_compute_state", store=True)

    _day_idx = models.Index("(company_id, date)")
    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "The quantity used must be above zero.")
    _move_uniq = models.UniqueIndex("(move_id)", "This stock move belongs to another consumption.")
    _undo_move_uniq = models.UniqueIndex("(undo_move_id)", "This return move belongs to another consumption.")

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for consumption in self:
            product = consumption.product_id
            consumption.allowed_uom_ids = product.uom_id | product.uom_ids

    @api.depends("product_id")
    def _compute_uom_id(self):
        for consumption in self:
            consumption.uom_id = consumption.product_id.uom_id

    @api.depends("product_id")
    def _compute_billable(self):
        for consumption in self:
            consumption.billable = consumption.product_id.clinic_billable

    @api.depends("product_id", "company_id")
    def _compute_available_lot_ids(self):
        for consumption in self:
            consumption.available_lot_ids = self.env["stock.lot"].browse(
                lot.id for lot in consumption._available_lots()
            )

    @api.depends("product_id", "company_id")
    def _compute_lot_id(self):
        """Propose the lot that expires first among those that hold enough."""
        for consumption in self:
            lots = consumption._available_lots()
            needed = consumption._product_quantity() if consumption.uom_id else 0
            unit = consumption.product_id.uom_id
            enough = [lot for lot, free in lots.items() if unit.compare(free, needed) >= 0]
            consumption.lot_id = next(iter(enough or lots), self.env["stock.lot"])

    @api.depends("undo_move_id")
    def _compute_state(self):
        for consumption in self:
            consumption.state = "undone" if consumption.undo_move_id else "used"

    @api.depends("visit_id.name")
    def _compute_display_name(self):
        for consumption in self:
            consumption.display_name = consumption.visit_id.name or ""

    def _available_lots(self):
        """Return {lot: free quantity} in the branch's treatment rooms, the first to expire first."""
        self.ensure_one()
        if self.product_id.tracking in (False, "none") or not self.company_id:
            return {}
        location = self.company_id._get_treatment_location()
        # Practitioners have no rights in the stock app; what lies in their own treatment rooms they may know.
        return self.env["stock.lot"].sudo()._clinic_available(self.product_id, location)

    def _usable_in_order(self):
        """Return [(lot, quantity)] in the order of use: what is in open vials, then what is sealed."""
        self.ensure_one()
        location = self.company_id._get_treatment_location()
        available = self._available_lots()
        # As above.
        vials = self.env["clinic.open.vial"].sudo()._open_in(self.product_id, location)
        opened = [
            (vial.lot_id.sudo(False), vial.remaining) for vial in vials if not vial.is_over and vial.lot_id in available
        ]
        sealed = dict(available)
        for lot, left in opened:
            sealed[lot] -= left
        by_expiry = sorted(sealed, key=lambda lot: lot._clinic_order_of_use())
        return opened + [(lot, sealed[lot]) for lot in by_expiry if sealed[lot] > 0]

    def _product_quantity(self):
        """Return the quantity in the product's own unit, rounded half up to that unit's precision."""
        self.ensure_one()
        return self.uom_id._compute_quantity(self.quantity, self.product_id.uom_id, rounding_method="HALF-UP")

    @api.model_create_multi
    def create(self, vals_list):
        prepared = [self._prepare_facts(vals) for vals in vals_list]
        # The context's defaults would stand where no value does.
        bare = self.with_env(self.env(context=clean_context(self.env.context)))
        consumptions = super(ClinicConsumption, bare).create(prepared).with_env(self.env)
        for consumption in consumptions:
            consumption._check_procedure_open()
            consumption._check_item()
        consumptions._take_from_stock()
        return consumptions

    @api.model
    def _prepare_facts(self, vals):
        """Return ``vals`` without what nobody may say: who, when, where and by which move are facts, not inputs."""
        given = {name: value for name, value in vals.items() if not getattr(self._fields.get(name), "readonly", False)}
        return {**given, "user_id": self.env.uid, "date": fields.Datetime.now()}

    def write(self, vals):
        """Only the charge can still be changed; anything else is taken back and logged again."""
        if vals.keys() - {"billable"}:
            raise UserError(self.env._("What was used is not edited: take it back and log it again."))
        self._check_procedure_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was used is not deleted: take it back instead."))

    def _check_procedure_open(self):
        """Items are logged from the start of a procedure on; other addons close the door, e.g. at checkout."""
        for consumption in self:
            if consumption.procedure_id.state not in ("in_progress", "done"):
                raise UserError(
                    self.env._(
                        "%s: start the procedure before you log what is used.", consumption.visit_id._spoken_name()
                    )
                )

    def _check_item(self):
        """Raise when product, unit, quantity or lot cannot be right."""
        self.ensure_one()
        product = self.product_id
        if not product.clinic_item:
            raise ValidationError(self.env._("%s is not an item used in procedures.", product.display_name))
        if not self.uom_id._has_common_reference(product.uom_id):
            raise ValidationError(
                self.env._(
                    "%(product)s is measured in %(unit)s, which cannot be converted from %(given)s. "
                    "Choose another unit.",
                    product=product.display_name,
                    unit=product.uom_id.name,
                    given=self.uom_id.name,
                )
            )
        if product.uom_id.compare(self._product_quantity(), 0) <= 0:
            raise ValidationError(
                self.env._(
                    "%(quantity)s %(given)s of %(product)s is less than can be recorded in %(unit)s.",
                    quantity=self.quantity,
                    given=self.uom_id.name,
                    product=product.display_name,
                    unit=product.uom_id.name,
                )
            )
        product._clinic_check_whole(self._product_quantity())
        self._check_lot()

    def _check_lot(self):
        """Raise when the lot is missing, of another product, or expired."""
        product, lot = self.product_id, self.lot_id.sudo().with_company(self.company_id)
        if lot and lot.product_id != product:
            raise ValidationError(
                self.env._("Lot %(lot)s is not one of %(product)s.", lot=lot.name, product=product.display_name)
            )
        if product.tracking != "none" and not lot:
            raise ValidationError(
                self.env._(
                    "There is no usable lot of %(product)s in %(location)s. Bring some from the store first.",
                    product=product.display_name,
                    location=self.company_id._get_treatment_location().display_name,
                )
            )
        lot._check_usable()

    # -- stock --------------------------------------------------------------------------------------------------------

    def _take_from_stock(self):
        """Move the goods to the patients' location. Raises ``UserError`` when there is not enough."""
        for consumption in self:
            consumption._check_stock()
            move = consumption._do_move(consumption._prepare_move())
            super(ClinicConsumption, consumption.sudo()).write({"move_id": move.id})
            if consumption.product_id.sudo().clinic_vial_uom_id:
                # The right to log items was checked on this record; nobody writes the ledger of vials by hand.
                self.env["clinic.open.vial"].sudo()._draw(consumption.sudo(), consumption._product_quantity())

    def deduct(self):
        """Take out of the stock what was charted here and never was, e.g. because it was imported.

        :raises UserError: when there is not enough, or it has left the stock already
        """
        self.check_access("write")
        for consumption in self.sudo():
            if consumption.move_id or consumption.state != "used":
                raise UserError(self.env._("This has left the stock already."))
        self._take_from_stock()

    def _check_stock(self):
        """Raise when the treatment rooms hold less than is asked, counting what others take at this moment."""
        self.ensure_one()
        # Practitioners have no rights in the stock app.
        product, location = self.product_id.sudo(), self.company_id._get_treatment_location()
        free = self.env["stock.quant"].sudo()._clinic_wait(product, location)[self.lot_id.id or None]
        expired = 0.0
        if product.clinic_vial_uom_id:
            expired = self.env["clinic.open.vial"].sudo()._expired_quantity(product, location).get(self.lot_id, 0.0)
        if product.uom_id.compare(free - expired, self._product_quantity()) < 0:
            raise UserError(self._not_enough_message(free - expired, location, expired))

    def _not_enough_message(self, free, location, expired=0.0):
        product, unit = self.product_id, self.product_id.uom_id
        lines = self.env["stock.move.line"]
        message = lines._not_enough_message(product, location, self.lot_id, free, self._product_quantity())
        if expired:
            return (
                message
                + " "
                + self.env._(
                    "%(quantity)s %(unit)s are in open vials past their time: discard them.",
                    quantity=f"{unit.round(expired):.15g}",
                    unit=unit.name,
                )
            )
        others = {lot: quantity for lot, quantity in self._available_lots().items() if lot != self.lot_id}
        if others:
            lots = ", ".join(f"{lot.name} ({quantity:.15g} {unit.name})" for lot, quantity in others.items())
            return message + " " + self.env._("Other lots there: %s. Log each lot on a line of its own.", lots)
        return message + " " + self.env._("Bring some from the store first.")

    def _prepare_move(self):
        """Return the values of the stock move that takes this item out."""
        self.ensure_one()
        source = self.company_id._get_treatment_location()
        return self._prepare_move_between(source, self.env.ref("clinic_stock.location_patients"))

    def _prepare_undo_move(self):
        """Return the values of the stock move that brings this item back."""
        self.ensure_one()
        move = self.move_id
        vals = self._prepare_move_between(move.location_dest_id, move.location_id)
        return {**vals, "origin_returned_move_id": move.id, "to_refund": False}

    def _prepare_move_between(self, source, destination):
        line = {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "quantity": self._product_quantity(),
            "location_id": source.id,
            "location_dest_id": destination.id,
            "lot_id": self.lot_id.id,
            "company_id": self.company_id.id,
        }
        return {
            # The visit's number is all that the stock app learns.
            "origin": self.visit_id.name,
            "clinic_visit_id": self.visit_id.id,
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": self._product_quantity(),
            "location_id": source.id,
            "location_dest_id": destination.id,
            "move_line_ids": [fields.Command.create(line)],
            "picked": True,
        }

    def _do_move(self, vals):
        """Create the stock move of ``vals``, do it at once and return it."""
        context = {**clean_context(self.env.context), "clinic_stock_examined": EXAMINED}
        # The right to log items was checked on this record; practitioners have no rights in the stock app.
        moves = self.env(context=context)["stock.move"].sudo()
        move = moves.with_company(self.company_id).create(vals)
        move._action_done()
        return move

    @takes(opened=a_flag())
    def action_undo(self, opened=False):
        """Take back what was logged by mistake: a return move brings it to where it was taken from.

        :param opened: whether a vial that this dose alone had opened is open all the same; else it is sealed again
        """
        self.check_access("write")
        self._check_procedure_open()
        for consumption in self.sudo():
            if consumption.state == "undone":
                raise UserError(self.env._("This item was taken back already."))
            move = consumption._do_move(consumption._prepare_undo_move())
            super(ClinicConsumption, consumption).write({"undo_move_id": move.id})
            self.env["clinic.open.vial"].sudo()._put_back(consumption, opened)
        return True
