from contextlib import contextmanager

import psycopg2

from odoo.tools import mute_logger

from .common import RecordCommon


class RiskCommon(RecordCommon):
    """A severe allergy to lidocaine, a pregnancy, and what a doctor and a cosmetologist see of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lidocaine = cls.env["clinic.substance"].create({"name": "Test Lidocaine"})
        kinds = cls.env["clinic.risk.kind"]
        cls.pregnancy = kinds.create({"name": "Test Pregnancy", "type": "pregnancy"})
        cls.allergy = kinds.create(
            {
                "name": "Test Lidocaine Allergy",
                "type": "allergy",
                "substance_id": cls.lidocaine.id,
                "severity": "severe",
            }
        )
        cls.day = cls.branch._clinic_today()
        cls.as_doctor = cls.env(user=cls.users["practitioner"])
        cls.as_cosmetologist = cls.env(user=cls.users["cosmetologist"])

    @contextmanager
    def _refused(self, error=psycopg2.IntegrityError):
        with mute_logger("odoo.sql_db"), self.assertRaises(error), self.env.cr.savepoint():
            yield
            self.env.flush_all()

    def _rule(self, kind=None, level="absolute", **vals):
        values = {"kind_id": (kind or self.pregnancy).id, "level": level, "text": "Not while it lasts.", **vals}
        return self.env["clinic.risk.rule"].create(values)

    def _risk(self, kind=None, **vals):
        return self.as_doctor["clinic.risk"].create(
            {"patient_id": self.patient.id, "kind_id": (kind or self.pregnancy).id, **vals}
        )

    def _arrived(self, **kwargs):
        return self.arrive(**kwargs).with_env(self.as_doctor)

    def _kinds(self, procedure):
        return [(reason["kind"], reason["level"]) for reason in procedure.gate()]
