from dataclasses import replace

from odoo import api, fields, models

NO_COSTS = {"items": 0.0, "time": 0.0}


class ClinicCommissionRule(models.Model):
    """Rules that count what a procedure has cost."""

    _inherit = "clinic.commission.rule"

    basis = fields.Selection(
        selection_add=[("margin", "Margin: price after discount, less items, room and device time")],
        ondelete={"margin": lambda rules: rules.write({"basis": "net", "active": False})},
    )
    deduct_items = fields.Boolean(
        string="Items Used Come Off", help="Taken off first: the items used in the procedure, at what their lots cost."
    )

    def _base(self, occasion):
        price, deducted = super()._base(occasion)
        if not occasion.procedure or not self._counts_costs():
            return price, deducted
        costs = self._costs_of(occasion)
        if self.basis == "margin":
            return price, {**deducted, **costs}
        return price, {**deducted, "items": costs["items"]}

    def _counts_costs(self):
        """Return whether this rule deducts what a procedure has cost."""
        self.ensure_one()
        return self.deduct_items or self.basis == "margin"

    def _costs_of(self, occasion):
        """Return what of the costs of its procedure is to be deducted with ``occasion``: {"items", "time"}.

        Each cost is deducted once, with the first charge; a further one deducts what has been added since. The
        procedure's own commission is none of its costs.
        """
        if occasion.costs is not None:
            return occasion.costs
        known = self._costs_of_procedures(occasion.procedure).get(occasion.procedure, dict(NO_COSTS))
        deducted = self._deducted_before(occasion)
        return {name: max(cost - deducted[name], 0.0) for name, cost in known.items()}

    @api.model
    def _costs_of_procedures(self, procedures):
        """Return {procedure: {"items", "time"}}: what ``procedures`` have cost."""
        # Anyone may check out without seeing what the clinic earns, and yet this is known.
        margins = self.env["clinic.margin"].sudo()
        # The database computes them: what was read before, and what is not written yet, may differ.
        self.env.flush_all()
        margins.invalidate_model(flush=False)
        facts = margins.search([("procedure_id", "in", procedures.ids)])
        return {
            fact.procedure_id: {"items": fact.item_cost, "time": fact.room_cost + fact.device_cost} for fact in facts
        }

    def _deducted_before(self, occasion):
        """Return {"items", "time"}: what was deducted with other charges of the procedure, as far as those are left."""
        entries = self.env["clinic.commission.entry"].sudo()
        earned = entries.search(
            [
                ("procedure_id", "=", occasion.procedure.id),
                ("role", "=", self.role),
                ("origin_id", "=", False),
                ("reverses_id", "=", False),
                ("origin_key", "!=", occasion.key),
            ]
        )
        sums = dict(NO_COSTS)
        for own in earned._live().grouped("origin_key").values():
            left = own[0]._part_left()
            for name in sums:
                # Those who share a charge share its costs.
                of_each = [((entry.terms or {}).get("deducted") or {}).get(name, 0.0) for entry in own]
                sums[name] += left * max(of_each)
        return sums

    @api.model
    def _with_costs(self, occasions):
        """The costs of each procedure belong to its first charge; all are read at once."""
        occasions = super()._with_costs(occasions)
        if not any(rule._counts_costs() for rule in self):
            return occasions
        procedures = self.env["clinic.procedure"].union(*(one.procedure for one in occasions if one.procedure))
        known, found = self._costs_of_procedures(procedures), []
        for occasion in sorted(occasions, key=lambda one: (one.further, one.day)):
            costs = known.pop(occasion.procedure, dict(NO_COSTS)) if occasion.procedure else None
            found.append(replace(occasion, costs=costs))
        return found
