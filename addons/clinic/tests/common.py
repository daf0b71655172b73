from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user

ROLES = ("reception", "cosmetologist", "practitioner", "warehouse", "accountant", "manager")


class ClinicMixin:
    """A small clinic: one branch in Karachi's zone (UTC+5), open daily from 08:00 to 20:00."""

    @classmethod
    def setup_clinic(cls, branch):
        cls.branch = branch
        cls.calendar = cls.env["resource.calendar"].create(cls._calendar_values("Test hours", branch))
        branch.resource_calendar_id = cls.calendar
        cls._setup_places()
        cls._setup_people()
        cls._setup_treatments()
        cls.patient = cls.env["clinic.patient"].create({"name": "Ayesha Test", "phone": "0300 1234567"})

    @classmethod
    def _calendar_values(cls, name, company):
        attendances = [
            Command.create({"name": "Open", "dayofweek": str(day), "hour_from": 8, "hour_to": 20}) for day in range(7)
        ]
        return {
            "name": name,
            "tz": "Asia/Karachi",
            "company_id": company.id,
            "attendance_ids": [Command.clear(), *attendances],
        }

    @classmethod
    def _setup_places(cls):
        cls.room_kind = cls.env["clinic.room.kind"].create({"name": "Test treatment room"})
        cls.device_kind = cls.env["clinic.device.kind"].create({"name": "Test laser"})
        place = {"company_id": cls.branch.id, "resource_calendar_id": cls.calendar.id, "tz": "Asia/Karachi"}
        cls.rooms = cls.env["clinic.room"].create(
            [{"name": f"Room {number}", "kind_id": cls.room_kind.id, **place} for number in (1, 2)]
        )
        cls.device = cls.env["clinic.device"].create({"name": "Laser", "kind_id": cls.device_kind.id, **place})

    @classmethod
    def _setup_people(cls):
        cls.users = {
            role: new_test_user(
                cls.env,
                login=f"test_{role}",
                groups=f"clinic.group_{role}",
                company_id=cls.branch.id,
                company_ids=[Command.set(cls.branch.ids)],
                tz="Asia/Karachi",
            )
            for role in ROLES
        }
        cls.doctor = cls._create_practitioner("Dr Sana", cls.users["practitioner"])
        cls.cosmetologist = cls._create_practitioner("Hina", cls.users["cosmetologist"], kind="cosmetologist")

    @classmethod
    def _create_practitioner(cls, name, user=None, **vals):
        employee = cls.env["hr.employee"].create(
            {
                "name": name,
                "company_id": cls.branch.id,
                "user_id": user.id if user else False,
                "resource_calendar_id": cls.calendar.id,
                "tz": "Asia/Karachi",
            }
        )
        return cls.env["clinic.practitioner"].create({"employee_id": employee.id, **vals})

    @classmethod
    def _setup_treatments(cls):
        cls.category = cls.env["product.category"].create({"name": "Test skin"})
        cls.facial = cls._create_treatment("Facial", room_kind_id=cls.room_kind.id, list_price=1000)
        cls.laser = cls._create_treatment(
            "Laser",
            room_kind_id=cls.room_kind.id,
            device_kind_id=cls.device_kind.id,
            treatment_duration=45,
            buffer_before=5,
            buffer_after=10,
            list_price=5000,
        )
        cls.env["clinic.authorization"].create(
            [
                {"practitioner_id": cls.doctor.id, "category_id": cls.category.id, "date_from": "2020-01-01"},
                {"practitioner_id": cls.cosmetologist.id, "treatment_id": cls.facial.id, "date_from": "2020-01-01"},
            ]
        )

    @classmethod
    def _create_treatment(cls, name, **vals):
        return cls.env["product.template"].create(
            {
                "name": name,
                "is_treatment": True,
                "type": "service",
                "treatment_duration": 30,
                "categ_id": cls.category.id,
                **vals,
            }
        )

    @classmethod
    def _age(cls, years, patient=None):
        """Let the patient be so many years old today."""
        (patient or cls.patient).birth_date = cls.branch._clinic_today() - relativedelta(years=years)

    @classmethod
    def _name_guardian(cls, partner, patient=None, **vals):
        """Name ``partner`` as a guardian of the patient, since yesterday."""
        values = {"reason": "Mother", "date_from": cls.branch._clinic_today() - timedelta(days=1), **vals}
        patient = patient or cls.patient
        return cls.env["clinic.guardian"].create({"patient_id": patient.id, "partner_id": partner.id, **values})

    @classmethod
    def _open_around_the_clock(cls):
        """Let it be about noon in the branch, and open all day, at whatever time the test runs."""
        offset = 12 - fields.Datetime.now().hour
        zone = f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"
        cls.calendar.write({"tz": zone})
        cls.calendar.attendance_ids.write({"hour_from": 0, "hour_to": 24})
        for user in cls.users.values():
            user.write({"tz": zone, "company_ids": [Command.set(cls.branch.ids)]})

    @classmethod
    def _at(cls, hour, minute=0, days=7):
        """Return the naive UTC datetime of ``hour`` o'clock in the branch, ``days`` from today."""
        local = cls.branch._clinic_local(fields.Datetime.now()) + timedelta(days=days)
        moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return moment.replace(tzinfo=None) - moment.utcoffset()


class ClinicCommon(ClinicMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        branch = cls.env["res.company"].create({"name": "Test Clinic", "country_id": cls.env.ref("base.pk").id})
        cls.env.user.write({"company_ids": [Command.link(branch.id)], "company_id": branch.id})
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": branch.ids})
        cls.setup_clinic(branch)
