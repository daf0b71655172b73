from odoo import api, fields, models
from odoo.tools import ormcache


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    @ormcache()
    def _clinic_currency_ids(self):
        """Return the ids of the currencies of all companies, which the board would ask for each time it is drawn.

        The cache is cleared where a company's currency changes: see ``clinic``.
        """
        return tuple(self.sudo().search([]).currency_id.ids)

    def _clinic_taxes(self, product, partner):
        """Return the sales taxes of ``product`` in this branch for ``partner``, its fiscal position applied."""
        self.ensure_one()
        # Of all branches' taxes, no matter who asks: this branch's are taken.
        taxes = product.sudo().taxes_id._filter_taxes_by_company(self).with_env(self.env)
        position = self.env["account.fiscal.position"].with_company(self)._get_fiscal_position(partner)
        return position.map_tax(taxes)

    def _clinic_total(self, lines, partner):
        """Return what a posted invoice with ``lines`` will amount to: {"total_excluded", "total_included"}.

        It is the invoice's own computation over all lines together, by the branch's way of rounding; adding up lines
        that were rounded one by one gives another amount.

        :param lines: values of invoice lines, as ``_prepare_invoice_lines`` returns them
        """
        totals = self._clinic_tax_totals(lines, partner)
        return {"total_excluded": totals["base_amount_currency"], "total_included": totals["total_amount_currency"]}

    def _clinic_tax_totals(self, lines, partner):
        """Return Odoo's tax totals of an invoice with ``lines``, as its form shows them; see ``_clinic_total``."""
        taxes, base_lines = self._clinic_tax_base_lines(lines, partner)
        taxes._round_base_lines_tax_details(base_lines, self.sudo())
        return taxes._get_tax_totals_summary(base_lines, self.sudo().currency_id, self.sudo())

    def _clinic_line_amounts(self, lines, partner):
        """Return what a posted invoice will show as the amount of each of ``lines``, in their order.

        Each is rounded alone, as the invoice's lines are; their sum need not be its total.
        """
        taxes, base_lines = self._clinic_tax_base_lines(lines, partner)
        for base_line in base_lines:
            taxes._round_base_lines_tax_details([base_line], self.sudo())
        kind = "total_included_currency" if self._clinic_shows_taxes() else "total_excluded_currency"
        currency = self.sudo().currency_id
        return [currency.round(base_line["tax_details"][kind]) for base_line in base_lines]

    def _clinic_shows_taxes(self):
        """Return whether amounts of lines on this branch's documents include taxes, as Odoo's own invoice asks it."""
        return self.sudo().account_price_include == "tax_included"

    def _clinic_tax_base_lines(self, lines, partner):
        """Return the model of taxes and its base lines of an invoice with ``lines``, not rounded yet."""
        self.ensure_one()
        # What the patient will pay must not depend on who asks.
        taxes = self.env["account.tax"].sudo()
        payer = {"partner_id": partner.sudo(), "currency_id": self.sudo().currency_id}
        base_lines = [
            taxes._prepare_base_line_for_taxes_computation(self._clinic_base_line(line), **payer) for line in lines
        ]
        taxes._add_tax_details_in_base_lines(base_lines, self.sudo())
        return taxes, base_lines

    def _clinic_on_documents(self, command):
        """Return ``command``, which creates an invoice line, with the product that may stand on documents."""
        vals = command[2]
        product = self.env["product.product"].browse(vals["product_id"])
        neutral = product._clinic_on_documents(self)
        # The unit is that of what is charged, whatever stands for it.
        return fields.Command.create({"product_uom_id": product.uom_id.id, **vals, "product_id": neutral.id})

    def _clinic_untaxed(self, total, taxes, partner):
        """Return what of ``total``, which includes ``taxes``, is untaxed, rounded to the branch's currency."""
        self.ensure_one()
        if not taxes:
            return total
        currency = self.sudo().currency_id
        base = taxes.sudo()._prepare_base_line_for_taxes_computation(
            {"tax_ids": taxes.sudo(), "price_unit": total, "quantity": 1.0, "discount": 0.0},
            partner_id=partner.sudo(),
            currency_id=currency,
            special_mode="total_included",
        )
        taxes.sudo()._add_tax_details_in_base_line(base, self.sudo())
        return currency.round(base["tax_details"]["raw_total_excluded_currency"])

    def _clinic_unit_price(self, total, taxes, partner):
        """Return the unit price at which one line with ``taxes`` amounts to ``total``, taxes included."""
        self.ensure_one()
        if not taxes or all(tax.price_include for tax in taxes.flatten_taxes_hierarchy()):
            return total
        return self._clinic_untaxed(total, taxes, partner)

    def _clinic_base_line(self, line):
        """Return the values of an invoice line for the computation of taxes, rounded as they will be stored."""
        stored = self.env["account.move.line"]
        rounded = {
            name: stored._fields[name].convert_to_cache(line.get(name, default), stored)
            for name, default in (("price_unit", 0.0), ("quantity", 1.0), ("discount", 0.0))
        }
        return {
            **rounded,
            "product_id": self.env["product.product"].sudo().browse(line["product_id"]),
            "tax_ids": self.env["account.tax"].sudo().browse(line["tax_ids"][0][2]),
        }

    def _clinic_journal(self, kind):
        """Return the journal into which this branch takes payments at the desk: its own, else that of its company.

        :param kind: "card", which the terminal pays to the bank, or "cash"
        """
        self.ensure_one()
        type_ = {"card": "bank", "cash": "cash"}[kind]
        journals = self.env["account.journal"]
        found = journals.search([*journals._check_company_domain(self), ("type", "=", type_)])
        usable = found.filtered("inbound_payment_method_line_ids")
        return usable.sorted(lambda journal: (journal.company_id != self, journal.sequence, journal.id))[:1]

    def _clinic_accountants(self):
        """Return the users who keep this branch's books: accountants, and after them managers, who may as well."""
        self.ensure_one()
        # Who works where is no secret of the step that has a task for them.
        users = self.env.ref("clinic.group_accountant").sudo().all_user_ids
        here = users.filtered(lambda user: user.active and self in user.company_ids)
        return here.sorted(lambda user: (user.has_group("clinic.group_manager"), user.id)).with_env(self.env)
