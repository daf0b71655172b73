import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..const import NIGHT, RATES, STATES

_logger = logging.getLogger(__name__)


class ClinicAgreement(models.Model):
    """Whether the money of a branch agrees on a day: what providers, payments, books and patients' balances say.

    Written by the nightly action, or by those who keep the books when they ask for it; nobody writes it by hand. Asked
    for again on the same day, it says what is true then.
    """

    _name = "clinic.agreement"
    _description = "Nightly Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "day desc, company_id"
    _clinic_logs_changes = False
    # Who has the task ends it, and writes nothing else here.
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date(required=True, readonly=True, help="The branch's day on which the figures were compared.")
    made_at = fields.Datetime("Compared On", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="ok")
    is_current = fields.Boolean("The Last One", readonly=True, help="Of its branch.")
    count = fields.Integer("Differences", readonly=True, help="Those that nothing explains.")
    line_ids = fields.One2many("clinic.agreement.line", "agreement_id", readonly=True)
    figure_ids = fields.One2many(
        "clinic.agreement.line", "agreement_id", domain=[("is_total", "=", True)], readonly=True, string="Figures"
    )
    difference_ids = fields.One2many(
        "clinic.agreement.line", "agreement_id", domain=[("is_total", "=", False)], readonly=True, string="What Differs"
    )

    _one_a_day = models.UniqueIndex("(company_id, day)", "The money of this branch and day was compared already.")
    _one_current = models.UniqueIndex("(company_id) WHERE is_current", "A branch has one last comparison.")

    @api.depends("day", "company_id")
    def _compute_display_name(self):
        for agreement in self:
            day = fields.Date.to_string(agreement.day) or ""
            agreement.display_name = f"{agreement.company_id.name or ''} {day}".strip()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was compared stays: compare again to see what is true now."))

    # -- when ---------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_agree(self):
        """Compare the money of each branch once in its night; before that ask providers what became of old payments."""
        branches = self.env["res.company"].search([])
        known = {agreement.company_id: agreement.day for agreement in self.search([("is_current", "=", True)])}
        now = fields.Datetime.now()
        local = {branch: branch._clinic_local(now) for branch in branches}
        due = [
            branch for branch in branches if local[branch].hour >= NIGHT and known.get(branch) != local[branch].date()
        ]
        if due:
            self.env["payment.transaction"]._clinic_inquire_old()
        for number, branch in enumerate(due, 1):
            try:
                with self.env.cr.savepoint():
                    self._agree(branch)
            except UserError as error:
                # Another branch is compared all the same.
                _logger.warning("The money of branch %s could not be compared: %s", branch.id, error)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - number):
                break

    def action_run_now(self):
        """Compare the money of these branches now, or of all chosen branches, and show what came of it.

        :raises AccessError: for those who don't keep the books
        """
        if not self.env.user.has_group("clinic.group_accountant"):
            raise AccessError(self.env._("The money is compared by accountants and managers."))
        self.check_access("read")
        made = self.browse()
        for branch in self.company_id or self.env.companies:
            made |= self._agree(branch)
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_agreement.clinic_agreement_action")
        if len(made) == 1:
            return {**action, "views": [[False, "form"]], "res_id": made.id}
        return action

    # -- comparing ----------------------------------------------------------------------------------------------------

    @api.model
    def _agree(self, branch):
        """Compare the money of ``branch`` as it stands at this moment, and return the agreement of its day.

        The callers have checked who asks; figures of documents are compared, whatever of them one may open.
        """
        # Of two at once the second fails to serialize, and is run again.
        self.env.execute_query(
            SQL("UPDATE res_company SET write_date = write_date WHERE id = %s RETURNING id", branch.id)
        )
        agreements = self.sudo()._clinic_writing()
        branch, today = branch.sudo().with_env(agreements.env), branch._clinic_today()
        self.env.flush_all()
        before = agreements.search([("company_id", "=", branch.id), ("is_current", "=", True)])
        rated = agreements.with_context(**{RATES: agreements._rates(branch)})
        rows = before._explain_again(rated._prepare_lines(branch))
        told = before._unexplained_keys()
        # A branch's zone may change, and its day with it: the one of this day need not be the last one.
        agreement = agreements.search([("company_id", "=", branch.id), ("day", "=", today)])
        (before - agreement).is_current = False
        # The index is asked in the order in which rows are written.
        self.env.flush_all()
        agreement.line_ids.unlink()
        values = {**self._prepare_agreement(rows), "line_ids": [fields.Command.create(row) for row in rows]}
        if agreement:
            agreement.write(values)
        else:
            agreement = agreements.create({**values, "company_id": branch.id, "day": today})
        agreement._tell(told, before | agreement)
        return agreement.with_env(self.env)

    @api.model
    def _prepare_agreement(self, rows):
        """Return what an agreement with the lines ``rows`` says as a whole."""
        return {
            "made_at": fields.Datetime.now(),
            "is_current": True,
            "state": self._worst(row["state"] for row in rows),
            "count": sum(row["count"] for row in rows if row["is_total"]),
        }

    @api.model
    def _worst(self, states):
        order = [state for state, _label in STATES]
        return max(states, key=order.index, default="ok")

    @api.model
    def _prepare_lines(self, branch):
        """Return the values of the lines of all checks of ``branch``: a total, and below it what differs.

        An addon adds a check by its name in the line's selection and by ``_compare_<check>(branch)``.
        """
        rows = []
        for check in self.env["clinic.agreement.line"]._fields["check"].get_values(self.env):
            found = getattr(self, f"_compare_{check}")(branch)
            rows += self._lines_of(branch, check, *found)
        return rows

    # -- what was known before ----------------------------------------------------------------------------------------

    def _explain_again(self, rows):
        """Return ``rows`` with what somebody has explained in these agreements, while it is the same difference."""
        explained = {line._key(): line for line in self.line_ids if line.explanation}
        for row in rows:
            line = None if row["is_total"] else explained.get(self._key_of(row))
            if line:
                row["state"], row["explanation"] = "explained", line.explanation
                row["explained_by_id"], row["explained_at"] = line.explained_by_id.id, line.explained_at
        for total in (row for row in rows if row["is_total"]):
            listed = [row["state"] for row in rows if row["check"] == total["check"] and not row["is_total"]]
            total.update(self._state_of(total["unlisted"], listed))
        return rows

    @api.model
    def _state_of(self, unlisted, listed):
        """Return count and state of a figure with ``unlisted`` differences, and listed ones in states ``listed``."""
        count = unlisted + listed.count("differs")
        return {"count": count, "state": "differs" if count else self._worst(listed)}

    @api.model
    def _key_of(self, row):
        """Return what makes a difference, a line or its values, the same as one of another night."""
        return (row["check"], row["cause"], row["res_model"] or "", row["res_id"] or 0, round(row["difference"], 4))

    def _unexplained_keys(self):
        """Return the differences of these agreements that nothing explains."""
        return {line._key() for line in self.line_ids if line.state == "differs" and not line.is_total}

    def _settle(self):
        """Let the states follow what was explained of the lines."""
        self.ensure_one()
        for total in self.figure_ids:
            listed = self.difference_ids.filtered(lambda line, check=total.check: line.check == check)
            total.write(self._state_of(total.unlisted, listed.mapped("state")))
        self.count = sum(self.figure_ids.mapped("count"))
        self.state = self._worst(self.figure_ids.mapped("state"))

    # -- telling ------------------------------------------------------------------------------------------------------

    def _tell(self, told, earlier):
        """Give who keeps the books one task for differences that nobody was told of; close it once all agrees.

        :param told: keys of the differences that were there before
        :param earlier: the agreements that may have such a task
        """
        self.ensure_one()
        if self.state != "differs":
            earlier.activity_unlink(["mail.mail_activity_data_todo"])
            return
        if not self._unexplained_keys() - told:
            return
        accountant = self.company_id._clinic_accountants()[:1]
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.company_id._clinic_today(),
            user_id=accountant.id or self.env.ref("base.user_admin").id,
            summary=self.env._("The money of %s does not agree", self.company_id.name),
        )
