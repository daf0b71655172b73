from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.clinic.door import an_id, takes

ICONS = {"cash": "fa-money", "bank": "fa-credit-card", "credit": "fa-credit-card"}


class ClinicCheckout(models.AbstractModel):
    """The checkout screen of a visit: what it shows, and what each tap on it does.

    What the screen changes is in the database with the tap, so that it survives a reload; each answer is the whole
    screen, computed as the invoice will be.
    """

    _name = "clinic.checkout"
    _description = "Checkout of a Visit"

    # -- who and what -------------------------------------------------------------------------------------------------

    @api.model
    def _visit(self, visit_id):
        """Return the visit, in its branch. Raise unless the user may check it out."""
        if not self.env.user.has_group("clinic.group_reception"):
            raise AccessError(self.env._("Reception and managers check visits out."))
        visit = self.env["clinic.visit"].browse(visit_id).exists()
        if not visit:
            raise UserError(self.env._("This visit is no longer there. Go back to the board."))
        visit.check_access("write")
        self.env["account.move"].check_access("create")
        return visit.with_company(visit.company_id)

    @api.model
    def _open_visit(self, visit_id):
        """Return the visit to change its basket, and let a checkout at this moment be run again after it."""
        visit = self._visit(visit_id)
        visit._hold_off_checkout()
        visit._check_not_charged()
        return visit

    @api.model
    @takes(visit_id=an_id())
    def load(self, visit_id):
        """Return what the checkout screen of a visit shows."""
        return self._prepare_screen(self._visit(visit_id))

    @api.model
    def _prepare_screen(self, visit):
        """Return the screen of ``visit``; other addons add to it."""
        branch = visit.company_id
        user = self.env.user
        rows, totals = self._prepare_rows(visit), self._prepare_totals(visit)
        return {
            "visit": self._prepare_visit(visit),
            "currency_id": visit.currency_id.id,
            "rows": rows,
            **totals,
            "due": visit.amount_to_pay,
            "problem": self._problem(visit),
            "payments": self._prepare_payments(visit),
            "credits": self._prepare_credits(visit) if visit.amount_to_pay > 0 else [],
            "methods": self._prepare_methods(branch),
            "tips_for": self._prepare_tips_for(visit),
            "discount_limit": user._clinic_discount_limit(branch),
            # A debt that stands already is paid off in parts.
            "debt_limit": None if visit.is_checked_out else user._clinic_debt_limit(branch),
        }

    @api.model
    def _prepare_visit(self, visit):
        # It knows of no field that it depends on, and something may have been paid just now.
        visit.patient_id.invalidate_recordset(["amount_due"])
        local = visit.company_id._clinic_local(visit.start) if visit.start else None
        return {
            "id": visit.id,
            "name": visit.name,
            "patient": visit.patient_id.name,
            "patient_id": visit.patient_id.id,
            "email": visit.patient_id.email or "",
            "day": local.date().isoformat() if local else "",
            "branch": visit.company_id.name,
            "is_checked_out": visit.is_checked_out,
            "payment_state": visit.payment_state,
            "invoice_id": visit.invoice_id.id,
            "invoice": visit.invoice_id.name or "",
            "receipt": visit._receipt_url() if visit.invoice_id.state == "posted" else "",
            # Of earlier visits: this one's own is what is paid here.
            "owed_before": max(visit.patient_due - visit.amount_due, 0.0),
        }

    @api.model
    def _problem(self, visit):
        """Return why this visit cannot be checked out or paid, in words; nothing when it can be."""
        if visit.payment_state == "draft":
            return self.env._("The invoice of %s is a draft. Open it and confirm it first.", visit.patient_id.name)
        if visit.is_checked_out:
            return ""
        try:
            visit._check_checkout()
        except UserError as error:
            return str(error)
        return ""

    # -- the basket ---------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_rows(self, visit):
        """Return what is charged, line by line: as it was, once there is an invoice, else as it will be."""
        if visit.is_checked_out:
            lines = visit.invoice_id.invoice_line_ids.filtered(lambda line: line.display_type == "product")
            return [self._prepare_charged_row(line) for line in lines]
        procedures = visit._procedures_to_charge()
        lines = visit._prepare_lines(procedures)
        amounts = visit.company_id._clinic_line_amounts(lines, visit.patient_id.partner_id)
        rows = [
            {"key": f"row-{number}", "amount": amount, **self._prepare_row(visit, vals)}
            for number, (vals, amount) in enumerate(zip(lines, amounts, strict=True))
        ]
        charged = {row["id"] for row in rows if row["kind"] == "treatment"}
        covered = procedures.filtered(lambda procedure: procedure.id not in charged)
        return [*(self._prepare_covered_row(procedure) for procedure in covered), *rows]

    @api.model
    def _prepare_charged_row(self, line):
        return {
            "key": f"charged-{line.id}",
            "kind": "tip" if line.clinic_tip_practitioner_id else "charged",
            "id": line.id,
            "name": line.name,
            "detail": line.clinic_tip_practitioner_id.name or "",
            "taps": [],
            "quantity": line.quantity,
            "price_unit": line.price_unit,
            "discount": line.discount,
            "amount": line._clinic_shown_amount(),
        }

    @api.model
    def _prepare_row(self, visit, vals):
        """Return the row of an invoice line with ``vals``."""
        product = self.env["product.product"].browse(vals["product_id"])
        row = {
            "kind": "other",
            "id": product.id,
            "name": product.with_context(display_default_code=False).display_name,
            "detail": "",
            # Of other addons: [{"method", "label", "value"}], called with the row's number and the value.
            "taps": [],
            "quantity": vals.get("quantity", 1),
            "price_unit": vals["price_unit"],
            "discount": vals.get("discount", 0),
        }
        return {**row, **self._prepare_row_kind(visit, vals, product)}

    @api.model
    def _prepare_row_kind(self, visit, vals, product):
        """Return what kind of row an invoice line with ``vals`` is, and what is said of that kind."""
        if line_id := vals.get("clinic_checkout_line_id"):
            line = self.env["clinic.checkout.line"].browse(line_id)
            kind = "tip" if line.tip_practitioner_id else "product"
            detail = line.tip_practitioner_id.name or product.default_code or ""
            return {"key": f"line-{line_id}", "kind": kind, "id": line_id, "detail": detail}
        procedure = self.env["clinic.procedure"].browse(vals.get("clinic_procedure_id", False))
        if procedure and product == procedure.treatment_id.product_variant_id:
            asked = self.env._("A manager is asked for a discount") if procedure.discount_asked else ""
            return {
                "key": f"treatment-{procedure.id}",
                "kind": "treatment",
                "id": procedure.id,
                "name": procedure.treatment_id.name,
                "detail": asked or procedure.practitioner_id.name or "",
            }
        if procedure:
            return {"kind": "item", "id": procedure.id}
        return {}

    @api.model
    def _prepare_covered_row(self, procedure):
        """Return the row of a ``procedure`` that something else pays for."""
        return {
            "key": f"covered-{procedure.id}",
            "kind": "covered",
            "id": procedure.id,
            "name": procedure.treatment_id.name,
            "detail": self.env._("Included"),
            "taps": [],
            "quantity": procedure.quantity,
            "price_unit": 0.0,
            "discount": 0.0,
            "amount": 0.0,
        }

    @api.model
    def _prepare_totals(self, visit):
        """Return untaxed amount, taxes and total: the invoice's, or what Odoo will make of all lines together."""
        if visit.is_checked_out:
            totals = visit.invoice_id.tax_totals or {}
        else:
            lines = visit._prepare_lines(visit._procedures_to_charge())
            totals = visit.company_id._clinic_tax_totals(lines, visit.patient_id.partner_id)
        taxes = [
            {"name": group["group_name"], "amount": group["tax_amount_currency"]}
            for subtotal in totals.get("subtotals", [])
            for group in subtotal["tax_groups"]
        ]
        return {
            "untaxed": totals.get("base_amount_currency", 0.0),
            "taxes": taxes,
            "total": totals.get("total_amount_currency", 0.0),
        }

    # -- the payment --------------------------------------------------------------------------------------------------

    @api.model
    def _method_lines(self, branch):
        """Return by what ``branch`` takes payments: of each kind the journals that are nearest to it."""
        journals = self.env["account.journal"]
        domain = Domain(journals._check_company_domain(branch)) & Domain("type", "in", list(ICONS))
        # In the branch's currency alone: amounts are typed, checked and changed in it.
        own = branch.sudo().currency_id
        found = journals.search(domain).filtered(lambda journal: journal.sudo().currency_id in (own.browse(), own))
        nearest = journals
        for of_type in found.grouped("type").values():
            nearest |= of_type.filtered(lambda journal: journal.company_id == branch) or of_type
        # What a provider takes online is paid there, not here.
        manual = nearest.inbound_payment_method_line_ids.filtered(lambda line: line.code == "manual")
        order = {"cash": 0, "bank": 1, "credit": 2}
        return manual.sorted(lambda line: (order[line.journal_id.type], line.journal_id.sequence, line.id))

    @api.model
    def _prepare_methods(self, branch):
        lines = self._method_lines(branch)
        alone = {journal for journal, theirs in lines.grouped("journal_id").items() if len(theirs) == 1}
        return [
            {
                "id": line.id,
                "name": line.journal_id.name if line.journal_id in alone else line.name,
                "icon": ICONS[line.journal_id.type],
                "is_cash": line.journal_id.type == "cash",
            }
            for line in lines
        ]

    @api.model
    def _credit_lines(self, visit):
        """Return what this patient has open in this branch: payments in advance and credit notes, the oldest first."""
        branch, patient = visit.company_id, visit.patient_id
        partner = patient.partner_id
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", partner.with_company(branch).property_account_receivable_id.id),
                ("company_id", "in", branch.sudo().parent_ids.ids),
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", "<", 0),
                ("currency_id", "=", visit.currency_id.id),
            ],
            order="date, id",
        )
        # A family may share its commercial contact, and its members do not pay for each other by that.
        return lines.filtered(lambda line: (line.move_id.partner_id or line.partner_id) == partner)

    @api.model
    def _prepare_credits(self, visit):
        labels = {"out_refund": self.env._("Credit note"), "entry": self.env._("Paid in advance")}
        return [
            {
                "id": line.id,
                "name": labels.get(line.move_id.move_type, line.move_id.name),
                "detail": line.move_id.name,
                "day": line.date.isoformat(),
                "amount": -line.amount_residual_currency,
            }
            for line in self._credit_lines(visit)
        ]

    @api.model
    def _prepare_payments(self, visit):
        """Return what was paid for this visit."""
        charges = visit.invoice_ids.filtered(lambda move: move.move_type == "out_invoice" and move._clinic_is_live())
        return [row for charge in charges for row in charge._clinic_paid_by()]

    @api.model
    def _prepare_tips_for(self, visit):
        """Return to whom tips are given: who treated comes first. Nobody where tips have no account."""
        if not visit.company_id.sudo().clinic_tip_account_id:
            return []
        treated = visit._procedures_to_charge().practitioner_id
        others = self.env["clinic.practitioner"].search([("company_ids", "in", visit.company_id.ids)]) - treated
        return [{"id": person.id, "name": person.name} for person in [*treated, *others]]
