from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import a_record, takes


class ClinicOpenVial(models.Model):
    """A vial of several doses that has been opened: what is left of it, and until when it may be used.

    What lies in open vials is part of the lot's stock: the stock moves remain the only book of what is there, and the
    lines of a vial say which of them went through it. What is not in an open vial is sealed.
    """

    _name = "clinic.open.vial"
    _description = "Open Vial"
    _order = "discard_after, id"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, help="As written on the vial.")
    product_id = fields.Many2one("product.product", string="Item", required=True, readonly=True, ondelete="restrict")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one("stock.lot", readonly=True, ondelete="restrict", index=True)
    location_id = fields.Many2one("stock.location", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, readonly=True, ondelete="restrict", index=True
    )
    opened_at = fields.Datetime(required=True, readonly=True)
    opened_by_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    # With a group, as nobody else may search vials by what hangs on the procedure.
    procedure_id = fields.Many2one(
        "clinic.procedure",
        string="Opened in Visit",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="clinic.group_cosmetologist,clinic.group_manager",
    )
    discard_after = fields.Datetime(required=True, readonly=True, help="From then on nothing is drawn from it.")
    size = fields.Float(required=True, readonly=True, digits="Product Unit", help="What was in it when it was opened.")
    dilution = fields.Float(string="Diluent (ml)", digits=(16, 2), help="So many ml it was reconstituted with.")
    concentration = fields.Float(
        compute="_compute_concentration", digits=(16, 4), help="In the item's unit per ml of the reconstituted volume."
    )
    line_ids = fields.One2many("clinic.open.vial.line", "vial_id", string="Ledger", readonly=True)
    remaining = fields.Float(compute="_compute_remaining", store=True, digits="Product Unit")
    state = fields.Selection(
        [("open", "Open"), ("empty", "Used up"), ("discarded", "Discarded"), ("sealed", "Not opened")],
        compute="_compute_remaining",
        store=True,
        index=True,
    )
    is_over = fields.Boolean(compute="_compute_is_over", search="_search_is_over", string="Beyond-Use Date Passed")
    is_due = fields.Boolean(compute="_compute_is_due", search="_search_is_due", string="To Discard Today")

    _name_uniq = models.UniqueIndex("(name)", "There is a vial with this number already.")
    _not_below_zero = models.Constraint("CHECK (remaining >= 0)", "More would be drawn than is left in the vial.")
    _not_above_size = models.Constraint("CHECK (remaining <= size)", "More would be left than was in the vial.")
    _discard_after_opening = models.Constraint(
        "CHECK (discard_after > opened_at)", "A vial is discarded after it was opened."
    )
    _dilution_not_negative = models.Constraint(
        "CHECK (dilution IS NULL OR dilution >= 0)", "The volume of diluent cannot be below zero."
    )
    _open_idx = models.Index("(product_id, location_id) WHERE state = 'open'")

    @api.depends("line_ids.quantity", "line_ids.kind")
    def _compute_remaining(self):
        for vial in self:
            left = vial.uom_id.round(sum(vial.line_ids.mapped("quantity")))
            vial.remaining = left
            kinds = vial.line_ids.mapped("kind")
            closed = "sealed" if "close" in kinds else "discarded" if "discard" in kinds else "empty"
            vial.state = "open" if vial.uom_id.compare(left, 0) > 0 else closed

    @api.depends("size", "dilution")
    def _compute_concentration(self):
        for vial in self:
            vial.concentration = vial.size / vial.dilution if vial.dilution else 0.0

    @api.depends("discard_after", "state")
    def _compute_is_over(self):
        now = fields.Datetime.now()
        for vial in self:
            vial.is_over = vial.state == "open" and vial.discard_after <= now

    def _search_is_over(self, operator, value):
        if operator != "in":
            return NotImplemented
        over = [("state", "=", "open"), ("discard_after", "<=", fields.Datetime.now())]
        return over if True in value else ["!", "&", *over]

    @api.depends("discard_after", "state")
    def _compute_is_due(self):
        tonight = self._tonight()
        for vial in self:
            vial.is_due = vial.state == "open" and vial.discard_after < tonight

    def _search_is_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        due = [("state", "=", "open"), ("discard_after", "<", self._tonight())]
        return due if True in value else ["!", "&", *due]

    @api.model
    def _tonight(self):
        """Return the midnight in the current branch at which today ends, in naive UTC."""
        today = self.env.company._clinic_today()
        return self.env.company._clinic_days(today)[1]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["name"] = self.env["ir.sequence"].sudo().next_by_code("clinic.open.vial")
        return super().create(vals_list)

    def write(self, vals):
        """Only how it was reconstituted is told afterwards; everything else are facts."""
        if not self.env.su and vals.keys() - {"dilution"}:
            raise UserError(self.env._("An open vial is not edited: draw from it, discard what is left, or count it."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An open vial is not deleted: discard what is left of it."))

    # -- what is left -------------------------------------------------------------------------------------------------

    @api.model
    def _open_in(self, products, locations, lots=None):
        """Return the open vials of ``products`` in ``locations``, the first to be discarded first."""
        domain = [
            ("state", "=", "open"),
            ("product_id", "in", products.ids),
            ("location_id", "in", locations.ids),
        ]
        if lots is not None:
            domain.append(("lot_id", "in", lots.ids or [False]))
        return self.search(domain)

    @api.model
    def _expired_quantity(self, product, location):
        """Return {lot: quantity} of what lies in vials past their time: on hand, but not to be used."""
        spoilt = {}
        for vial in self._open_in(product, location).filtered("is_over"):
            spoilt[vial.lot_id] = spoilt.get(vial.lot_id, 0) + vial.remaining
        return spoilt

    # -- drawing ------------------------------------------------------------------------------------------------------

    @api.model
    def _draw(self, consumption, quantity):
        """Take ``quantity`` in the item's unit, whose move is done, out of open vials; open what is still needed.

        The stock that was drawn from is locked, so that nobody else opens or draws now.
        """
        product, lot, location = consumption.product_id, consumption.lot_id, consumption.move_id.location_id
        opened = self._open_in(product, location, lot)
        # The goods have gone already: what was sealed before is what is there now, and what is just being drawn.
        there = self._on_hand(product, location, lot) + quantity
        sealed = product.uom_id.round(there - sum(opened.mapped("remaining")))
        draws = {}
        for vial in opened.filtered(lambda vial: not vial.is_over):
            take = min(vial.remaining, quantity)
            draws[vial] = take
            quantity = product.uom_id.round(quantity - take)
            if product.uom_id.is_zero(quantity):
                break
        else:
            draws |= self._open_new(consumption, quantity, sealed)
        self.env["clinic.open.vial.line"].create(
            [vial._prepare_line("draw", -take, consumption.move_id, consumption) for vial, take in draws.items()]
        )

    @api.model
    def _open_new(self, consumption, quantity, sealed):
        """Open vials of what is ``sealed`` until they hold ``quantity``; return {vial: what is drawn of it}."""
        unit = consumption.product_id.uom_id
        size = consumption.product_id.clinic_vial_uom_id._compute_quantity(1, unit)
        vals_list, draws = [], []
        while unit.compare(quantity, 0) > 0:
            content = min(size, sealed)
            if unit.compare(content, 0) <= 0:
                raise UserError(self.env._("Open vials hold more than there is. Count this lot, then log it again."))
            take = min(content, quantity)
            vals_list.append(self._prepare_vial(consumption, content))
            draws.append(take)
            sealed, quantity = unit.round(sealed - content), unit.round(quantity - take)
        return dict(zip(self.create(vals_list), draws, strict=True))

    @api.model
    def _on_hand(self, product, location, lot):
        quants = self.env["stock.quant"]._read_group(
            [("product_id", "=", product.id), ("location_id", "=", location.id), ("lot_id", "=", lot.id)],
            aggregates=["quantity:sum"],
        )
        return quants[0][0] or 0.0

    @api.model
    def _prepare_vial(self, consumption, size):
        """Return the values of a vial that is opened for ``consumption``, with its first line."""
        now = fields.Datetime.now()
        product = consumption.product_id
        opening = {"kind": "open", "quantity": size, "user_id": consumption.user_id.id, "date": now}
        return {
            "product_id": product.id,
            "lot_id": consumption.lot_id.id,
            "location_id": consumption.move_id.location_id.id,
            "company_id": consumption.company_id.id,
            "procedure_id": consumption.procedure_id.id,
            "opened_at": now,
            "opened_by_id": consumption.user_id.id,
            "discard_after": now + timedelta(hours=product.clinic_open_hours),
            "size": size,
            "dilution": product.clinic_dilution,
            "line_ids": [fields.Command.create(opening)],
        }

    def _prepare_line(self, kind, quantity, move, consumption=None):
        """Return the values of a ledger line about what ``move`` took out of this vial, or brought back."""
        self.ensure_one()
        return {
            "vial_id": self.id,
            "kind": kind,
            "quantity": quantity,
            "move_id": move.id,
            "consumption_id": consumption.id if consumption else False,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
        }

    @api.model
    def _put_back(self, consumption, opened=False):
        """Put back what ``consumption``, which has been taken back, drew from vials.

        A vial from which nothing was drawn any more was never opened, unless ``opened`` says that it was.
        """
        lines = consumption.vial_line_ids.filtered(lambda line: line.kind == "draw")
        self.env["clinic.open.vial.line"].create(
            [
                line.vial_id._prepare_line("undo", -line.quantity, consumption.undo_move_id, consumption)
                for line in lines
            ]
        )
        if not opened:
            lines.vial_id._close_untouched()

    # -- other ways out -----------------------------------------------------------------------------------------------

    @api.model
    def _reconcile_vials(self, lines):
        """Leave no more in open vials than there is of their lot, after ``lines`` have taken goods out.

        What was scrapped or not found at a count is taken off the vials that are discarded first. Goods in an open
        vial are not moved to another place.

        :raises UserError: when a transfer, a sale or a return would take what is in open vials
        """
        lines = lines.filtered(lambda line: line.product_id.clinic_vial_uom_id)
        for key in dict.fromkeys((line.product_id, line.location_id, line.lot_id) for line in lines):
            moves = lines.filtered(
                lambda line, key=key: (line.product_id, line.location_id, line.lot_id) == key
            ).move_id
            self._settle_lot(*key, moves)

    @api.model
    def _settle_lot(self, product, location, lot, moves):
        vials = self._open_in(product, location, lot)
        for move in moves:
            chosen = move.scrap_id.clinic_vial_id & vials
            missing = sum(move.move_line_ids.filtered(lambda line: line.lot_id == lot).mapped("quantity_product_uom"))
            if chosen:
                self._take_off(chosen, missing, move)
        if not vials:
            return
        missing = sum(vials.mapped("remaining")) - self._on_hand(product, location, lot)
        if product.uom_id.compare(missing, 0) <= 0:
            return
        move = moves[-1:]
        if not (move.scrap_id or move.is_inventory):
            raise UserError(
                self.env._(
                    "%(quantity)s %(unit)s of %(product)s, lot %(lot)s, are in open vials in %(location)s, which are "
                    "not moved. Leave them there, or discard them first.",
                    quantity=f"{sum(vials.mapped('remaining')):.15g}",
                    unit=product.uom_id.name,
                    product=product.display_name,
                    lot=lot.name or "",
                    location=location.display_name,
                )
            )
        self._take_off(vials, missing, move)

    @api.model
    def _take_off(self, vials, quantity, move):
        """Take ``quantity`` off ``vials``, one after the other, as ``move`` did from the stock."""
        kind = "count" if move.is_inventory else "discard"
        vals_list = []
        for vial in vials:
            take = min(vial.remaining, quantity)
            vals_list.append(vial._prepare_line(kind, -take, move))
            quantity = vial.uom_id.round(quantity - take)
            if vial.uom_id.compare(quantity, 0) <= 0:
                break
        self.env["clinic.open.vial.line"].create(vals_list)

    # -- discarding ---------------------------------------------------------------------------------------------------

    def action_discard(self):
        """Ask why what is left is discarded, and for a witness where it is costly."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Discard What Is Left"),
            "res_model": "clinic.vial.discard",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_vial_ids": self.ids},
        }

    @takes(reason=a_record("stock.scrap.reason.tag", exists=True), witness=a_record("res.users", exists=True))
    def discard(self, reason, witness=None):
        """Scrap what is left of these vials.

        :param reason: a ``stock.scrap.reason.tag``
        :param witness: the ``res.users`` who has seen it; needed for what is worth more than the branch's limit
        :return: the ``stock.scrap`` records
        :raises UserError: when nothing is left, or a witness is missing
        """
        self.check_access("write")
        # Anyone who draws from a vial waits at the same stock.
        self.env["stock.quant"]._clinic_wait(self.product_id, self.location_id)
        self.invalidate_recordset(["remaining", "state"])
        if closed := self.filtered(lambda vial: vial.state != "open"):
            raise UserError(self.env._("Nothing is left in vial %s.", closed[0].name))
        # Practitioners have no rights in the stock app; the right to the vial was checked.
        scraps = self.env["stock.scrap"].sudo().create([vial._prepare_scrap(reason, witness) for vial in self])
        scraps.do_scrap()
        return scraps

    def _prepare_scrap(self, reason, witness):
        """Return the values of the native scrap of what is left in this vial."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.uom_id.id,
            "scrap_qty": self.remaining,
            "lot_id": self.lot_id.id,
            "location_id": self.location_id.id,
            "origin": self.name,
            "clinic_vial_id": self.id,
            "clinic_witness_id": witness.id if witness else False,
            "scrap_reason_tag_ids": [fields.Command.set(reason.ids)],
        }
