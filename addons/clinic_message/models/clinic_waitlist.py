import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.clinic_visit.exceptions import SlotTaken
from odoo.addons.clinic_visit.models.clinic_waitlist import OPEN_STATES

from ..const import CHANNELS, OFFERED

_logger = logging.getLogger(__name__)

# What became of an offer of which the visit is there.
MADE = {"held": "held", "booked": "booked", "arrived": "booked", "in_progress": "booked", "done": "booked"}
# In these states a message may have reached the patient.
LEFT = ("sent", "sending", "unknown", "handed_over")
# Less time than that is no time to answer.
SHORTEST = timedelta(minutes=5)


class ClinicWaitlist(models.Model):
    """Those who wait are written to, and take a time that has become free by the link in the message."""

    _inherit = "clinic.waitlist"

    message_history_ids = fields.One2many("clinic.message", "waitlist_id", string="Messages")
    offered_channel = fields.Selection(
        CHANNELS, string="Written To By", copy=False, readonly=True, help="Empty: somebody calls."
    )

    # -- writing ------------------------------------------------------------------------------------------------------

    @api.model
    def _offers_to_all(self, company):
        # How a branch offers its times does not depend on who frees one.
        return company.sudo().clinic_waitlist_offers == "all"

    def _offer_kind(self):
        """Return the kind of message by which this patient is offered a time, if there is one for that."""
        kinds = self.env["clinic.message.kind"]._triggered(OFFERED)
        return kinds.filtered(
            lambda kind: (
                kind.to_patient
                and (not kind.company_ids or self.company_id in kind.company_ids)
                and (not kind.treatment_ids or self.treatment_id in kind.treatment_ids)
            )
        )[:1]

    def _offer_channels(self):
        """Return (the kind of message, the channels by which it reaches this patient, the last words); none: calls."""
        self.ensure_one()
        kind = self._offer_kind()
        if self.company_id.sudo().clinic_waitlist_offers == "call" or not kind:
            return kind, [], {}
        queue, patient = self.env["clinic.message"], self.patient_id._kept()
        words = self.env["clinic.message.consent"]._last_words(patient)
        channels = queue._patient_channels(kind, self, words)
        # Where none reaches, one is named all the same.
        reaching = [one for one in channels if not queue._obstacle(kind, self, patient, one, words)[1]]
        return kind, reaching, words

    def _answer_until(self, slot):
        """Return until when (naive UTC) the patient may answer a message about ``slot``; None: there is no time for it.

        The minutes begin when the message may leave; what is taken keeps the branch's notice.
        """
        branch, now = self.company_id.sudo(), fields.Datetime.now()
        message = self.env["clinic.message"].new(
            {"company_id": branch.id, "patient_id": self.patient_id.id, "recipient": "patient"}
        )
        sent = message._quiet_until(now) or now
        last = slot["start"] - timedelta(hours=branch.clinic_booking_notice)
        until = min(sent + timedelta(minutes=branch.clinic_waitlist_minutes), last)
        return until if until >= sent + SHORTEST else None

    def _prepare_offer(self, slot, freed_start, freed_stop):
        """Who can be written to has the branch's minutes; in trial operation nobody hears of it, and is called."""
        values = super()._prepare_offer(slot, freed_start, freed_stop)
        channels = self._offer_channels()[1]
        until = self._answer_until(slot) if channels else None
        if not until:
            return values
        if self.env["clinic.message"]._is_trial():
            until = values["offered_until"]
        return {**values, "offered_until": until, "offered_channel": channels[0]}

    def _tell_offer(self):
        """Write to the patient, by the way that reaches."""
        queue = self.env["clinic.message"]
        if not self.offered_channel or queue._is_trial():
            super()._tell_offer()
        if self.offered_channel:
            kind, channels, words = self._offer_channels()
            queue._enqueue([queue._prepare_offer(kind, self, channel, words) for channel in channels])
            self.env.ref("clinic_message.cron_send").sudo()._trigger()

    def _was_told(self):
        """Return whether the patient may know of the offer: a message has left, or somebody was asked to call."""
        if not self.offered_channel:
            return True
        mine = self.sudo().message_history_ids.filtered(lambda one: one.visit_start == self.offered_start)
        return any(one.state in LEFT for one in mine)

    def _let_lapse(self):
        """Nobody has declined what nobody has heard of: then somebody calls."""
        return super()._let_lapse() if self._was_told() else self._call_instead()

    def _call_instead(self):
        """The message could not leave: ask somebody to call, and give them the time for it."""
        slot = {"start": self.offered_start}
        self._clinic_writing().write({"offered_channel": False, "offered_until": self._offered_until(slot)})
        self.env.ref("clinic_visit.cron_tend_waitlist").sudo()._trigger(at=self.offered_until)
        self._remind()

    # -- by the link --------------------------------------------------------------------------------------------------
    # Called by the page alone, with the rights of the superuser, after the link was found to be good.

    def _offer_state(self, start):
        """Return what has become of the offer of ``start`` (naive UTC) to this patient.

        "open", "booked", "held" (a deposit is asked for), "over" (too late, or another's) or "closed" (waits no more).
        """
        self.ensure_one()
        visit = self.visit_id
        if visit.start == start and visit.state in MADE and not visit._is_hold_over(visit.state, visit.expires_at):
            return MADE[visit.state]
        if self.state not in OPEN_STATES:
            return "closed"
        if self.state != "offered" or self.offered_start != start or self.offered_until <= fields.Datetime.now():
            return "over"
        return "open"

    def _is_still_free(self):
        """Return whether what is offered could still be booked."""
        availability = self.env["clinic.availability"].with_company(self.company_id)
        steps = availability._steps([self.treatment_id], self.offered_practitioner_id)
        try:
            availability._plan(steps, self.offered_start, self.company_id)
        except UserError:
            return False
        return True

    def _patient_takes(self, start):
        """Book the time ``start`` (naive UTC) that is offered; return what came of it: as ``_offer_state``, or "taken".

        "problem" where the desk has to help.
        """
        self.ensure_one()
        # Of two presses the later one waits, fails to serialize, and finds the visit when Odoo runs it again.
        self.env.execute_query(SQL("SELECT id FROM clinic_waitlist WHERE id = %s FOR UPDATE", self.id))
        state = self._offer_state(start)
        if state != "open":
            return state
        try:
            with self.env.cr.savepoint():
                self.with_context(clinic_deposit_channel="online")._book_offered()
        except SlotTaken:
            self._lose_offer()
            return "taken"
        except UserError as error:
            # What is wrong says more than a page may; reception knows.
            _logger.warning("An offered time could not be taken: %s", type(error).__name__)
            self._remind()
            return "problem"
        return self._offer_state(start)

    def _lose_offer(self):
        """The time is another's: wait on, and have what is left of what has become free, if anything suits."""
        freed = {**self._freed_time(), "lost": (self.offered_start, self.offered_stop)}
        self._wait_on()
        # Of several who lose at once, each looks for itself: nobody waits for the others' rows.
        self._propose_freed(**freed, only=self)

    def _patient_declines(self, start):
        """Wait on, and let the next have ``start`` (naive UTC); return what came of it."""
        self.ensure_one()
        state = self._offer_state(start)
        if state != "open":
            return state
        self.action_offer_next()
        return "declined"

    def _payment_path(self):
        """Return the path of the page on which the deposit of what was taken is paid; other addons know it."""
        return ""
