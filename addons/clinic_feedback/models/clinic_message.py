from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.clinic_message.models.clinic_message_queue import LATE

from ..const import LINK_LASTS, TRIGGER

# A patient who was not reached was not asked.
GONE_OUT = ("sending", "sent", "handed_over", "unknown")
ASKED = ("queued", *GONE_OUT)


class ClinicMessage(models.Model):
    """When a patient is asked how it was: after a visit that was done, and not again within the branch's days."""

    _inherit = "clinic.message"

    @api.model
    def _due_sql(self, kind):
        if kind.trigger != TRIGGER:
            return super()._due_sql(kind)
        # How a branch is set up decides, not who runs the scheduled action.
        branches = self.env["res.company"].sudo().search([("clinic_feedback_ask", "=", True)])
        due = [self._feedback_due_sql(branch) for branch in branches]
        self.env["clinic.feedback"].flush_model()
        return SQL(
            """
            (%(due)s) AND NOT EXISTS (SELECT FROM clinic_feedback f
                                       WHERE f.visit_id = v.id AND COALESCE(f.is_trial, FALSE) = %(is_trial)s)
                  AND NOT EXISTS (SELECT FROM clinic_message other
                                    JOIN clinic_message_kind k ON k.id = other.kind_id AND k.trigger = %(trigger)s
                                   WHERE other.visit_id = v.id AND k.id != %(kind)s
                                     AND other.state = ANY(%(states)s)
                                     AND COALESCE(other.is_trial, FALSE) = %(is_trial)s)
            """,
            due=SQL(" OR ").join(due) if due else SQL("FALSE"),
            trigger=TRIGGER,
            kind=kind.id,
            states=list(ASKED),
            is_trial=self._is_trial(),
        )

    @api.model
    def _feedback_due_sql(self, branch):
        """Return the condition that the patient of the visit ``v`` in ``branch`` is asked now."""
        return SQL(
            """
            (v.company_id = %(branch)s AND %(done)s
             AND NOT EXISTS (SELECT FROM clinic_message asked
                               JOIN clinic_message_kind k ON k.id = asked.kind_id AND k.trigger = %(trigger)s
                              WHERE asked.patient_id = v.patient_id AND asked.visit_id != v.id
                                AND asked.state = ANY(%(states)s) AND asked.create_date > %(since)s
                                AND COALESCE(asked.is_trial, FALSE) = %(is_trial)s))
            """,
            branch=branch.id,
            done=self._done_sql(timedelta(hours=branch.clinic_feedback_hours)),
            trigger=TRIGGER,
            states=list(ASKED),
            since=fields.Datetime.now() - timedelta(days=branch.clinic_feedback_days),
            is_trial=self._is_trial(),
        )

    @api.model
    def _queue(self, kind, visits):
        if kind.trigger == TRIGGER:
            # Who is under age is asked nothing; the age is told to nobody.
            visits = visits.filtered(lambda visit: not visit.sudo().patient_id._is_minor())
            # Of several visits that are due at once, the patient is asked about the last one.
            latest = {visit.sudo().patient_id: visit for visit in visits.sorted("done_at")}
            limited = visits.filtered("company_id.clinic_feedback_days")
            visits = visits.filtered(lambda visit: visit not in limited or latest[visit.sudo().patient_id] == visit)
        return super()._queue(kind, visits)

    @api.model
    def _expiry(self, kind, start):
        if kind.trigger == TRIGGER:
            return fields.Datetime.now() + LATE
        return super()._expiry(kind, start)

    def _send_again(self, channels):
        for message in channels:
            of_visit = Domain("visit_id", "=", message.visit_id.id)
            if message.kind_id.trigger == TRIGGER and message._was_asked(of_visit, ASKED):
                raise UserError(self.env._("The patient was asked about this visit. Nobody is asked twice."))
        return super()._send_again(channels)

    def _asks_for_feedback(self):
        """Return whether this message may ask for feedback: its patient, about a visit that was done."""
        self.ensure_one()
        return self.recipient == "patient" and self.kind_id.trigger == TRIGGER and self.sudo().visit_id.state == "done"

    def _feedback_until(self):
        """Return until when the link of this message is good: so long after the visit, whenever it is sent."""
        self.ensure_one()
        visit = self.sudo().visit_id
        if not visit.done_at:
            return fields.Datetime.now()
        return visit.done_at + timedelta(hours=visit.company_id.clinic_feedback_hours) + LINK_LASTS

    def _why_not(self, now):
        reason = super()._why_not(now)
        if reason or self.kind_id.trigger != TRIGGER:
            return reason
        return self._why_not_asked(now)

    def _why_not_asked(self, now):
        """Return why the patient is not asked how it was, or None; other addons add their reasons."""
        branch = self.company_id.sudo()
        if not self._asks_for_feedback() or self._feedback_until() <= now:
            return self.env._("The visit is not what it was when this was written.")
        if self.sudo().patient_id._kept()._is_minor():
            # Neutral: who reads the history need not know the age.
            return self.env._("This patient is not asked.")
        if not branch.clinic_feedback_ask:
            return self.env._("The branch does not ask for feedback any more.")
        if self.env["clinic.feedback"]._of_visit(self.visit_id, self._is_trial()):
            return self.env._("The patient has answered already.")
        if self._was_asked(Domain("visit_id", "=", self.visit_id.id) & Domain("kind_id", "!=", self.kind_id.id)):
            return self.env._("The patient was asked about this visit already.")
        since = now - timedelta(days=branch.clinic_feedback_days)
        lately = Domain("visit_id", "!=", self.visit_id.id) & Domain("sent_at", ">", since)
        if branch.clinic_feedback_days and self._was_asked(lately):
            return self.env._("The patient was asked about another visit lately.")
        return None

    def _was_asked(self, domain, states=GONE_OUT):
        """Return whether the patient was asked by one of the messages in ``domain`` that is in one of ``states``."""
        asked = Domain(
            [
                ("patient_id", "=", self.patient_id.id),
                ("kind_id.trigger", "=", TRIGGER),
                ("state", "in", states),
                ("is_trial", "=", self._is_trial()),
            ]
        )
        # What was said does not depend on who asks.
        return bool(self.sudo().search_count(asked & domain, limit=1))
