from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicCheckoutLine(models.Model):
    """What a visit's checkout charges beside the treatments: a product sold at the desk, or a tip.

    Nobody has the right to write these rows by hand: the checkout does, after it has looked at limits and rights. They
    wait here until the visit is checked out, so that a basket that is half entered survives a reload and a colleague
    goes on with it.
    """

    _name = "clinic.checkout.line"
    _description = "Sold at the Desk"
    _inherit = ["clinic.confidential.mixin"]
    _order = "id"
    _rec_name = "product_id"

    visit_id = fields.Many2one("clinic.visit", required=True, readonly=True, ondelete="cascade", index=True)
    patient_id = fields.Many2one(related="visit_id.patient_id", store=True)
    company_id = fields.Many2one(related="visit_id.company_id", store=True, string="Branch")
    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="restrict")
    quantity = fields.Float(digits="Product Unit", readonly=True, default=1)
    list_price = fields.Float(digits="Product Price", readonly=True, help="When it was put into the basket.")
    price_unit = fields.Float(string="Price", digits="Product Price", readonly=True)
    discount = fields.Float(string="Disc.%", digits="Discount", readonly=True)
    tip_practitioner_id = fields.Many2one(
        "clinic.practitioner", string="Tip For", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    # What was charged once stays for the invoice that was credited; it is out of the basket.
    active = fields.Boolean(default=True, readonly=True)

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A quantity is above zero.")
    _price_not_negative = models.Constraint(
        "CHECK (price_unit IS NULL OR price_unit >= 0)", "A price cannot be below zero."
    )
    _discount_in_range = models.Constraint(
        "CHECK (discount IS NULL OR (discount >= 0 AND discount <= 100))", "A discount lies between 0 and 100 %."
    )
    _one_line_a_product = models.UniqueIndex(
        "(visit_id, product_id) WHERE tip_practitioner_id IS NULL AND active",
        "This product is in the basket already: change its quantity.",
    )
    _one_tip_each = models.UniqueIndex(
        "(visit_id, tip_practitioner_id) WHERE tip_practitioner_id IS NOT NULL AND active",
        "A tip for this practitioner is in the basket already: change its amount.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_charged(self):
        """What an invoice charges stays."""
        self.visit_id._check_not_charged()

    @api.model
    def _put_in(self, values):
        """Put one of a product into the basket with ``values``: what was taken out after a credit is the same again.

        Its goods may have left the stock with the invoice that was credited.
        """
        taken_out = self.with_context(active_test=False).search(
            [
                ("visit_id", "=", values["visit_id"]),
                ("product_id", "=", values["product_id"]),
                ("tip_practitioner_id", "=", False),
                ("active", "=", False),
            ],
            limit=1,
        )
        if taken_out:
            taken_out.write({**values, "active": True, "quantity": 1, "discount": 0})
        return taken_out or self.create(values)

    def _take_out(self):
        """Take these out of the basket."""
        charged = self.env["account.move.line"].sudo().search([("clinic_checkout_line_id", "in", self.ids)])
        kept = self & charged.clinic_checkout_line_id
        kept.active = False
        # Before the same product comes into the basket again: the index looks at what is stored.
        kept.flush_recordset(["active"])
        (self - kept).unlink()

    def _prepare_invoice_line(self):
        """Return the values of the invoice line of this; a tip carries no tax and goes to the account of tips."""
        self.ensure_one()
        branch, product = self.company_id, self.product_id
        template = product.product_tmpl_id.with_context(lang=self.patient_id.lang)
        # A tip is no sale of the clinic's.
        taxes = self.env["account.tax"] if self.tip_practitioner_id else self._taxes()
        values = {
            "product_id": product.id,
            "name": template.neutral_name or template.name,
            "quantity": self.quantity,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "tax_ids": [fields.Command.set(taxes.ids)],
            "clinic_checkout_line_id": self.id,
        }
        if self.tip_practitioner_id:
            account = branch.sudo().clinic_tip_account_id
            values.update(account_id=account.id, clinic_tip_practitioner_id=self.tip_practitioner_id.id)
        return values

    def _taxes(self):
        """Return the sales taxes of this product in this branch for this patient."""
        return self.company_id._clinic_taxes(self.product_id, self.patient_id.partner_id)

    # -- discounts ----------------------------------------------------------------------------------------------------

    def _give_discount(self, percent, reason):
        """Give ``percent`` on these, and write down who gave it and why.

        :raises UserError: when that is more than the user may give away
        """
        for line in self:
            limit = self.env.user._clinic_discount_limit(line.company_id)
            if not 0 <= percent <= 100:
                raise UserError(self.env._("A discount lies between 0 and 100 %."))
            if percent > line.discount and percent > limit:
                raise UserError(
                    self.env._(
                        "%(product)s: you may give %(limit)s %%. A manager gives more on this screen.",
                        product=line.product_id.display_name,
                        limit=f"{limit:g}",
                    )
                )
            if percent > line.discount:
                # What is given away is written down, no matter who gives it; nobody has the right to write it by hand.
                self.env["clinic.discount"].sudo().create(line._prepare_discount(percent, reason))
        self.sudo().write({"discount": percent})

    def _set_quantity(self, quantity, user):
        """Let ``quantity`` be sold of this.

        :raises UserError: when it is a part of a piece, or more is given away by it than ``user`` may
        """
        self.ensure_one()
        if quantity != int(quantity):
            raise UserError(self.env._("%s is sold by whole pieces.", self.product_id.display_name))
        if quantity > self.quantity and self.discount > user._clinic_discount_limit(self.company_id):
            raise UserError(
                self.env._(
                    "%s is sold at a discount that you may not give on more pieces. Ask a manager.",
                    self.product_id.display_name,
                )
            )
        more, self.quantity = quantity - self.quantity, quantity
        if self.discount and more > 0:
            # What is given away on these is traced as well; the reason is the one that was given.
            traces = self.env["clinic.discount"].sudo()
            reason = traces.search([("checkout_line_id", "=", self.id)], order="id desc", limit=1).reason
            traces.create(self._prepare_discount(self.discount, reason, more))

    def _prepare_discount(self, percent, reason, quantity=None):
        """Return the values of the row of ``clinic.discount`` that traces ``percent`` on this product.

        :param quantity: on how many it is given, if not on all
        """
        self.ensure_one()
        quantity = self.quantity if quantity is None else quantity
        given_away = self.list_price * percent / 100 * quantity
        return {
            "visit_id": self.visit_id.id,
            "checkout_line_id": self.id,
            "treatment_id": self.product_id.product_tmpl_id.id,
            "list_price": self.list_price,
            "price_unit": self.price_unit,
            "quantity": quantity,
            "discount": percent,
            "percent": percent,
            "amount": self.company_id.sudo().currency_id.round(given_away),
            "reason": reason,
            "state": "allowed",
            "asked_by_id": self.env.uid,
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
        }
