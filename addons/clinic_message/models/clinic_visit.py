import logging
from urllib.parse import quote

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    message_history_ids = fields.One2many("clinic.message", "visit_id", string="Messages")
    message_history_count = fields.Integer(compute="_compute_message_history_count", string="Number of Messages")
    told_start = fields.Datetime(
        "Time Told", copy=False, readonly=True, help="The time for which messages about this visit were written last."
    )
    told_at = fields.Datetime("Told On", copy=False, readonly=True)
    confirmed_at = fields.Datetime(
        "Confirmed On", copy=False, readonly=True, help="When the patient confirmed by the link to come at this time."
    )

    confirmed_start = fields.Datetime("Time Confirmed", copy=False, readonly=True)

    _done_idx = models.Index("(done_at) WHERE state = 'done'")
    _to_tell_idx = models.Index(
        "(id) WHERE (state = 'booked' AND told_start IS DISTINCT FROM start)"
        " OR (state = 'cancelled' AND told_start IS NOT NULL)"
    )

    can_hand_over = fields.Boolean(compute="_compute_can_hand_over")

    @api.depends("state")
    def _compute_can_hand_over(self):
        """Whether there is something to hand over to WhatsApp, and somebody to whom it may go."""
        queue = self.env["clinic.message"]
        is_allowed = not queue._is_trial() or bool(queue._trial_number())
        for visit in self:
            visit.can_hand_over = is_allowed and bool(visit._origin) and visit.state in ("booked", "cancelled")

    @api.depends("message_history_ids")
    def _compute_message_history_count(self):
        counts = dict(self.env["clinic.message"]._read_group([("visit_id", "in", self.ids)], ["visit_id"], ["__count"]))
        for visit in self:
            visit.message_history_count = counts.get(visit._origin, 0)

    def _tell(self):
        """Queue what is to be said of these visits, which were booked, moved or cancelled since it was said last."""
        now, queue = fields.Datetime.now(), self.env["clinic.message"]
        for trigger, visits in self.grouped(lambda visit: visit._what_to_tell(now)).items():
            queued = queue.browse()
            for kind in self.env["clinic.message.kind"]._triggered(trigger) if trigger else ():
                queued |= queue._queue(kind, visits.filtered(kind._suits))
            if trigger:
                visits._tell_others(trigger, queued)
        for visit in self:
            # The time that is known now; for one that was cancelled it is none.
            known = visit.start if visit.state == "booked" else False
            values = {"told_start": known, "told_at": now}
            if not visit._is_confirmed():
                values.update(confirmed_at=False, confirmed_start=False)
            # Who may see that somebody was told is another question than who has booked.
            visit.sudo()._clinic_writing().write(values)
        self._drop_outdated()

    def _tell_others(self, trigger, queued):
        """Tell others of what was ``queued`` for those whom the kinds of messages name; other addons do."""

    def _has_news(self):
        """Return whether somebody knows another time of this visit than the one that it has."""
        self.ensure_one()
        if self.state == "booked":
            return self.told_start != self.start
        return self.state == "cancelled" and bool(self.told_start)

    def _tell_now(self):
        """Have said at once what has become of these visits: who books, moves or cancels by themselves waits for it."""
        # No matter who caused it, all concerned are to know.
        visits = self.sudo().filtered(lambda visit: visit._has_news())
        try:
            with self.env.cr.savepoint():
                visits._tell()
        except psycopg2.OperationalError:
            raise
        except Exception:
            # What is booked or paid stays so; the scheduled action tries again.
            _logger.exception("Visits %s could not be told of at once", self.ids)
        visits.env.ref("clinic_message.cron_send")._trigger()

    def _what_to_tell(self, now):
        """Return the trigger of the messages that this visit needs, or None for one whose time has passed."""
        self.ensure_one()
        start = self._known_start() if self.state == "cancelled" else self.start
        if not start or start <= now:
            return None
        if self.state == "cancelled":
            return "cancelled"
        return "moved" if self.told_start else "booked"

    def _known_start(self):
        """Return the time (naive UTC) of this visit that the patient knows: the last that was said, or written."""
        self.ensure_one()
        said = [
            ("visit_id", "=", self.id),
            ("recipient", "=", "patient"),
            ("kind_id.trigger", "in", ("booked", "moved", "before")),
            ("state", "in", ("sent", "sending", "handed_over", "unknown")),
        ]
        # What was said does not depend on who asks.
        last = self.env["clinic.message"].sudo().search(said, limit=1)
        return last.visit_start or self.told_start or self.start

    def _told_procedures(self):
        """Return the procedures of which messages speak: those not cancelled, if any."""
        return self.procedure_ids.filtered(lambda procedure: procedure.state != "cancelled") or self.procedure_ids

    def _is_confirmed(self):
        """Return whether the patient has confirmed to come at the time that this visit has now."""
        self.ensure_one()
        return bool(self.confirmed_at) and self.confirmed_start == self.start

    def _drop_outdated(self):
        """Take back the messages that wait and say of these visits what is true no more."""
        waiting = self.env["clinic.message"].sudo().search([("visit_id", "in", self.ids), ("state", "=", "queued")])
        for message in waiting:
            if reason := message._why_outdated(fields.Datetime.now()):
                message._change({"state": "cancelled", "reason": reason})

    # -- by hand ------------------------------------------------------------------------------------------------------

    def action_view_messages(self):
        """Open the messages about this visit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages: %s", self.patient_id.name),
            "res_model": "clinic.message",
            "view_mode": "list,form",
            "domain": [("visit_id", "=", self.id)],
        }

    def action_whatsapp(self):
        """Open WhatsApp with the text about this visit, for the user to send; the history says who did so."""
        self.ensure_one()
        self.check_access("write")
        queue = self.env["clinic.message"]
        queue.check_access("write")
        kind = self._kind_by_hand()
        number = self._whatsapp_number(kind)
        if not self.env["clinic.message.template"]._find(kind, "whatsapp", self.patient_id.lang):
            raise UserError(self.env._("There is no text of “%s” for WhatsApp.", kind.name))
        # One row for each time that somebody does it.
        count = queue.sudo().search_count([("visit_id", "=", self.id), ("state", "=", "handed_over")])
        values = queue._prepare_message(kind, self, "patient", "whatsapp", key=f"hand:{self.id}:{count}:{self.env.uid}")
        now = fields.Datetime.now()
        message = queue._enqueue(
            [
                {
                    **values,
                    "address": number,
                    "state": "handed_over",
                    "reason": False,
                    "sent_at": now,
                    "user_id": self.env.uid,
                }
            ]
        )
        address = f"https://wa.me/{number.lstrip('+')}?text={quote(message._filled()[1])}"
        return {"type": "ir.actions.act_url", "url": address, "target": "new"}

    def _whatsapp_number(self, kind):
        """Return the number to which ``kind`` is handed over; raise ``UserError`` when the patient wants none."""
        patient, consents = self.patient_id, self.env["clinic.message.consent"]
        number, obstacle = patient._message_address("whatsapp", self.company_id)
        if not obstacle and not consents._allows(consents._last_words(patient), patient, "whatsapp", kind.purpose):
            obstacle = self.env._("The patient does not want this by WhatsApp.")
        if obstacle:
            raise UserError(obstacle)
        queue = self.env["clinic.message"]
        if not queue._is_trial():
            return number
        if not (number := queue._trial_number()):
            raise UserError(
                self.env._("Trial operation: nothing leaves the house. Enter a trial phone in the settings to try it.")
            )
        return number

    def _kind_by_hand(self):
        """Return the kind of message that says of this visit what is true now."""
        self.ensure_one()
        trigger = "cancelled" if self.state == "cancelled" else "moved" if self.rescheduled_count else "booked"
        kind = self.env["clinic.message.kind"]._triggered(trigger)[:1]
        if not kind:
            raise UserError(self.env._("There is no kind of message for this. Have a manager add it."))
        return kind
