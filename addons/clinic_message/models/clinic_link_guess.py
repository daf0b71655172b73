import ipaddress

from odoo import api, fields, models

from ..const import GUESS_TIME, MOST_GUESSES


class ClinicLinkGuess(models.Model):
    """A link that led nowhere: from which address, and when. Counted in the database, as all workers see it."""

    _name = "clinic.link.guess"
    _description = "Wrong Link"
    _log_access = False
    _clinic_logs_changes = False

    ip = fields.Char(required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True)

    _ip_idx = models.Index("(ip, at)")

    @api.model
    def _note(self, ip):
        """Note a wrong link from ``ip``, for good; return whether there were too many lately.

        Of IPv6 the first half counts: that is what one connection has.
        """
        ip = self._network(ip)
        now = fields.Datetime.now()
        # In a transaction of its own: whatever becomes of the answer, and seen by the other workers at once.
        with self.env.registry.cursor() as cr:
            cr.execute("INSERT INTO clinic_link_guess (ip, at) VALUES (%s, %s)", [ip, now])
            cr.execute("SELECT count(*) FROM clinic_link_guess WHERE ip = %s AND at > %s", [ip, now - GUESS_TIME])
            [count] = cr.fetchone()
        return count > MOST_GUESSES

    @api.model
    def _network(self, ip):
        try:
            address = ipaddress.ip_address(ip or "")
        except ValueError:
            return ip or ""
        return ip if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))

    @api.autovacuum
    def _gc_guesses(self):
        self.env.cr.execute("DELETE FROM clinic_link_guess WHERE at < %s", [fields.Datetime.now() - 6 * GUESS_TIME])
