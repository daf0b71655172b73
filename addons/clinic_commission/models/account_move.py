from odoo import fields, models

from odoo.addons.clinic.money import next_part


class AccountMove(models.Model):
    _inherit = "account.move"

    clinic_commission_entry_ids = fields.One2many(
        "clinic.commission.entry", "move_id", string="Commissions", groups="clinic.group_accountant"
    )

    def _post(self, soft=True):
        posted = super()._post(soft)
        # Whoever posts an invoice fixes the commission, without seeing the rules.
        posted.sudo()._create_commission_entries()
        return posted

    def button_draft(self):
        result = super().button_draft()
        # As above.
        self.sudo()._reverse_commission_entries()
        return result

    def _create_commission_entries(self):
        """Write the commissions of these documents that were just posted; the split is fixed by this."""
        prepared = []
        for move in self.filtered(lambda m: m.move_type in ("out_invoice", "out_refund")):
            lines = move.invoice_line_ids.filtered("clinic_procedure_id")
            for procedure in lines.clinic_procedure_id:
                own = lines.filtered(lambda line, procedure=procedure: line.clinic_procedure_id == procedure)
                prepared.append(move._prepare_commission_entry(procedure, own))
        self.env["clinic.commission.entry"].create([vals for vals in prepared if vals])

    def _prepare_commission_entry(self, procedure, lines):
        """Return the values of the commission entry for the ``lines`` of ``procedure``; None when nothing is earned.

        A credit note takes back the part of the invoice's commission that it credits, by the rule of that time.
        """
        self.ensure_one()
        earlier = self.env["clinic.commission.entry"].search(
            [("move_id", "=", self.id), ("procedure_id", "=", procedure.id), ("reverses_id", "=", False)]
        )
        if self.move_type == "out_refund":
            vals = self._prepare_refunded_commission(procedure, lines)
        else:
            vals = self._prepare_earned_commission(procedure, lines)
        if not vals or not (vals["amount"] or vals["base_amount"]):
            return None
        return {
            **vals,
            "date": self.invoice_date or self.date,
            "move_id": self.id,
            "procedure_id": procedure.id,
            "company_id": self.company_id.id,
            "posting": len(earlier) + 1,
        }

    def _prepare_earned_commission(self, procedure, lines):
        """Return who earns how much by which rule on an invoice; None when no rule matches."""
        rule = self.env["clinic.commission.rule"]._match(procedure, self.invoice_date or self.date)
        if not rule:
            return None
        base = rule._base_amount(lines)
        return {
            "practitioner_id": procedure.practitioner_id.id,
            "rule_id": rule.id,
            "base_amount": base,
            # A further charge is no session more, so an amount per session is not earned by it.
            "amount": 0.0
            if self.clinic_supplement and rule.kind == "flat"
            else rule._commission(base, self.company_id.currency_id),
        }

    def _prepare_refunded_commission(self, procedure, lines):
        """Return who loses how much on a credit note, in proportion to what it credits of its invoice.

        The share of all that was credited so far is rounded, not that of each note: parts that add up to the invoice
        take back all that was earned, to the last cent.
        """
        invoice = self.reversed_entry_id
        entries = invoice.clinic_commission_entry_ids
        origin = entries.filtered(lambda entry: entry.procedure_id == procedure and entry._is_live())
        if not origin or not origin.base_amount:
            return None
        base = origin.rule_id._base_amount(lines)
        notes = invoice.reversal_move_ids.filtered(lambda note: note.move_type == "out_refund")
        earlier = notes.clinic_commission_entry_ids.filtered(lambda entry: entry.procedure_id == procedure)
        # The entries of a note that was reset to draft and their reversals add up to nothing.
        credited = sum(earlier.mapped("base_amount")) + base
        lost = sum(earlier.mapped("amount"))
        rounding = self.company_id.currency_id.rounding
        return {
            "practitioner_id": origin.practitioner_id.id,
            "rule_id": origin.rule_id.id,
            "base_amount": base,
            "amount": next_part(origin.amount, credited, origin.base_amount, lost, rounding),
        }

    def _reverse_commission_entries(self):
        """Answer each commission of these documents, no longer posted, by one of the opposite sign."""
        entries = self.env["clinic.commission.entry"].search([("move_id", "in", self.ids)])
        entries.create(
            [entry._prepare_reversal(entry.company_id._clinic_today()) for entry in entries if entry._is_live()]
        )
