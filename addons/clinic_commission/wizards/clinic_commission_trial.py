from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.tools import date_utils, format_date

from ..month import of_limit, of_tiers


class ClinicCommissionTrial(models.TransientModel):
    """What a rule would have made of a month that is over: nothing of it is written."""

    _name = "clinic.commission.trial"
    _description = "What If of a Commission Rule"

    rule_id = fields.Many2one("clinic.commission.rule", required=True, ondelete="cascade")
    month_name = fields.Char(compute="_compute_line_ids", string="Month")
    line_ids = fields.One2many("clinic.commission.trial.line", "trial_id", compute="_compute_line_ids")

    @api.depends("rule_id")
    def _compute_line_ids(self):
        for trial in self:
            branches = self.env.companies
            today = self.env.company._clinic_today()
            first = date_utils.start_of(today - relativedelta(months=1), "month")
            trial.month_name = format_date(self.env, first, date_format="MMMM yyyy")
            trial.line_ids = [Command.clear()] + [
                Command.create(values) for values in trial._prepare_lines(branches, first)
            ]

    def _prepare_lines(self, branches, first):
        """Return the values of the rows: each practitioner's month by the rules as they are, and with this one."""
        # All rules: those of other branches do not match, and what ended since counted then.
        active = self.env["clinic.commission.rule"].search([])
        tried = (active - self.rule_id.replaces_id) | self.rule_id
        occasions = (active | tried).sudo()._with_costs(self._occasions(branches, first))
        before, after = (self._of_rules(rules, occasions, branches, first) for rules in (active, tried))
        lines = [
            {
                "practitioner_id": practitioner.id,
                "company_id": branch.id,
                "before": before[practitioner, branch],
                "after": after[practitioner, branch],
            }
            for practitioner, branch in before.keys() | after.keys()
        ]
        lines = [line for line in lines if line["before"] or line["after"]]
        return sorted(lines, key=lambda line: (-abs(line["after"] - line["before"]), line["practitioner_id"]))

    def _occasions(self, branches, first):
        """Return what was earned with in the month that begins on the day ``first``."""
        last = date_utils.end_of(first, "month")
        # A manager reads rules and statements; what was earned with is read as it was when it was earned.
        return self.env["clinic.commission.entry"].sudo()._occasions_between(branches, first, last)

    def _of_rules(self, rules, occasions, branches, first):
        """Return {(practitioner, branch): what they would have earned in the month by ``rules``}."""
        # As above.
        rules = rules.sudo().sorted(lambda rule: (rule.sequence, rule.id))
        found, sums = {}, defaultdict(lambda: [0.0, 0.0])
        for occasion in occasions:
            for role, people in occasion.people.items():
                for practitioner, share in people:
                    rule = self._rule_for(found, rules, occasion, role, practitioner)
                    if rule:
                        base, amount, _terms = rule._earned_with(occasion)
                        part = share / 100 * occasion.left
                        own = sums[practitioner, occasion.branch, rule]
                        own[0], own[1] = own[0] + base * part, own[1] + amount * part
        return self._of_months(sums, branches, first)

    def _rule_for(self, found, rules, occasion, role, practitioner):
        """Return the first of ``rules`` for somebody on ``occasion``, None without one.

        :param found: keeps which rules may match, whatever the day; so no search is made for each day
        """
        scope = (role, practitioner, occasion.branch, occasion.treatment, occasion.product)
        if scope not in found:
            found[scope] = rules.filtered_domain(rules._scope_domain(*scope))
        return next((rule for rule in found[scope] if self._is_valid(rule, occasion.day)), None)

    def _is_valid(self, rule, day):
        """Return whether ``rule`` counts on ``day``; the tried one as if it had been valid before it begins."""
        if rule == self.rule_id and rule.date_from:
            day = max(day, rule.date_from)
        return (not rule.date_from or rule.date_from <= day) and (not rule.date_to or rule.date_to >= day)

    def _of_months(self, sums, branches, first):
        """Return {(practitioner, branch): the month's total} of {(practitioner, branch, rule): [base, amount]}."""
        totals = defaultdict(float)
        for (practitioner, branch, rule), (base, amount) in sums.items():
            if rule.tiers:
                amount = of_tiers(rule.tier_ids._terms(), rule.tiers == "whole", rule.percent, base)
            totals[practitioner, branch] += branch.currency_id.round(amount)
        for limit in self.env["clinic.commission.limit"].sudo()._in_force(first, branches):
            key = (limit.practitioner_id, limit.company_id)
            totals[key] += of_limit(limit.minimum, limit.maximum, totals[key])
        return totals
