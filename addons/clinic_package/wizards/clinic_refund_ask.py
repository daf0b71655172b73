import contextlib

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.clinic_account.models.clinic_refund import CAUSES


class ClinicRefundAsk(models.TransientModel):
    """The refund calculator: what each rule that applies would give back, line by line and side by side."""

    _name = "clinic.refund.ask"
    _description = "Refund Calculator"

    patient_id = fields.Many2one("clinic.patient", ondelete="cascade")
    course_given = fields.Boolean(default=lambda self: bool(self.env.context.get("default_course_id")))
    course_choice_ids = fields.Many2many("clinic.course", compute="_compute_course_choice_ids")
    course_id = fields.Many2one(
        "clinic.course",
        compute="_compute_course_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('id', 'in', course_choice_ids)]",
    )
    company_id = fields.Many2one(related="course_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    cause = fields.Selection(CAUSES, required=True, default="change_of_mind")
    session_ids = fields.Many2many(
        "clinic.session",
        compute="_compute_session_ids",
        store=True,
        readonly=False,
        string="Sessions",
        domain="[('id', 'in', session_choice_ids)]",
    )
    session_choice_ids = fields.Many2many("clinic.session", compute="_compute_session_choice_ids")
    rule_choice_ids = fields.Many2many("clinic.refund.rule", compute="_compute_rules")
    rule_id = fields.Many2one(
        "clinic.refund.rule",
        compute="_compute_rule_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', rule_choice_ids)]",
    )
    comparison = fields.Html(compute="_compute_comparison", sanitize=False)
    summary = fields.Char(compute="_compute_comparison")
    amount = fields.Monetary(compute="_compute_comparison", string="To Give Back")
    reason = fields.Char(string="Note")

    @api.depends("patient_id")
    def _compute_course_choice_ids(self):
        for ask in self:
            ask.course_choice_ids = self.env["clinic.course"].search(
                [("patient_id", "=", ask.patient_id._origin.id), ("state", "=", "open"), ("source_id", "=", False)]
            )

    @api.depends("patient_id")
    def _compute_course_id(self):
        for ask in self:
            if ask.patient_id:
                ask.course_id = ask.course_choice_ids[:1]

    @api.depends("course_id")
    def _compute_session_choice_ids(self):
        for ask in self:
            ask.session_choice_ids = ask.course_id.session_ids.filtered(lambda session: session.state == "open")

    @api.depends("course_id")
    def _compute_session_ids(self):
        for ask in self:
            ask.session_ids = ask.session_choice_ids

    @api.depends("course_id", "cause")
    def _compute_rules(self):
        for ask in self:
            ask.rule_choice_ids = ask._applying_rules()

    def _applying_rules(self):
        """Return the rules that apply to the course for the cause, in their order."""
        self.ensure_one()
        course = self.course_id._origin
        if not (course and self.cause and course.sold_on):
            return self.env["clinic.refund.rule"]
        return self.env["clinic.refund.rule"].search([]).filtered(lambda rule: rule._applies(course, self.cause))

    @api.depends("rule_choice_ids")
    def _compute_rule_id(self):
        for ask in self:
            if ask.rule_id not in ask.rule_choice_ids:
                ask.rule_id = ask.rule_choice_ids[:1]

    @api.depends("rule_choice_ids", "rule_id", "session_ids")
    def _compute_comparison(self):
        for ask in self:
            results = ask._results()
            ask.comparison = ask._comparison_html(results) if results else False
            chosen = results.get(ask.rule_id._origin)
            ask.amount = chosen.back if chosen else 0.0
            ask.summary = ask._summary()

    def _results(self):
        """Return {rule: its reckoning} of the rules that apply."""
        self.ensure_one()
        # What the course comes to does not depend on who asks for the refund.
        course = self.course_id._origin.sudo()
        sessions = self.session_ids._origin.sudo()
        results = {}
        for rule in self.rule_choice_ids._origin:
            # What was given back already is given back by no rule.
            with contextlib.suppress(UserError):
                results[rule] = course._reckon(rule, sessions)
        return results

    def _summary(self):
        """Return what was bought, used and paid, in words."""
        course = self.course_id._origin
        if not course:
            return False
        return self.env._(
            "%(used)s of %(all)s sessions used · price %(price)s · paid %(paid)s",
            used=course.used_count,
            all=course.session_count,
            price=self.currency_id.format(course.amount_total),
            paid=self.currency_id.format(course.amount_paid),
        )

    # -- the table ----------------------------------------------------------------------------------------------------

    def _line_labels(self):
        """Return {key of a line of the reckoning: its words}."""
        return {
            "price": self.env._("Price"),
            "used_package": self.env._("Used, at the package's price"),
            "used_list": self.env._("Used, at the list price"),
            "nothing": self.env._("Nothing is refunded"),
            "fee": self.env._("Fee"),
            "charges": self.env._("Bank charges"),
            "capped": self.env._("Not above the unused value"),
            "limited": self.env._("Not above the price"),
            "unpaid": self.env._("Not paid yet"),
            "waived": self.env._("Waived"),
        }

    def _comparison_html(self, results):
        """Return the comparison as HTML: a row for each line of any rule, a column for each rule."""
        labels = self._line_labels()
        keys = [key for key in labels if any(key in dict(result.lines) for result in results.values())]
        heads = Markup().join(self._cell(rule, rule.name) for rule in results)
        rows = [Markup("<tr class='fw-bold'><td></td>{}</tr>").format(heads)]
        for key in keys:
            cells = Markup().join(
                self._amount_cell(rule, dict(result.lines).get(key)) for rule, result in results.items()
            )
            rows.append(Markup("<tr><td>{}</td>{}</tr>").format(labels[key], cells))
        back = Markup().join(self._total_cell(rule, result) for rule, result in results.items())
        rows.append(Markup("<tr class='fw-bold border-top'><td>{}</td>{}</tr>").format(self.env._("Result"), back))
        outcomes = dict(self.env["clinic.refund.rule"]._fields["outcome"]._description_selection(self.env))
        ends = Markup().join(self._cell(rule, self._outcome_text(rule, outcomes)) for rule in results)
        rows.append(Markup("<tr class='text-muted'><td></td>{}</tr>").format(ends))
        return Markup("<div class='table-responsive'><table class='table table-sm mb-0'>{}</table></div>").format(
            Markup().join(rows)
        )

    def _cell(self, rule, text):
        chosen = "table-active" if rule == self.rule_id._origin else ""
        return Markup("<td class='text-end {}'>{}</td>").format(chosen, text)

    def _amount_cell(self, rule, amount):
        return self._cell(rule, self.currency_id.format(amount) if amount is not None else "")

    def _total_cell(self, rule, result):
        if result.owed:
            return self._cell(rule, self.env._("owes %s", self.currency_id.format(result.owed)))
        return self._cell(rule, self.currency_id.format(result.back))

    def _outcome_text(self, rule, outcomes):
        text = outcomes[rule.outcome]
        if rule.outcome in ("credit", "swap") and rule.credit_days:
            return self.env._("%(what)s, %(days)s days", what=text, days=rule.credit_days)
        return text

    # -- asking -------------------------------------------------------------------------------------------------------

    def action_ask(self):
        """Ask for the refund by the chosen rule; somebody else approves it.

        :raises AccessError: for anyone but reception
        :raises UserError: when it cannot be refunded, or was asked for before
        """
        self.ensure_one()
        self._check_ask()
        # The right to ask was checked; nobody writes requests by hand.
        refund = self.env["clinic.refund"].sudo().create(self._prepare_refund())
        self._translate(refund)
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.refund",
            "res_id": refund.id,
            "views": [[False, "form"]],
            "target": "current",
        }

    def _translate(self, refund):
        """Say the lines of ``refund`` in the patient's language as well, in which it is printed."""
        ask = self.with_context(lang=refund.patient_id.lang)
        for line, vals in zip(refund.line_ids.sorted("sequence"), ask._prepare_lines(ask._result()), strict=True):
            line.with_context(lang=refund.patient_id.lang).name = vals["name"]
        refund.with_context(lang=refund.patient_id.lang).rule_name = ask.rule_id.name

    def _check_ask(self):
        if not (self.env.su or self.env.user.has_group("clinic.group_reception")):
            raise AccessError(self.env._("Refunds are asked for by reception."))
        course = self.course_id
        if not course:
            raise UserError(self.env._("Choose the package that is refunded."))
        course.check_access("read")
        course._check_refundable(self.session_ids)
        if self.rule_id not in self._applying_rules():
            raise UserError(self.env._("Choose one of the rules that apply."))
        asked = self.env["clinic.refund"].sudo()
        if asked.search_count([("course_id", "=", course.id), ("state", "=", "asked")], limit=1):
            raise UserError(self.env._("A refund of this course has been asked for already."))

    def _prepare_refund(self):
        """Return the values of the request, with its figures as they are shown."""
        rule, course = self.rule_id, self.course_id.sudo()
        result = self._result()
        return {
            "patient_id": course.patient_id.id,
            "company_id": course.company_id.id,
            "invoice_id": course._payer().invoice_line_id.move_id.id,
            "course_id": course.id,
            "session_ids": [fields.Command.set(self.session_ids.ids)],
            "rule_id": rule.id,
            "rule_name": rule.name,
            "cause": self.cause,
            "reason": self.reason,
            "outcome": rule.outcome,
            "credit_days": rule.credit_days,
            "amount_credit": result.credit,
            "amount": result.back,
            "amount_owed": result.owed,
            "line_ids": [fields.Command.create(vals) for vals in self._prepare_lines(result)],
            "asked_by_id": self.env.uid,
            "asked_at": fields.Datetime.now(),
        }

    def _result(self):
        """Return the reckoning by the rule that was chosen."""
        # As in ``_results``.
        return self.course_id.sudo()._reckon(self.rule_id, self.session_ids.sudo())

    def _prepare_lines(self, result):
        """Return the values of the lines of the request: the reckoning as it is shown."""
        labels = self._line_labels()
        lines = [
            {"sequence": number, "name": labels[key], "amount": amount}
            for number, (key, amount) in enumerate(result.lines)
        ]
        total = result.back or -result.owed
        label = self.env._("Still owed") if result.owed else self.env._("To give back")
        return [*lines, {"sequence": 99, "name": label, "amount": total, "is_total": True}]
