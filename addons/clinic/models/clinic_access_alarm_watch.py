from collections import Counter, defaultdict, deque
from datetime import timedelta

from odoo import api, fields, models

PATIENTS, MINUTES = 30, 30
SEEN = ("open", "list", "export", "print")


class ClinicAccessAlarm(models.Model):
    """Watches over the log: who sees many patients in a short time who are not of their day.

    It runs every few minutes beside the work, so that opening a record does not wait for it.
    """

    _inherit = "clinic.access.alarm"

    @api.model
    def _cron_watch(self):
        """Raise an alarm for everybody who, since the last time, saw too many patients outside their day's list."""
        span = timedelta(minutes=self._limit("minutes", MINUTES))
        # When a scheduled action was last done is nobody's secret.
        last = self.env.ref("clinic.cron_watch_access").sudo().lastcall
        since = last or fields.Datetime.now() - timedelta(days=1)
        self._raise(self._find_many(since - span, span, self._limit("patients", PATIENTS)))

    @api.model
    def _limit(self, name, default):
        value = self.env["ir.config_parameter"].sudo().get_param(f"clinic.access_alarm_{name}") or ""
        return int(value) if value.isdecimal() and int(value) else default

    @api.model
    def _find_many(self, since, span, limit):
        """Return the values of an alarm for each user who saw more than ``limit`` others' patients within ``span``."""
        # The log of all users, read by nobody in particular.
        rows = self.env["clinic.access.log"].sudo()
        found = rows.search_fetch(
            [("at", ">", since), ("action", "in", SEEN), ("patient_id", "!=", False)],
            ["user_id", "patient_id", "at"],
            order="sequence",
        )
        seen = defaultdict(list)
        for row in found:
            seen[row.user_id].append((row.at, row.patient_id.id))
        alarms = []
        for user, steps in seen.items():
            if len({patient_id for _at, patient_id in steps}) > limit:
                listed = self._day_list(user, steps[0][0], steps[-1][0])
                others = [(at, patient_id) for at, patient_id in steps if patient_id not in listed]
                if worst := _most_within(others, span):
                    begun, ended, count = worst
                    if count > limit:
                        alarms.append(self._prepare_many(user, begun, ended, count))
        return alarms

    @api.model
    def _prepare_many(self, user, begun, ended, count):
        """Return the values of the alarm about ``user`` who saw ``count`` patients; other addons add to it."""
        return {
            "kind": "many",
            "user_id": user.id,
            "begun_at": begun,
            "ended_at": ended,
            "patient_count": count,
        }

    @api.model
    def _day_list(self, user, since, until):
        """Return the ids of the patients of the user's work from ``since`` to ``until``; other addons say who."""
        return set()


def _most_within(steps, span):
    """Return (first, last, number of patients) of the stretch not longer than ``span`` with the most patients.

    >>> from datetime import datetime
    >>> at = lambda minute: datetime(2026, 1, 31, 9, minute)
    >>> first, last, count = _most_within([(at(0), 1), (at(9), 2), (at(9), 2), (at(15), 3)], timedelta(minutes=10))
    >>> (first.minute, last.minute, count)
    (0, 9, 2)
    """
    window, patients, worst = deque(), Counter(), None
    for at, patient_id in steps:
        window.append((at, patient_id))
        patients[patient_id] += 1
        while at - window[0][0] > span:
            _left, gone = window.popleft()
            patients[gone] -= 1
            if not patients[gone]:
                del patients[gone]
        if not worst or len(patients) > worst[2]:
            worst = (window[0][0], at, len(patients))
    return worst
