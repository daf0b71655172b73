from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from odoo.addons.clinic_message.tests.common import MessageMixin
from odoo.addons.clinic_record.tests.common import RecordCommon, RecordMixin


class SignalMixin(RecordMixin):
    """Patients who were treated some days ago, and report what is wrong."""

    @classmethod
    def _treated(cls, days=3, patient=None, treatment=None, practitioner=None):
        """Return the procedure of a visit that was done ``days`` ago."""
        with freeze_time(fields.Datetime.now() - timedelta(days=days)):
            visit = (
                cls.env["clinic.visit"]
                .with_company(cls.branch)
                .book_walk_in(patient or cls.patient, treatment or cls.facial, practitioner or cls.doctor)
            )
            visit.action_start()
            visit.action_done()
        cls.env.flush_all()
        return visit.procedure_ids

    def _link(self, patient=None):
        """Return the link that reception hands over, and its path."""
        links = self.env["clinic.signal.link"].with_user(self.users["reception"])
        address = links._hand_over(patient or self.patient, self.branch)
        path = address[address.index("/clinic/report/") :]
        return self.env["clinic.signal.link"]._find(path.split("/")[-1]), path

    def _symptom(self, code):
        return self.env.ref(f"clinic_signal.symptom_{code}")

    def _said(self, procedure=None, **values):
        """Return what the page sends."""
        today = self.branch._clinic_today()
        return {
            "key": "this page",
            "lang": "en",
            "procedure": procedure.id if procedure else 0,
            "symptoms": [self._symptom("swelling").id],
            "words": "It began yesterday",
            "since": fields.Date.to_string(fields.Date.subtract(today, days=1)),
            "call": False,
            **values,
        }

    def _report(self, procedure, **values):
        """Return the report that the procedure's patient has sent."""
        link, _path = self._link(procedure.patient_id)
        signal = self.env["clinic.signal"]._take(link, self._said(procedure, **values))
        self.env.flush_all()
        return self.env["clinic.signal"].browse(signal.id)


class SignalCommon(SignalMixin, MessageMixin, RecordCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_messages()
