import re

from odoo.tests import HttpCase

from .common import OnlineCommon


class KnownCommon(OnlineCommon, HttpCase):
    """Who has been here before: a code is asked for, sent by the outbox, and entered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.write({"email": "desk@test.clinic", "clinic_quiet_from": 0, "clinic_quiet_to": 24})
        cls.patient.write({"email": "ayesha@example.com", "lang": "en_US"})
        cls.env["clinic.message.provider"].search([]).active = False
        cls.codes = cls.env["clinic.online.code"].sudo()
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.env["clinic.link.guess"].sudo().search([]).unlink()

    def _sms(self):
        values = {"name": "Gateway", "service": "http", "url": "https://sms.example", "parameters": "to={digits}"}
        self.env["clinic.message.provider"].create(values)

    def _ask(self, address, page=None):
        page = page or self._choose()
        return self._send("/book/code", page, address=address)

    def _send_codes(self):
        """Let the outbox run; return the codes that it has sent, as those who get them read them."""
        self.env.flush_all()
        self.env.ref("clinic_message.cron_send").method_direct_trigger()
        messages = self.env["clinic.message"].search([("kind_id.code", "=", "online_code")], order="id")
        return [re.search(r"\d{6}", message._filled()[1]).group() for message in messages]

    def _known(self, address="ayesha@example.com"):
        """Return the details as one who is known sees them."""
        page = self._ask(address)
        return self._send("/book/code/check", page, code=self._send_codes()[-1])

    def _booked(self):
        domain = [("is_booked_online", "=", True), ("company_id", "=", self.branch.id)]
        return self.env["clinic.visit"].search(domain, order="id desc", limit=1)
