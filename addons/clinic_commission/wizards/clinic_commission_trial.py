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
        before, after = (self._of_rules(rules, branches, first) for rules in (active, tried))
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

    def _of_rules(self, rules, branches, first):
        """Return {(practitioner, branch): what the month would have come to by ``rules``}."""
        last = date_utils.end_of(first, "month")
        # A manager reads rules and statements; what was earned with is read as it was when it was earned.
        occasions = self.env["clinic.commission.entry"].sudo()._occasions_between(branches, first, last)
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
        """Return the rule among ``rules`` for somebody on ``occasion``; ``found`` keeps what was found before."""
        key = (role, practitioner, occasion.treatment, occasion.product, occasion.branch, occasion.day)
        if key not in found:
            matching = rules.sudo()._match_occasion(occasion, role, practitioner, among=rules)
            if self.rule_id in rules and self.rule_id.date_from and occasion.day < self.rule_id.date_from:
                matching = self._as_if_valid(rules, occasion, role, practitioner)
            found[key] = matching
        return found[key]

    def _as_if_valid(self, rules, occasion, role, practitioner):
        """Return the rule for somebody on ``occasion`` as if the tried one had been valid then."""
        later = type(occasion)(**{**vars(occasion), "day": self.rule_id.date_from})
        own = rules.sudo()._match_occasion(later, role, practitioner, among=self.rule_id)
        usual = rules.sudo()._match_occasion(occasion, role, practitioner, among=rules - self.rule_id)
        return min(own | usual, key=lambda rule: (rule.sequence, rule.id), default=usual)

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
