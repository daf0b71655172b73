from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ClinicCourse(models.Model):
    """What is done with the sessions of a course beside performing them. Each method is called with all rights, after
    the right of the user was checked."""

    _inherit = "clinic.course"

    def _open_sessions(self):
        """Return the sessions that are left; raise ``UserError`` when there is none."""
        self.ensure_one()
        sessions = self.session_ids.filtered(lambda session: session.state == "open")
        if not sessions:
            raise UserError(self.env._("No session of %s is left.", self.display_name))
        return sessions

    def _check_refundable(self, sessions):
        """Raise ``UserError`` unless these sessions of this course can be refunded."""
        self.ensure_one()
        course = self.sudo()
        if course.source_id:
            raise UserError(
                self.env._("These sessions were given by another patient; who bought them may ask for a refund.")
            )
        if course.state == "draft":
            raise UserError(self.env._("%s has not been sold yet.", course.display_name))
        line = course.invoice_line_id
        others = line.move_id.invoice_line_ids.filtered(lambda other: other.display_type == "product") - line
        if others and line.move_id._clinic_amount_due() > 0:
            raise UserError(
                self.env._("Other things on the invoice of %s are not paid. Take that payment first.", course.name)
            )
        if not sessions or sessions.sudo().course_id != course:
            raise UserError(self.env._("Choose the sessions of this course that are refunded."))
        if sessions.sudo().filtered(lambda session: session.state != "open"):
            raise UserError(self.env._("Only sessions that were not used and have not expired are refunded."))

    # -- extending ----------------------------------------------------------------------------------------------------

    def _extend(self, day, reason):
        """Let the sessions that are left be used until ``day``."""
        self.ensure_one()
        if not day:
            raise UserError(self.env._("Choose until when the sessions can be used."))
        if day < self.company_id._clinic_today():
            raise UserError(self.env._("%s has passed already. Choose a later day.", format_date(self.env, day)))
        if not self.valid_to:
            raise UserError(self.env._("The sessions never expire, so there is nothing to extend."))
        sessions = self._open_sessions()
        sessions._lock()
        if day <= self.valid_to:
            raise UserError(
                self.env._("The sessions are valid until %s already.", format_date(self.env, self.valid_to))
            )
        sessions._clinic_writing().write({"valid_to": day})
        self._clinic_writing().valid_to = day
        sessions._record("extended", reason=reason, valid_to=day)

    # -- giving back --------------------------------------------------------------------------------------------------

    def _give_back(self, sessions, reason):
        """Make these used sessions usable again; a visit without an invoice is then to be checked out again."""
        self.ensure_one()
        if not sessions or sessions.course_id != self:
            raise UserError(self.env._("Choose the sessions of this course that are given back."))
        visits = sessions.procedure_id.visit_id
        procedures = sessions.procedure_id
        sessions._give_back(reason)
        # Else the same session would be used for it again at the next checkout.
        procedures._clinic_writing()._write_facts({"is_session_declined": True})
        visits._forget_checkout()
        visits._check_not_charged()

    # -- transferring -------------------------------------------------------------------------------------------------

    def _transfer(self, patient, reason):
        """Give the sessions that are left to ``patient``; they keep their values and their last day."""
        self.ensure_one()
        if not self.transferable:
            raise UserError(self.env._("%s cannot be transferred: its terms say so.", self.display_name))
        if not patient or patient == self.patient_id:
            raise UserError(self.env._("Choose the patient who gets the sessions."))
        sessions = self._open_sessions()
        sessions._lock()
        given = self._clinic_writing()._create_given(patient)
        sessions._record("transferred", reason=reason)
        given.session_ids._record("received", reason=reason)
        given._clinic_writing().write({"sold_on": self.sold_on, "valid_to": self.valid_to})
        return given

    def _create_given(self, patient):
        """Return the course of ``patient`` with copies of the sessions that are left of this one."""
        values = {
            "patient_id": patient.id,
            "company_id": self.company_id.id,
            "buyer_id": self.buyer_id.id,
            "package_id": self.package_id.id,
            "package_name": self.package_name,
            "price_unit": 0.0,
            "transferable": self.transferable,
            "beyond_paid": self.beyond_paid,
            "missed_counts": self.missed_counts,
            "practitioner_ids": [fields.Command.set(self.practitioner_ids.ids)],
            "source_id": self.id,
        }
        return self.create(values)

    def _prepare_sessions(self):
        """A course that was given has the sessions of the one from which they come."""
        if not self.source_id:
            return super()._prepare_sessions()
        given = self.source_id.session_ids.filtered(lambda session: session.state == "open").sorted("number")
        names = ("line_id", "treatment_id", "category_id")
        amounts = ("value", "total", "list_value", "list_total", "is_untaxed", "valid_to")
        return [
            {
                "course_id": self.id,
                "company_id": self.company_id.id,
                "number": number,
                **{name: session[name].id for name in names},
                **{name: session[name] for name in amounts},
            }
            for number, session in enumerate(given, 1)
        ]

    # -- upgrading ----------------------------------------------------------------------------------------------------

    def _upgrade_credit(self):
        """Return what is credited when this course is upgraded: the price of the sessions that are left, if paid."""
        self.ensure_one()
        course = self.sudo()
        left = course.session_ids.filtered(lambda session: session.state == "open")
        amounts = course._amounts()
        used = amounts["total"] - sum(left.mapped("total"))
        return max(min(sum(left.mapped("total")), course.currency_id.round(amounts["paid"] - used)), 0.0)

    def _upgrade_to(self, new):
        """End this course and set what was paid for its sessions that are left against the invoice of ``new``.

        :raises UserError: without such an invoice, as the credit would be paid out instead
        """
        self.ensure_one()
        invoice = new.sudo()._payer().invoice_line_id.move_id
        if invoice.state != "posted":
            raise UserError(self.env._("The larger package has no invoice against which this one is set."))
        course = self.sudo()._clinic_writing()
        sessions = course._open_sessions()
        course._check_refundable(sessions)
        sessions._lock()
        refund = course.env["clinic.refund"].create(course._prepare_upgrade(new, sessions))
        refund._execute()
        credit = refund.move_ids.filtered(lambda move: move.move_type == "out_refund").line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        due = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable" and not line.reconciled)
        if credit and due:
            (credit | due)._clinic_writing().reconcile()

    def _prepare_upgrade(self, new, sessions):
        """Return the values of the refund by which this course is exchanged for ``new``.

        It follows from the sale of the larger package, so that nobody has to approve it: the system decides.
        """
        total = sum(sessions.mapped("total"))
        unpaid = self._amounts()["due"]
        back = self._upgrade_credit()
        name = self.env._("Exchanged for %s", new.name)
        system = self.env.ref("base.user_root")
        now = fields.Datetime.now()
        return {
            "patient_id": self.patient_id.id,
            "company_id": self.company_id.id,
            "invoice_id": self.invoice_line_id.move_id.id,
            "course_id": self.id,
            "session_ids": [fields.Command.set(sessions.ids)],
            "rule_name": self.env._("Upgrade"),
            "cause": "change_of_mind",
            "reason": name,
            "outcome": "swap",
            "amount_credit": total,
            "amount": back,
            "amount_owed": max(self.currency_id.round(unpaid - total), 0.0),
            "line_ids": [fields.Command.create({"name": name, "amount": total})],
            "state": "done",
            "asked_by_id": self.env.uid,
            "asked_at": now,
            "decided_by_id": system.id,
            "decided_at": now,
        }
