from odoo import models

from .clinic_session import AFTER, STATES


class ClinicCourse(models.Model):
    """The statement of a course on any day: sold, used, left, paid, due, recognised and deferred, from its ledger."""

    _inherit = "clinic.course"

    def _statement(self, day=None):
        """Return what is true of this course at the end of ``day``, the branch's; today without one.

        :return: a dict with ``sessions`` (a dict each: number, what, state, state_name, day, practitioner, total),
            the counts ``sold``, ``used``, ``left`` and ``ended``, and the amounts ``total``, ``paid``, ``due``,
            ``used_amount``, ``left_amount``, ``recognised``, ``deferred`` in the branch's currency
        """
        self.ensure_one()
        today = self.company_id._clinic_today()
        day = day or today
        rows = [self._statement_row(session, day) for session in self.session_ids.sorted("number")]
        rows = [row for row in rows if row["state"] != "draft"]
        # What is paid is no secret of who may see the course.
        amounts = self.sudo()._amounts_on(day)
        used = [row for row in rows if row["state"] in ("redeemed", "missed")]
        left = [row for row in rows if row["state"] == "open"]
        return {
            "day": day,
            "sessions": rows,
            "sold": len(rows),
            "used": len(used),
            "left": len(left),
            "ended": len(rows) - len(used) - len(left),
            "used_amount": sum(row["total"] for row in used),
            "left_amount": sum(row["total"] for row in left),
            "recognised": self.currency_id.round(sum(row["recognised"] for row in rows)),
            "deferred": self.currency_id.round(sum(row["deferred"] for row in rows)),
            **amounts,
        }

    def _statement_row(self, session, day):
        """Return what is true of ``session`` at the end of ``day``."""
        events = session.event_ids.filtered(lambda event: event.date <= day).sorted("id")
        telling = events.filtered(lambda event: event.kind != "extended")[-1:]
        state = AFTER[telling.kind] if telling else "draft"
        procedure = telling.procedure_id if state in ("redeemed", "missed") else telling.procedure_id.browse()
        earned = events.filtered(lambda event: event.kind in ("redeemed", "missed", "expired", "returned"))
        labels = dict(STATES) if not self.env.lang else dict(session._fields["state"]._description_selection(self.env))
        return {
            "number": session.number,
            "what": procedure.sudo().treatment_id.name or session.what,
            "state": state,
            "state_name": labels[state],
            "day": telling.date if telling else False,
            "practitioner": procedure.sudo().practitioner_id.name or "",
            "total": session.total,
            "recognised": -sum(earned.mapped("amount")),
            "deferred": sum(events.mapped("amount")),
        }

    def _amounts_on(self, day):
        """Return {"total", "paid", "due"} of this course at the end of ``day``. Called with all rights."""
        self.ensure_one()
        line = self._payer().invoice_line_id
        move = line.move_id
        if not line or self.source_id or move.state != "posted" or (move.invoice_date or move.date) > day:
            return {"total": 0.0, "paid": 0.0, "due": 0.0}
        notes = move._clinic_own_notes().filtered(lambda note: (note.invoice_date or note.date) <= day)
        return self._amounts_of(line, notes, self._due_on(move, day))

    def _due_on(self, move, day):
        """Return what was open of ``move`` at the end of ``day``."""
        receivable = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        partials = receivable.matched_credit_ids.filtered(lambda partial: partial.max_date <= day)
        waiting = move.matched_payment_ids.filtered(
            lambda payment: not payment.move_id and payment.state in ("in_process", "paid") and payment.date <= day
        )
        settled = sum(partials.mapped("amount")) + sum(waiting.mapped("amount_company_currency_signed"))
        return max(self.currency_id.round(sum(receivable.mapped("balance")) - settled), 0.0)
