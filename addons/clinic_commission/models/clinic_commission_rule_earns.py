from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..roles import PERFORMER


class ClinicCommissionRule(models.Model):
    """Which rule counts for whom, and what it gives."""

    _inherit = "clinic.commission.rule"

    replaces_id = fields.Many2one(
        "clinic.commission.rule",
        string="In Place Of",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Ends when this rule is activated.",
    )

    @api.model
    def _match(self, procedure, day):
        """Return the first rule for who performs ``procedure`` on ``day``, or an empty recordset."""
        return self._match_for(
            PERFORMER, procedure.practitioner_id, procedure.company_id, day, treatment=procedure.treatment_id
        )

    @api.model
    def _match_for(self, role, practitioner, branch, day, treatment=None, product=None):
        """Return the first rule for ``practitioner`` in ``role`` on ``day``, or an empty recordset.

        :param treatment: what is performed; ``product``: what is sold; one of them
        """
        domain = self._scope_domain(role, practitioner, branch, treatment, product)
        domain &= Domain("date_from", "=", False) | Domain("date_from", "<=", day)
        domain &= Domain("date_to", "=", False) | Domain("date_to", ">=", day)
        return self.search(domain, limit=1)

    @api.model
    def _scope_domain(self, role, practitioner, branch, treatment=None, product=None):
        """Return the domain of the rules for ``practitioner`` in ``role`` on any day: see ``_match_for``.

        It names the categories and companies above, so that rules are filtered by it without a query.
        """
        sold = treatment or product
        domain = Domain("role", "=", role)
        domain &= Domain("practitioner_id", "in", [False, practitioner.id])
        domain &= Domain("treatment_id", "in", [False, *(treatment.ids if treatment else [])])
        domain &= Domain("product_id", "in", [False, *(product.ids if product else [])])
        domain &= Domain("category_id", "in", [False, *(self._with_those_above(sold.categ_id) if sold else [])])
        domain &= Domain("company_id", "in", [False, *self._with_those_above(branch)])
        return domain

    @api.model
    def _with_those_above(self, record):
        """Return the ids of ``record`` and of those above it in their tree."""
        return [int(number) for number in (record.parent_path or "").split("/") if number]

    @api.model
    def _match_occasion(self, occasion, role, practitioner):
        """Return the rule for ``practitioner`` in ``role`` on ``occasion``: see ``_match_for``."""
        return self._match_for(role, practitioner, occasion.branch, occasion.day, occasion.treatment, occasion.product)

    @api.model
    def _with_costs(self, occasions):
        """Return ``occasions`` of a report with what they have cost, where a rule may ask for it; addons know it."""
        return occasions

    def _base(self, occasion):
        """Return (what of ``occasion`` the commission is computed on, {deduction: amount}); addons deduct more."""
        self.ensure_one()
        amounts = occasion.counted(self.include_items)
        price = amounts.list if self.basis == "list" else amounts.net
        if self.include_tax:
            price += amounts.tax * (price / amounts.net if amounts.net else 1)
        deducted = {"card": price * self.card_fee / 100} if self.card_fee else {}
        return price, deducted

    def _earned_with(self, occasion):
        """Return (base, commission, terms to freeze) of ``occasion``, rounded, for all who share it."""
        self.ensure_one()
        currency = occasion.branch.currency_id
        price, deducted = self._base(occasion)
        deducted = {name: currency.round(amount) for name, amount in deducted.items() if amount}
        base = currency.round(price - sum(deducted.values()))
        if deducted and price >= 0:
            # What costs more than it brings in earns nothing; nobody pays for it.
            base = max(base, 0.0)
        terms = {
            "kind": self.kind,
            "basis": self.basis,
            "price": currency.round(price),
            "deducted": deducted,
            "items": self.include_items,
            "tax": self.include_tax,
            "quantity": occasion.charged.quantity,
        }
        if self.kind == "percent":
            terms["percent"] = self.percent
            if self.tiers:
                terms.update(tiers=self.tier_ids._terms(), whole=self.tiers == "whole")
            return base, currency.round(base * self.percent / 100), terms
        terms["amount"] = self.amount
        if self.kind == "unit":
            return base, currency.round(self.amount * occasion.charged.quantity), terms
        # A further charge is no session more, so an amount per session is not earned by it.
        return base, 0.0 if occasion.further else currency.round(self.amount), terms

    # -- trying a change ----------------------------------------------------------------------------------------------

    def action_try_change(self):
        """Make a copy of this rule that is not active, to be changed and looked at before it counts; open it."""
        self.ensure_one()
        self.check_access("create")
        copy = self.with_context(active_test=False).search([("replaces_id", "=", self.id), ("active", "=", False)])
        copy = copy[:1] or self._clinic_writing().copy(self._prepare_change())
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": copy.id,
            "views": [[False, "form"]],
            "name": self.env._("Change of %s", self.name),
        }

    def _prepare_change(self):
        """Return the values in which the copy that is a change of this rule differs from it."""
        today = self.env.company._clinic_today()
        return {
            "name": self.name,
            "active": False,
            "replaces_id": self.id,
            "date_from": today,
            # A rule that has ended is tried without an end.
            "date_to": self.date_to if self.date_to and self.date_to >= today else False,
        }

    def action_what_if(self):
        """Show what this rule would have made of last month, before it counts."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.commission.trial",
            "views": [[False, "form"]],
            "target": "new",
            "name": self.env._("What If: %s", self.name),
            "context": {"default_rule_id": self.id},
        }

    def action_activate(self):
        """Let this rule count from its first day on; the rule that it replaces ends the day before."""
        self.ensure_one()
        self.check_access("write")
        if self.active:
            raise UserError(self.env._("“%s” is active already.", self.name))
        replaced = self.replaces_id
        if replaced:
            first = self.date_from or self.env.company._clinic_today()
            if replaced.date_from and replaced.date_from >= first:
                replaced.active = False
            else:
                # It may have ended before.
                replaced.date_to = min(filter(None, (replaced.date_to, fields.Date.subtract(first, days=1))))
            self.date_from = first
            self.env.flush_all()
        self._clinic_writing().write({"active": True, "replaces_id": False})
        return True
