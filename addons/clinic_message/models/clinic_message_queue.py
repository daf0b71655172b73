from datetime import datetime, time, timedelta

from pytz import UnknownTimeZoneError, timezone, utc

from odoo import api, fields, models
from odoo.tools import SQL, format_date, format_time

from ..text import fill

BATCH = 500
# As babel writes it: Mon 14 May 2030.
DAY_FORMAT = "EEE d MMM y"
# Reception may still correct what it has just booked, moved or cancelled.
GRACE = timedelta(minutes=2)
# Aftercare of a visit that was closed longer ago than this comes too late.
LATE = timedelta(days=3)
# A reminder is of no use when the patient has to leave the house already.
TOO_LATE = timedelta(minutes=30)


class ClinicMessage(models.Model):
    """What has to be said: found by a scheduled action, so that nobody who books waits for it."""

    _inherit = "clinic.message"

    @api.model
    def _cron_queue(self):
        """Queue what has become due: what is booked, moved or cancelled, reminders, aftercare; a batch at a time."""
        self._tell_changes()
        for trigger in self.env["clinic.message.kind"]._timed():
            for kind in self.env["clinic.message.kind"]._triggered(trigger):
                self._queue_timed(kind)
        self.env.ref("clinic_message.cron_send").sudo()._trigger()

    # -- booked, moved, cancelled -------------------------------------------------------------------------------------

    @api.model
    def _tell_changes(self):
        while visits := self._visits_to_tell():
            visits._tell()
            self.env["ir.cron"]._commit_progress(len(visits))

    @api.model
    def _visits_to_tell(self):
        """Return visits of which somebody knows another time than the one that they have."""
        self.env["clinic.visit"].flush_model()
        query = SQL(
            "SELECT id FROM clinic_visit WHERE write_date <= %s AND ((state = 'booked' AND told_start IS DISTINCT FROM"
            " start) OR (state = 'cancelled' AND told_start IS NOT NULL)) ORDER BY id LIMIT %s",
            fields.Datetime.now() - GRACE,
            BATCH,
        )
        return self.env["clinic.visit"].browse([id_ for (id_,) in self.env.execute_query(query)])

    # -- before and after ---------------------------------------------------------------------------------------------

    @api.model
    def _queue_timed(self, kind):
        """Queue the messages of ``kind`` that are due by now, a batch at a time."""
        last = 0
        while ids := self._due_visits(kind, last):
            visits = self.env["clinic.visit"].browse(ids)
            self._queue(kind, visits.filtered(kind._suits))
            last = ids[-1]
            self.env["ir.cron"]._commit_progress(len(ids))

    @api.model
    def _due_visits(self, kind, last):
        """Return the ids, above ``last``, of the visits for which a message of ``kind`` is due and not queued yet."""
        self.env["clinic.visit"].flush_model()
        self.flush_model()
        query = SQL(
            """
            SELECT v.id
              FROM clinic_visit v
             WHERE %(due)s AND %(suits)s AND v.id > %(last)s
               AND NOT EXISTS (SELECT 1 FROM clinic_message m
                                WHERE m.visit_id = v.id AND m.kind_id = %(kind)s AND m.visit_start = v.start
                                  AND COALESCE(m.is_trial, FALSE) = %(is_trial)s
                                  AND (m.state != 'cancelled' OR m.create_date >= COALESCE(v.told_at, v.create_date)))
          ORDER BY v.id
             LIMIT %(batch)s
            """,
            due=self._due_sql(kind),
            suits=kind._suits_sql(),
            last=last,
            kind=kind.id,
            is_trial=self._is_trial(),
            batch=BATCH,
        )
        return [id_ for (id_,) in self.env.execute_query(query)]

    @api.model
    def _due_sql(self, kind):
        """Return the condition that it is time to send ``kind`` about the visit ``v``; other addons add theirs."""
        now = fields.Datetime.now()
        hours = timedelta(hours=kind.hours)
        if kind.trigger == "before":
            # Who was told of this time later than that has heard of it just now.
            return SQL(
                "v.state = 'booked' AND v.start > %(soon)s AND v.start <= %(until)s"
                " AND COALESCE(v.told_at, v.create_date) <= v.start - %(hours)s",
                soon=now + TOO_LATE,
                until=now + hours,
                hours=hours,
            )
        return self._done_sql(hours)

    @api.model
    def _done_sql(self, hours):
        """Return the condition that the visit ``v`` was done these ``hours``, a timedelta, ago, and not long before."""
        until = fields.Datetime.now() - hours
        return SQL("(v.state = 'done' AND v.done_at <= %s AND v.done_at > %s)", until, until - LATE)

    # -- rows ---------------------------------------------------------------------------------------------------------

    @api.model
    def _queue(self, kind, visits):
        """Write the messages of ``kind`` about ``visits`` into the outbox, to all who get it, each once."""
        rows = []
        words = self.env["clinic.message.consent"]._last_words(visits.sudo().patient_id)
        for visit in visits:
            if kind.to_patient:
                rows += [
                    self._prepare_message(kind, visit, "patient", channel, words)
                    for channel in self._patient_channels(kind, visit, words)
                ]
            if kind.to_practitioner:
                rows += [
                    self._prepare_message(kind, visit, "practitioner", "email", user=user)
                    for user in visit.sudo()._told_procedures().practitioner_id.user_id.filtered("active")
                ]
            if kind.to_manager and (manager := visit.company_id.sudo()._clinic_message_manager()):
                rows.append(self._prepare_message(kind, visit, "manager", "email", user=manager))
        return self._enqueue(rows)

    @api.model
    def _patient_channels(self, kind, visit, words):
        """Return the channels by which ``kind`` goes to the patient of ``visit``: all, or the first that reaches."""
        channels = kind._channels()
        preferred = visit.patient_id.message_channel
        channels.sort(key=lambda channel: channel != preferred)
        reaching = [
            channel for channel in channels if not self._obstacle(kind, visit, visit.patient_id, channel, words)[1]
        ]
        if kind.each_channel:
            return reaching or channels[:1]
        # Where none does, the history says why.
        return (reaching or channels)[:1]

    @api.model
    def _obstacle(self, kind, visit, patient, channel, words=None):
        """Return (address of ``patient`` by ``channel``, why nothing can be sent there, or None)."""
        address, obstacle = patient._message_address(channel, visit.company_id)
        if obstacle:
            return address, obstacle
        consents = self.env["clinic.message.consent"]
        words = consents._last_words(patient) if words is None else words
        if not consents._allows(words, patient, channel, kind.purpose):
            return address, self.env._("The patient does not want this by %s.", self._channel_label(channel))
        provider = self.env["clinic.message.provider"]._for(channel, visit.company_id)
        if channel == "whatsapp" and not provider:
            return address, self.env._("There is no provider for WhatsApp.")
        template = self.env["clinic.message.template"]._find(kind, channel, patient.lang)
        if not template:
            return address, self.env._(
                "There is no text of “%(kind)s” for %(channel)s.", kind=kind.name, channel=self._channel_label(channel)
            )
        if provider.service == "cloud" and not template.provider_template:
            return address, self.env._("WhatsApp has approved no text of “%s”.", kind.name)
        return address, None

    @api.model
    def _channel_label(self, channel):
        return dict(self._fields["channel"]._description_selection(self.env))[channel]

    @api.model
    def _prepare_message(self, kind, visit, recipient, channel, words=None, user=None, key=None):
        """Return the values of a message of ``kind`` about ``visit``; one that cannot be sent says why."""
        patient, audience = visit.sudo().patient_id, "staff" if user else "patient"
        if user:
            lang, address = user.lang, user.sudo().partner_id.email_normalized
            obstacle = None if address else self.env._("%s has no email address.", user.name)
            person = f":{user.id}"
        else:
            lang = patient.lang or visit.company_id.sudo().partner_id.lang
            address, obstacle = self._obstacle(kind, visit, patient, channel, words)
            person = ""
        template = self.env["clinic.message.template"]._find(kind, channel, lang, audience)
        if not template:
            obstacle = obstacle or self.env._(
                "There is no text of “%(kind)s” for %(channel)s.", kind=kind.name, channel=self._channel_label(channel)
            )
        start = visit._known_start() if kind.trigger == "cancelled" else visit.start
        values = self._prepare_values(visit, template.lang or lang, start)
        return {
            "key": key or f"{self._key(kind, visit, start)}:{recipient}{person}:{channel}",
            "is_trial": self._is_trial(),
            "kind_id": kind.id,
            "purpose": kind.purpose,
            "channel": channel,
            "recipient": recipient,
            "patient_id": patient.id,
            "visit_id": visit.id,
            "visit_start": start,
            "company_id": visit.company_id.id,
            "address": address or False,
            "lang": template.lang or lang,
            "subject": fill(template.subject, values) if channel == "email" else False,
            "body": fill(template.body, values),
            "state": "failed" if obstacle else "queued",
            "reason": obstacle,
            "send_at": fields.Datetime.now(),
            "expires_at": self._expiry(kind, start),
        }

    @api.model
    def _key(self, kind, visit, start):
        """Return what makes ``kind`` one message about ``visit``: its time, and since when that is what was told.

        So a visit that is moved back and forth is told of each time; what was written in trial does not count after it.
        """
        moments = [int(moment.timestamp()) if moment else 0 for moment in (start, visit.told_at)]
        return f"{'trial:' if self._is_trial() else ''}{kind.id}:{visit.id}:{moments[0]}:{moments[1]}"

    @api.model
    def _expiry(self, kind, start):
        """Return until when it makes sense to send ``kind``: what is said before a visit must arrive before it."""
        if kind.trigger == "after":
            return fields.Datetime.now() + LATE
        return start

    @api.model
    def _prepare_values(self, visit, lang, start=None):
        """Return {placeholder: text} for a message about ``visit``, but for its links; all of it is neutral.

        :param start: the time that is named; by default the visit's own
        """
        return {
            **self._prepare_moment_values(visit, start or visit.start, lang),
            "practitioner": ", ".join(visit.sudo()._told_procedures().practitioner_id.mapped("name")),
            "visit": visit.name,
        }

    @api.model
    def _prepare_moment_values(self, record, moment, lang):
        """Return {placeholder: text} of the patient and the branch of ``record``, and of ``moment`` (naive UTC)."""
        branch = record.company_id.sudo()
        local = branch._clinic_local(moment)
        return {
            "patient": record.sudo().patient_id.name,
            "branch": branch.name,
            "phone": branch.phone or "",
            "address": branch.partner_id._clinic_address_line(),
            "date": self._day_text(local.date(), lang),
            "time": format_time(self.env, local.time(), time_format="short", lang_code=lang),
        }

    @api.model
    def _day_text(self, day, lang):
        """Return ``day`` as patients read it without a mistake: with its weekday, the month in letters."""
        return format_date(self.env, day, lang_code=lang, date_format=DAY_FORMAT)

    @api.model
    def _enqueue(self, rows):
        """Create those of ``rows`` whose key is not there yet and return them."""
        known = set(self.sudo().search([("key", "in", [row["key"] for row in rows])]).mapped("key"))
        fresh = {row["key"]: row for row in rows if row["key"] not in known}
        return self.sudo()._clinic_writing().create(list(fresh.values())).with_env(self.env)

    # -- when ---------------------------------------------------------------------------------------------------------

    def _quiet_until(self, moment):
        """Return the end of the quiet hours (naive UTC) in which ``moment`` lies for the recipient, or None."""
        self.ensure_one()
        branch = self.company_id.sudo()
        begin, end = branch.clinic_quiet_from, branch.clinic_quiet_to
        if self.recipient != "patient" or begin == end:
            return None
        zone = self._zone()
        local = utc.localize(moment).astimezone(zone)
        hour = local.hour + local.minute / 60 + local.second / 3600
        is_quiet = begin <= hour < end if begin < end else hour >= begin or hour < end
        if not is_quiet:
            return None
        # Quiet hours that go over midnight end on the next day for those who are before it.
        day = local.date() + timedelta(days=1 if begin > end and hour >= begin else 0)
        whole = datetime.combine(day, time.min) + timedelta(hours=end)
        return zone.normalize(zone.localize(whole)).astimezone(utc).replace(tzinfo=None)

    def _zone(self):
        """Return the zone in which the patient lives, as far as it is known; else the branch's."""
        self.ensure_one()
        try:
            return timezone(self.sudo().patient_id.tz)
        except (UnknownTimeZoneError, AttributeError):
            return self.company_id._clinic_timezone()

    def _is_over_cap(self, moment):
        """Return whether the patient has had as many messages in a week as the branch allows.

        What is about a visit is not counted: the patient has asked for it. Aftercare does not count the questions how
        it was, which never take its place.
        """
        self.ensure_one()
        cap = self.company_id.sudo().clinic_message_cap
        if self.purpose == "visit" or not cap:
            return False
        counted = self._counted(moment, self.purpose)
        return self.sudo().search_count([("patient_id", "=", self.patient_id.id), *counted]) >= cap

    @api.model
    def _counted(self, moment, purpose):
        """Return the domain of what counts, at ``moment``, as a patient's messages of a week beside ``purpose``."""
        # To be asked how it was never takes the place of care.
        uncounted = ["visit", "feedback"] if purpose == "care" else ["visit"]
        return [
            ("recipient", "=", "patient"),
            ("direction", "=", "out"),
            ("purpose", "not in", uncounted),
            ("sent_at", ">", moment - timedelta(days=7)),
            ("state", "in", ("sent", "sending", "unknown")),
            ("is_trial", "=", False),
        ]

    @api.model
    def _over_cap_sql(self, patient, branch):
        """Return the SQL that says whether ``patient``, an SQL id, has had this week's messages of ``branch``."""
        cap = branch.sudo().clinic_message_cap
        if not cap:
            return SQL("FALSE")
        messages = self.sudo()
        counted = messages._search(self._counted(fields.Datetime.now(), "marketing"))
        counted.add_where(SQL("%s = %s", messages._field_to_sql(messages._table, "patient_id", counted), patient))
        return SQL("(SELECT COUNT(*) FROM (%s) AS had) >= %s", counted.select(), cap)
