import logging
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessDenied
from odoo.http import request
from odoo.tools.misc import hmac

_logger = logging.getLogger(__name__)

# How many times as much one address may fail over all logins, and one login over all addresses.
SHARED = 5
KNOWN_DAYS = 30
KEPT_DAYS = 90
# Doors at which every attempt counts, whatever comes of it: attempts, and seconds until the next.
FIXED = {"reset": (3, 3600)}


class ClinicSigninAttempt(models.Model):
    """How often a login failed from an address. Rows are in the database, where all workers see them.

    The counter is raised and committed before the secret is checked, under a lock: attempts at the same moment, in
    whatever worker, wait for each other, and none is forgotten with the transaction that failed.
    """

    _name = "clinic.signin.attempt"
    _description = "Attempts to Sign In"
    # It is a log of failures itself.
    _clinic_logs_changes = False
    _log_access = False
    _rec_name = "address"

    door = fields.Selection(
        [("password", "Password"), ("code", "Second Factor"), ("key", "API Key"), ("reset", "Password Reset")],
        required=True,
    )
    login_key = fields.Char(required=True, help="A keyed hash: people type passwords where the login belongs.")
    address = fields.Char(required=True)
    failures = fields.Integer(required=True)
    last_failure = fields.Datetime()
    last_success = fields.Datetime()

    _door_login_address = models.UniqueIndex("(door, login_key, address)")
    _address_failure = models.Index("(address, last_failure)")

    @contextmanager
    def _counted(self, door, login):
        """Count an attempt before it is made; what was counted is forgotten when it succeeds.

        :raises AccessDenied: when there were too many
        """
        if not request or getattr(request, "clinic_attempt", False):
            yield  # no person at the door, or counted already on the way here
            return
        if not self._count(door, login):
            raise AccessDenied(self.env._("There were too many attempts. Wait a little before you try again."))
        request.clinic_attempt = True
        try:
            yield
        finally:
            request.clinic_attempt = False
        self._forget(door, login)

    @api.model
    def _count(self, door, login):
        """Count an attempt as failed, and return whether it may be made."""
        after, seconds = self._limit(door)
        if not after:
            return True
        values = {"door": door, "login": self._login_key(login), "address": request.httprequest.remote_addr}
        values |= {"after": after, "seconds": seconds, "shared": SHARED * after, "known": KNOWN_DAYS}
        with self.env.registry.cursor() as cr:
            cr.execute(_LOCK)
            cr.execute(_SHARED_LIMITS, values)
            allowed = not any(cr.fetchone())
            if allowed:
                cr.execute(_COUNT, values)
                allowed = bool(cr.rowcount)
        if not allowed:
            _logger.warning("Too many attempts from %s at the door %r", values["address"], door)
        return allowed

    @api.model
    def _forget(self, door, login):
        with self.env.registry.cursor() as cr:
            cr.execute(_LOCK)
            cr.execute(
                """UPDATE clinic_signin_attempt
                      SET failures = 0, last_success = now() AT TIME ZONE 'UTC'
                    WHERE door = %s AND login_key = %s AND address = %s""",
                [door, self._login_key(login), request.httprequest.remote_addr],
            )

    @api.model
    def _is_refused(self, door):
        """Tell whether this address had too many failures at a door where successes aren't worth a write."""
        after, seconds = self._limit(door)
        self.env.cr.execute(
            """SELECT 1 FROM clinic_signin_attempt WHERE door = %s AND login_key = %s AND address = %s
                  AND failures >= %s AND last_failure > (now() AT TIME ZONE 'UTC') - make_interval(secs => %s)""",
            [door, self._login_key(""), request.httprequest.remote_addr, after, seconds],
        )
        return bool(after and self.env.cr.rowcount)

    @api.model
    def _limit(self, door):
        """Return after how many failures how many seconds are waited; Odoo's own system parameters say so."""
        if door in FIXED:
            return FIXED[door]
        get = self.env["ir.config_parameter"].sudo().get_param  # limits are no secret, and apply before sign-in
        return int(get("base.login_cooldown_after", 10)), int(get("base.login_cooldown_duration", 60))

    @api.model
    def _login_key(self, login):
        return hmac(self.env(su=True), "clinic-signin-attempt", (login or "").strip().lower())

    @api.autovacuum
    def _gc_attempts(self):
        self.env.cr.execute(
            """DELETE FROM clinic_signin_attempt
                WHERE GREATEST(last_failure, last_success) < (now() AT TIME ZONE 'UTC') - make_interval(days => %s)""",
            [KEPT_DAYS],
        )


# Odoo's transactions see the database as it was at their first query. Taking a lock is none, so the counter is read
# as the one before left it.
_LOCK = """SET LOCAL lock_timeout = '10s'; LOCK TABLE clinic_signin_attempt IN SHARE ROW EXCLUSIVE MODE"""
# Raises the counter unless this login waits at this address. An hour without an attempt begins at nought.
_COUNT = """
INSERT INTO clinic_signin_attempt AS counted (door, login_key, address, failures, last_failure)
VALUES (%(door)s, %(login)s, %(address)s, 1, now() AT TIME ZONE 'UTC')
ON CONFLICT (door, login_key, address) DO UPDATE
   SET failures = CASE WHEN counted.last_failure < excluded.last_failure - interval '1 hour'
                       THEN 1 ELSE counted.failures + 1 END,
       last_failure = excluded.last_failure
 WHERE counted.failures < %(after)s
    OR counted.last_failure <= excluded.last_failure - make_interval(secs => %(seconds)s)
"""
# Many logins from one address; one login from many addresses, unless it succeeded from this one of late.
_SHARED_LIMITS = """
WITH recent AS (
    SELECT * FROM clinic_signin_attempt
     WHERE door = %(door)s AND failures > 0 AND last_failure > (now() AT TIME ZONE 'UTC') - interval '1 hour'
)
SELECT COALESCE((SELECT sum(failures) FROM recent WHERE address = %(address)s), 0) >= %(shared)s,
       COALESCE((SELECT sum(failures) FROM recent WHERE login_key = %(login)s), 0) >= %(shared)s
       AND NOT EXISTS (
           SELECT FROM clinic_signin_attempt
            WHERE door = %(door)s AND login_key = %(login)s AND address = %(address)s
              AND last_success > (now() AT TIME ZONE 'UTC') - make_interval(days => %(known)s)
       )
"""
