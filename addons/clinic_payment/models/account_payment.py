from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import AHEAD, OUTCOMES


class AccountPayment(models.Model):
    """What is paid in advance for a visit: the patient's credit, until the visit's checkout takes it off."""

    _inherit = "account.payment"

    clinic_visit_id = fields.Many2one(
        "clinic.visit", string="Visit", copy=False, readonly=True, ondelete="restrict", index="btree_not_null"
    )
    clinic_outcome = fields.Selection(
        OUTCOMES, string="What Became of It", copy=False, readonly=True, help="When it arrived for its visit."
    )
    clinic_open_amount = fields.Monetary(
        compute="_compute_clinic_open_amount",
        compute_sudo=True,
        string="Not Used",
        help="What neither paid an invoice nor was paid back.",
    )
    clinic_without_visit = fields.Boolean(
        compute="_compute_clinic_open_amount",
        compute_sudo=True,
        search="_search_clinic_without_visit",
        help="A patient's payment that is not used, and that no visit to come will use.",
    )
    clinic_to_do = fields.Char(compute="_compute_clinic_to_do", compute_sudo=True, string="What to Do")

    _clinic_one_per_transaction = models.UniqueIndex(
        "(payment_transaction_id) WHERE payment_transaction_id IS NOT NULL",
        "This online payment has been entered already.",
    )

    def write(self, vals):
        """A deposit that is taken back, or was never paid, is somebody's task."""
        expected = self.sudo().clinic_visit_id.filtered(lambda visit: visit.deposit_state == "paid")
        result = super().write(vals)
        if "state" in vals:
            for visit in expected.filtered(lambda one: one.deposit_state == "due" and one.state in AHEAD):
                visit._give_task(self.env._("The deposit was taken back: it is due again."))
        return result

    @api.depends("state", "move_id.line_ids.amount_residual", "clinic_visit_id.state")
    def _compute_clinic_open_amount(self):
        without = set(self.search([("clinic_without_visit", "=", True), ("id", "in", self._origin.ids)])._ids)
        for payment in self:
            lines = payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            payment.clinic_open_amount = -sum(lines.mapped("amount_residual_currency"))
            payment.clinic_without_visit = payment._origin.id in without

    @api.model
    def _search_clinic_without_visit(self, operator, value):
        if operator != "in":
            return NotImplemented
        for model, names in (
            ("account.payment", ["clinic_visit_id", "move_id", "partner_id", "payment_type"]),
            ("account.move.line", ["amount_residual", "move_id", "parent_state", "reconciled"]),
            ("clinic.visit", ["state", "is_checked_out"]),
        ):
            self.env[model].flush_model(names)
        found = Domain("id", "in", SQL("(%s)", self._without_visit_sql()))
        return found if True in value else ~found

    @api.model
    def _without_visit_sql(self):
        """Return the query of the ids of patients' payments that are open, and that no visit to come will use."""
        return SQL(
            """
            SELECT paid.id
              FROM account_payment paid
              JOIN account_move_line line ON line.move_id = paid.move_id
              JOIN account_account account ON account.id = line.account_id
         LEFT JOIN clinic_visit visit ON visit.id = paid.clinic_visit_id
             WHERE paid.payment_type = 'inbound' AND account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE AND line.amount_residual < 0
               AND %s
               AND EXISTS (SELECT FROM clinic_patient patient WHERE patient.partner_id = paid.partner_id)
            """,
            self._no_visit_ahead_sql(),
        )

    @api.model
    def _no_visit_ahead_sql(self):
        """Return the condition that no visit to come will use a payment, whose visit is joined as ``visit``."""
        return SQL("(visit.id IS NULL OR visit.state IN ('cancelled', 'no_show') OR visit.is_checked_out)")

    @api.depends("clinic_outcome", "clinic_visit_id.state", "clinic_refund_ids.state", "clinic_refund_ids.money_state")
    def _compute_clinic_to_do(self):
        texts = {
            "refund": self.env._("Pay it back to the patient."),
            None: self.env._("Offer another time: it is taken off at the next checkout. Or pay it back."),
        }
        for payment in self:
            asked = payment.clinic_refund_ids.filtered(lambda refund: refund._is_still_to_return())[:1]
            payment.clinic_to_do = asked._whose_turn() or texts.get(payment.clinic_outcome, texts[None])

    def action_clinic_open_visit(self):
        """Open the visit for which this was paid."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.visit",
            "res_id": self.clinic_visit_id.id,
            "views": [[False, "form"]],
        }
