from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.clinic.door import a_list, a_number, a_text, an_id, takes
from odoo.addons.clinic.reasons import check_reason

# So many products are found at once; who looks for another types more.
MOST_FOUND = 8
# Of one product, and of a tip.
MOST = 10**7


class ClinicCheckout(models.AbstractModel):
    """What is put into the basket, and what is given away."""

    _inherit = "clinic.checkout"

    # -- products -----------------------------------------------------------------------------------------------------

    @api.model
    @takes(visit_id=an_id(), text=a_text(200, optional=True))
    def find_products(self, visit_id, text):
        """Return the products that are sold here and whose name, reference or barcode has ``text``."""
        visit = self._visit(visit_id)
        products = self.env["product.product"]
        words = text.strip() if isinstance(text, str) else ""
        domain = products.product_tmpl_id._clinic_retail_domain(visit.company_id)
        if words:
            domain &= Domain.OR(Domain(name, "ilike", words) for name in ("name", "default_code", "barcode"))
        found = products.search(domain, limit=MOST_FOUND, order="name, id")
        return [
            {
                "id": product.id,
                "name": product.display_name,
                "price": self._price(visit, product),
            }
            for product in found
        ]

    @api.model
    def _price(self, visit, product):
        """Return what ``product`` costs this patient in the visit's branch, before any discount."""
        return product.product_tmpl_id._clinic_price(visit.company_id, None, visit.patient_id, product)

    @api.model
    @takes(visit_id=an_id(), barcode=a_text(200, optional=True))
    def scan(self, visit_id, barcode):
        """Put one of the product with ``barcode`` into the basket.

        :raises UserError: when nothing that is sold here has it
        """
        visit = self._visit(visit_id)
        barcode = barcode.strip() if isinstance(barcode, str) else ""
        product = self._product_of(visit, barcode)
        if not product:
            if barcode and self.env["product.product"].search([("barcode", "=", barcode)], limit=1).is_confidential:
                raise UserError(
                    self.env._(
                        "This product is confidential, and its name would stand on the invoice. A manager clears "
                        "“Confidential” on the product, so that it is sold here."
                    )
                )
            raise UserError(
                self.env._("No product that is sold here has the barcode %s. Look for it by its name.", barcode)
            )
        return self.add_product(visit_id, product.id)

    @api.model
    def _product_of(self, visit, barcode):
        """Return the product that is sold here under ``barcode``; other addons know more kinds of codes."""
        products = self.env["product.product"]
        if not barcode:
            return products
        domain = products.product_tmpl_id._clinic_retail_domain(visit.company_id)
        return products.search(domain & Domain("barcode", "=", barcode), limit=1)

    @api.model
    @takes(visit_id=an_id(), product_id=an_id())
    def add_product(self, visit_id, product_id):
        """Put one of a product into the basket."""
        visit = self._open_visit(visit_id)
        domain = self.env["product.template"]._clinic_retail_domain(visit.company_id)
        product = self.env["product.product"].search(domain & Domain("id", "=", product_id), limit=1)
        if not product:
            raise UserError(self.env._("This product is not sold here."))
        # The right to the visit was checked, and nobody has the right to write the basket by hand.
        lines = visit.sudo().checkout_line_ids
        line = lines.filtered(lambda line: line.product_id == product and not line.tip_practitioner_id)
        if line:
            line._set_quantity(line.quantity + 1, self.env.user)
        else:
            price = self._price(visit, product)
            values = {"visit_id": visit.id, "product_id": product.id, "list_price": price, "price_unit": price}
            lines._put_in(values)
        return self._prepare_screen(visit)

    @api.model
    @takes(visit_id=an_id(), line_id=an_id(), quantity=a_number(least=0, most=MOST))
    def set_quantity(self, visit_id, line_id, quantity):
        """Let the basket have ``quantity`` of a product or tip; zero takes it out."""
        visit = self._open_visit(visit_id)
        # As above.
        line = visit.sudo().checkout_line_ids.filtered(lambda line: line.id == line_id)
        if not line:
            raise UserError(self.env._("This is no longer in the basket."))
        if line.product_id.uom_id.is_zero(quantity):
            line._take_out()
        else:
            line._set_quantity(quantity, self.env.user)
        return self._prepare_screen(visit)

    @api.model
    @takes(visit_id=an_id(), practitioner_id=an_id(), amount=a_number(least=0, most=MOST))
    def set_tip(self, visit_id, practitioner_id, amount):
        """Let the patient give ``amount`` to a practitioner; zero takes it off.

        :raises UserError: when tips have no account in this branch
        """
        visit = self._open_visit(visit_id)
        amount = visit.currency_id.round(amount)
        if practitioner_id not in {person["id"] for person in self._prepare_tips_for(visit)}:
            raise UserError(self._no_tips_text(visit))
        lines = visit.sudo().checkout_line_ids
        line = lines.filtered(lambda line: line.tip_practitioner_id.id == practitioner_id)
        if visit.currency_id.is_zero(amount):
            line._take_out()
        elif line:
            line.write({"price_unit": amount, "quantity": 1})
        else:
            product = self.env["product.template"]._clinic_tip_product()
            if not product:
                raise UserError(self._no_tips_text(visit))
            values = {"visit_id": visit.id, "product_id": product.id, "price_unit": amount}
            lines.create({**values, "tip_practitioner_id": practitioner_id})
        return self._prepare_screen(visit)

    @api.model
    def _no_tips_text(self, visit):
        return self.env._(
            "%s takes no tips for this practitioner. An account for tips is chosen in the clinic's settings.",
            visit.company_id.name,
        )

    # -- discounts ----------------------------------------------------------------------------------------------------

    @api.model
    @takes(
        visit_id=an_id(), keys=a_list(a_text(100)), percent=a_number(least=0, most=100), reason=a_text(optional=True)
    )
    def set_discount(self, visit_id, keys, percent, reason):
        """Give ``percent`` on the rows with these keys; above the user's limit a manager is asked for treatments.

        :param keys: those of rows of treatments and products
        :raises UserError: when a product would be sold below the user's limit, or the reason is missing
        """
        visit = self._open_visit(visit_id)
        if percent:
            reason = check_reason(self.env, reason, self.env._("Say in a few words why this patient pays less."))
        keys = set(keys)
        lines = visit.checkout_line_ids.filtered(lambda line: f"line-{line.id}" in keys)
        lines.filtered(lambda line: not line.tip_practitioner_id)._give_discount(percent, reason)
        for procedure in visit._procedures_to_charge().filtered(lambda one: f"treatment-{one.id}" in keys):
            self._discount_treatment(procedure, percent, reason)
        return self._prepare_screen(visit)

    @api.model
    def _discount_treatment(self, procedure, percent, reason):
        """Give ``percent`` on a treatment as its own dialog does, which also asks the manager."""
        if percent:
            values = {"price_unit": procedure.price_unit, "discount": percent, "reason": reason}
            self.env["clinic.discount.ask"].create({"procedure_id": procedure.id, **values}).action_ask()
        else:
            procedure.discount = 0
