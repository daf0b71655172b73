from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    currency_id = fields.Many2one("res.currency", compute="_compute_amount_due", compute_sudo=True)
    amount_due = fields.Monetary(
        compute="_compute_amount_due",
        compute_sudo=True,
        help="What the patient owes to all branches, in this branch's currency: posted invoices less credit notes, "
        "payments and payments in advance. Below zero: the patient has paid more.",
    )
    invoice_reader_ids = fields.Many2many(
        "res.partner",
        "clinic_patient_invoice_reader_rel",
        "patient_id",
        "partner_id",
        string="May See Invoices",
        groups="clinic.group_reception",
        help="Guardians and others who see this patient's invoices when they log in to the portal. Family and "
        "employers who are not listed here see none of them.",
    )

    # Of the former, those who see them today; what the rules of the portal ask.
    current_reader_ids = fields.Many2many(
        "res.partner",
        compute="_compute_current_reader_ids",
        search="_search_current_reader_ids",
        groups="clinic.group_reception",
    )

    pricelist_id = fields.Many2one(
        related="partner_id.property_product_pricelist",
        readonly=False,
        string="Price List",
        help="What treatments, packages and products cost this patient in this branch. Managers choose it.",
    )
    may_choose_pricelist = fields.Boolean(compute="_compute_may_choose_pricelist")

    def _compute_current_reader_ids(self):
        for patient in self:
            readers = patient.invoice_reader_ids
            patient.current_reader_ids = readers.filtered(lambda one, of=patient: of not in self._outgrown(one))

    @api.model
    def _search_current_reader_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        readers = self.env["res.partner"].browse(one for one in value if one)
        return Domain("invoice_reader_ids", "in", readers.ids) & Domain("id", "not in", self._outgrown(readers).ids)

    @api.model
    def _outgrown(self, readers):
        """Return the patients whose guardians ``readers`` were and are no more, e.g. who have come of age.

        Nothing has to run for it: on its last day a guardianship ends by itself, in the zone of the patient's branch.
        """
        # The rules of the portal ask, for somebody who reads no guardians.
        named = self.env["clinic.guardian"].sudo().search([("partner_id", "in", readers.ids)])
        current = named.filtered(lambda guardian: guardian._is_current())
        return self.browse((named.patient_id - current.patient_id).ids)

    @api.depends_context("uid")
    def _compute_may_choose_pricelist(self):
        self.may_choose_pricelist = self.env["res.partner"]._clinic_may_choose_pricelist()

    def _compute_amount_due(self):
        query = SQL(
            "SELECT patient.id, %s FROM clinic_patient patient WHERE patient.id = ANY(%s)",
            self._sql_amount_due(SQL("patient.id")),
            self._origin.ids,
        )
        self._flush_amount_due()
        due = dict(self.env.execute_query(query))
        for patient in self:
            patient.currency_id = self.env.company.currency_id
            patient.amount_due = due.get(patient._origin.id) or 0.0

    @api.model
    def _sql_amount_due(self, patient_id):
        """Return the SQL expression of what a patient owes, in the current branch's currency; NULL if nothing is open.

        The one rule for that: what is open on posted receivables of all branches, payments in advance among them. The
        document's contact counts, not the commercial one, which a whole family may share; invoices from before a merge
        stay with the contact for whom they were made.

        :param patient_id: SQL of the patient's id
        """
        return SQL(
            """
            (SELECT ROUND(SUM(line.amount_residual * %(rate)s)::numeric / %(rounding)s) * %(rounding)s
               FROM (
                    SELECT own.account_id, own.amount_residual, own.company_currency_id
                      FROM account_move document
                      JOIN account_move_line own ON own.move_id = document.id
                     WHERE document.partner_id = ANY(%(partners)s) AND document.state = 'posted'
                       AND own.reconciled IS NOT TRUE
                 UNION ALL
                    SELECT entry.account_id, entry.amount_residual, entry.company_currency_id
                      FROM account_move_line entry
                      JOIN account_move document ON document.id = entry.move_id
                     WHERE entry.partner_id = ANY(%(partners)s) AND document.partner_id IS NULL
                       AND document.state = 'posted' AND entry.reconciled IS NOT TRUE
                    ) AS line
               JOIN account_account account ON account.id = line.account_id
              WHERE account.account_type = 'asset_receivable')
            """,
            partners=SQL(
                "ARRAY(SELECT partner_id FROM clinic_patient one WHERE one.id = %(id)s OR one.merged_into_id = %(id)s)",
                id=patient_id,
            ),
            rate=self._sql_rate(SQL("line.company_currency_id")),
            rounding=self.env.company.sudo().currency_id.rounding,
        )

    @api.model
    def _flush_amount_due(self):
        """Write what ``_sql_amount_due`` reads."""
        self.env["account.move"].flush_model(["partner_id", "state"])
        self.env["account.move.line"].flush_model()

    @api.model
    def _sql_rate(self, currency):
        """Return the SQL expression of today's rate from a branch's ``currency`` to that of the current branch."""
        # Rates and the currencies of other branches are no secret of anyone who may see what is owed.
        branch = self.env.company.sudo()
        used = self.env["res.currency"].sudo().browse(branch._clinic_currency_ids())
        others = used - branch.currency_id
        if not others:
            return SQL("1")
        day = branch._clinic_today()
        cases = [
            SQL("WHEN %s THEN %s", other.id, other._get_conversion_rate(other, branch.currency_id, branch, day))
            for other in others
        ]
        return SQL("CASE %s %s ELSE 1 END", currency, SQL(" ").join(cases))

    def action_view_invoices(self):
        """Open this patient's invoices."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %s", self.name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [
                ("partner_id", "in", self._united_partners().ids),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ],
        }
