from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields

from odoo.addons.clinic_message.outcome import Outcome
from odoo.addons.clinic_visit.tests.common import VisitCommon, VisitMixin

SENT = Outcome("sent")
TRANSMIT = "odoo.addons.clinic_message.models.clinic_message_send.ClinicMessage._transmit"


class MessageMixin(VisitMixin):
    """A clinic that writes to its patients, by email and SMS, in trial operation."""

    @classmethod
    def setup_messages(cls):
        cls.branch.write(
            {
                "email": "desk@test.clinic",
                "phone": "+92 42 111 222 333",
                "clinic_quiet_from": 0,
                "clinic_quiet_to": 0,
            }
        )
        cls.patient.write({"email": "ayesha@example.com", "lang": "en_US"})
        cls.messages = cls.env["clinic.message"]
        cls.kinds = {kind.code: kind for kind in cls.env["clinic.message.kind"].search([("code", "!=", False)])}

    @classmethod
    def _later(cls, **delta):
        return fields.Datetime.now() + timedelta(**delta)

    def _performed(self, **ago):
        """Return a visit of the patient that was done a while ago."""
        with freeze_time(fields.Datetime.now() - timedelta(**ago)):
            visit = self.env["clinic.visit"].book_walk_in(self.patient, [self.facial], self.doctor)
            visit.action_start()
            visit.action_done()
        return visit

    @contextmanager
    def refused(self, error, words):
        """Expect ``error`` with ``words``, and go on as if nothing had been tried."""
        with self.assertRaises(error) as caught:
            yield
        self.assertRegex(str(caught.exception), words)

    def _queue(self, after=None):
        """Let the scheduled action that writes messages run, by default a few minutes from now."""
        with freeze_time(after or self._later(minutes=5)), self.enter_registry_test_mode():
            self.env.flush_all()
            self.env.cr.execute("UPDATE clinic_visit SET write_date = %s", [self._later(minutes=-4)])
            self.env.invalidate_all()
            self.env.ref("clinic_message.cron_queue").method_direct_trigger()

    def _send(self, after=None):
        """Let the scheduled action that sends run, by default a few minutes from now."""
        with freeze_time(after or self._later(minutes=6)), self.enter_registry_test_mode():
            self.env.ref("clinic_message.cron_send").method_direct_trigger()

    def _deliver(self, outcome=SENT, after=None):
        """Let all that is due be sent with this ``outcome``; return how often something was."""
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        with patch(TRANSMIT, return_value=outcome) as transmit:
            self._send(after)
        return transmit

    def _of(self, visit, code=None, **domain):
        found = self.messages.search([("visit_id", "=", visit.id)], order="id")
        if code:
            found = found.filtered(lambda message: message.kind_id == self.kinds[code])
        return found.filtered_domain([(name, "=", value) for name, value in domain.items()])


class MessageCommon(MessageMixin, VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_messages()
