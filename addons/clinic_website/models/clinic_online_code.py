from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS
from odoo.tools import consteq, hmac

from odoo.addons.clinic.people import digits_of, phone_key

from ..const import (
    CODE_EVERY,
    CODE_LASTS,
    KNOWN_FOR,
    MOST_CODES,
    MOST_CODES_OF_ADDRESS,
    MOST_CODES_OF_NETWORK,
    MOST_TRIES,
    WHILE,
)
from .clinic_online_hold import TooMany
from .clinic_online_hold_known import UNKNOWN

DIGITS = 6


class ClinicOnlineCode(models.Model):
    """A code by which somebody who books online shows that a phone or an email address is theirs.

    The code is stored nowhere: it follows from this row and the database's secret. Whom the clinic knows under the
    address is looked up when messages are sent and not while the visitor waits, so that no answer, nor the time that it
    takes, says whether there is somebody; what stays of an address that nobody has is a code that never fits.
    """

    _name = "clinic.online.code"
    _description = "Code of Online Booking"
    # The last one alone is good.
    _order = "id desc"
    _clinic_logs_changes = False

    hold_id = fields.Many2one("clinic.online.hold", required=True, readonly=True, ondelete="cascade", index=True)
    network = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    address_hash = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    typed = fields.Char(readonly=True, groups=NO_ACCESS, help="The phone or email address, until it was looked up.")
    is_silent = fields.Boolean(readonly=True, groups=NO_ACCESS, help="It went nowhere: too many for this address.")
    patients = fields.Json(readonly=True, groups=NO_ACCESS, help="The ids of those to whom the code went.")
    message_id = fields.Many2one("clinic.message", readonly=True, ondelete="cascade", index="btree_not_null")
    expires_at = fields.Datetime(required=True, readonly=True)
    tries = fields.Integer(readonly=True)

    _address_idx = models.Index("(address_hash)")
    _network_idx = models.Index("(network)")
    _waiting_idx = models.Index("(id) WHERE typed IS NOT NULL")

    def _compute_display_name(self):
        self.display_name = self.env._("Code of online booking")

    # -- asking for one ------------------------------------------------------------------------------------------------

    @api.model
    def _ask(self, hold, network, typed):
        """Take down that the visitor of ``hold`` wants a code for ``typed``, a phone or an email address.

        :raises TooMany: when this visitor or network asks too often; what others ask for the same address is no
            business of this visitor: there, a code is taken down that goes nowhere
        """
        codes, hashed = self.sudo(), self._address_hash(typed, hold.company_id)
        hold._take_turn(f"code of hold:{hold.id}", f"code of network:{network}", f"code of address:{hashed}")
        now = fields.Datetime.now()
        # This transaction sees the database as it was when it began, another one sees it as it is.
        with self.env.registry.cursor() as cr:
            there = codes.with_env(codes.env(cr=cr))
            lately = [("create_date", ">", now - WHILE)]
            own = there.search([*lately, ("hold_id", "=", hold.id)])
            if own and own[0].create_date > now - CODE_EVERY:
                raise TooMany(self.env._("A code was sent just now. Please wait a minute before you ask for another."))
            if len(own) >= MOST_CODES:
                raise TooMany(self._too_many_text())
            if there.search_count([*lately, ("network", "=", network)]) >= MOST_CODES_OF_NETWORK:
                raise TooMany(self._too_many_text())
            # What went nowhere keeps nobody waiting; nor does one network keep an address from all others.
            sent = there.search([*lately, ("address_hash", "=", hashed), ("is_silent", "=", False)])
            here = sent.filtered(lambda code: code.network == network)
            is_hasty = bool(here) and here[0].create_date > now - CODE_EVERY
            is_silent = is_hasty or len(here) >= MOST_CODES or len(sent) >= MOST_CODES_OF_ADDRESS
        return codes.create(
            {
                "hold_id": hold.id,
                "network": network,
                "address_hash": hashed,
                "typed": False if is_silent else typed,
                "is_silent": is_silent,
                "expires_at": now + CODE_LASTS,
            }
        )

    @api.model
    def _too_many_text(self):
        return self.env._("Too many codes were asked for today. Please book as a new patient, or call us.")

    @api.model
    def _address_hash(self, typed, branch):
        """Return the value by which what was ``typed`` is counted, however a phone is written."""
        key = typed.lower() if "@" in typed else phone_key(typed, [branch.sudo().country_id.code])
        return hmac(self.env(su=True), "clinic_website.code_address", key)

    # -- using it ------------------------------------------------------------------------------------------------------

    @api.model
    def _last_of(self, hold):
        """Return the last code that the visitor of ``hold`` has asked for, as superuser: no earlier one is good."""
        return self.sudo().search([("hold_id", "in", hold.ids)], limit=1)

    def _is_open(self):
        """Return whether this code may still be entered: once, and by nobody who sits down after the one who asked."""
        hold = self.hold_id
        if not self or hold.code_id == self:
            return False
        if hold.forgotten_at and hold.forgotten_at > self.expires_at - CODE_LASTS:
            return False
        return self.expires_at > fields.Datetime.now() and self.tries < MOST_TRIES

    def _use(self, typed):
        """Count a try; return whether ``typed`` is this code: then those to whom it went may be chosen."""
        if not self._is_open() or not self._count_try():
            return False
        # The same is compared where the code went to nobody.
        is_same = consteq(self._number(), digits_of(typed)[: 2 * DIGITS])
        if not (is_same and self.message_id):
            return False
        # Noted on the hold, as the tries of this row are counted by another transaction; who was known by another code
        # is so no longer.
        self.hold_id.write({**UNKNOWN, "code_id": self.id, "code_used_at": fields.Datetime.now()})
        return True

    def _count_try(self):
        """Count a try for good, whatever becomes of the answer; return whether there was one left."""
        self.hold_id._take_turn(f"code:{self.id}")
        with self.env.registry.cursor() as cr:
            there = self.with_env(self.env(cr=cr)).exists()
            if not there._is_open():
                return False
            there.tries += 1
        return True

    def _number(self):
        """Return the digits of this code."""
        secret = hmac(self.env(su=True), "clinic_website.code", str(self.id))
        return f"{int(secret, 16) % 10**DIGITS:0{DIGITS}}"

    def _people(self):
        """Return the patients who may be chosen by this code: those to whom it went, while it was used lately."""
        patients = self.env["clinic.patient"]
        hold = self.hold_id
        if not self or hold.code_id != self or hold.code_used_at < fields.Datetime.now() - KNOWN_FOR:
            return patients
        message, branch = self.message_id, hold.company_id
        return (
            patients.browse(self.patients or [])
            .exists()
            .filtered(
                lambda one: (
                    one.active
                    and not one.merged_into_id
                    and one._message_address(message.channel, branch)[0] == message.address
                )
            )
        )
