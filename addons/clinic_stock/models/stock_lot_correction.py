from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.clinic.door import a_day, a_text, takes

FACTS = {"name", "product_id", "expiration_date"}


class StockLot(models.Model):
    """What a lot is called and until when it is good stays once it was moved; it is corrected by right, with a reason.

    The record of who was given what, and what may still be used, hangs on both.
    """

    _inherit = "stock.lot"

    clinic_is_moved = fields.Boolean(
        compute="_compute_clinic_is_moved", help="Goods of this lot came, went or were used."
    )
    clinic_correction_count = fields.Integer(
        compute="_compute_clinic_correction_count", string="Corrections", groups="clinic.group_warehouse"
    )

    def _compute_clinic_is_moved(self):
        # Whether it was moved is no secret of anyone who sees the lot; where to may be.
        lines = self.env["stock.move.line"].sudo()
        groups = lines._read_group([("lot_id", "in", self.ids), ("state", "=", "done")], ["lot_id"])
        moved = {lot.id for (lot,) in groups}
        for lot in self:
            lot.clinic_is_moved = lot._origin.id in moved and lot.product_id.sudo().clinic_item

    def _compute_clinic_correction_count(self):
        groups = self.env["clinic.lot.correction"]._read_group([("lot_id", "in", self.ids)], ["lot_id"], ["__count"])
        counts = {lot.id: count for lot, count in groups}
        for lot in self:
            lot.clinic_correction_count = counts.get(lot._origin.id, 0)

    def write(self, vals):
        if vals.keys() & FACTS and not self._clinic_may_write_locked():
            self._clinic_check_facts(vals)
        return super().write(vals)

    def _clinic_check_facts(self, vals):
        """Raise ``UserError`` when ``vals`` change what is known of lots that were moved."""
        for lot in self:
            changed = [name for name in vals.keys() & FACTS if lot._clinic_differs(name, vals[name])]
            if changed and lot.clinic_is_moved:
                raise UserError(
                    self.env._(
                        "Lot %(lot)s of %(product)s has been moved: its number and expiry date are changed by "
                        "“Correct”, with the reason.",
                        lot=lot.name,
                        product=lot.product_id.display_name,
                    )
                )

    def _clinic_differs(self, name, value):
        """Return whether ``value``, as it is written, is another one than this lot has."""
        self.ensure_one()
        if name == "expiration_date" and value:
            value = self._clinic_last_moment(value, self._clinic_branch())
        field = self._fields[name]
        return field.convert_to_cache(value, self) != field.convert_to_cache(self[name], self)

    @takes(name=a_text(200, optional=True), expiry=a_day(optional=True), reason=a_text(optional=True))
    def clinic_correct(self, name, expiry, reason):
        """Correct the number and the day of expiry of this lot, by right; the old ones stay in its log.

        :param expiry: the date that is printed on the package; None for none
        :raises AccessError: for those who have no right to correct lots
        """
        self.ensure_one()
        if not self.env.user.has_group("clinic_stock.group_lot_correct"):
            raise AccessError(self.env._("Ask a manager: correcting a lot needs a right of its own."))
        self.check_access("write")
        name, reason = (name or "").strip() or self.name, self._clinic_reason(reason)
        before = {"old_name": self.name, "old_expiry": self.clinic_expiry_day}
        moment = expiry and self._clinic_day_end(expiry, self._clinic_branch())
        self._clinic_writing().write({"name": name, "expiration_date": moment or False})
        self._clinic_log_correction(before, reason)
        return True

    def _clinic_log_correction(self, before, reason):
        values = {
            **before,
            "lot_id": self.id,
            "company_id": self.company_id.id,
            "new_name": self.name,
            "new_expiry": self.clinic_expiry_day,
            "reason": reason,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
        }
        # Nobody writes the log by hand; the right to correct was checked.
        self.env["clinic.lot.correction"].sudo().create(values)

    def action_clinic_correct(self):
        """Ask what is right, and why."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct Lot %s", self.name),
            "res_model": "clinic.lot.correct",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_lot_id": self.id},
        }

    def action_clinic_corrections(self):
        """Open what was corrected on this lot."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Corrections of Lot %s", self.name),
            "res_model": "clinic.lot.correction",
            "views": [[False, "list"]],
            "domain": [("lot_id", "=", self.id)],
        }
