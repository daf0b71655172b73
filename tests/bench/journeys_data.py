"""What the journeys of `make bench-journeys` need to be there, made through the product's own methods."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import connection

from odoo import fields


class Clinic:
    """The demo clinic's first branch, as its own people see it."""

    def __init__(self, database: str):
        self.database = database

    @contextmanager
    def _as(self, login):
        with connection.environment(self.database) as env:
            user = env["res.users"].search([("login", "=", login)])
            branch = user.company_id
            yield env(user=user.id, context={"allowed_company_ids": branch.ids, "tz": user.tz, "lang": user.lang})

    def live_on(self):
        """Let the demo clinic live until now, as `make run` does."""
        from odoo.addons.clinic_demo.demo.present import follow

        with connection.environment(self.database) as env:
            follow(env)

    def _treatment(self, env, name):
        return env["product.template"].search([("is_treatment", "=", True), ("name", "=", name)], limit=1)

    def _patient(self, env, name):
        return env["clinic.patient"].create({"name": name, "phone": "+923001234567", "birth_date": "1990-01-01"})

    def free_time(self):
        """A time today at which a consultation is free, or else the first after."""
        with self._as("reception") as env:
            treatment = self._treatment(env, "Consultation")
            patient = env["clinic.patient"].search([("name", "=", "Sana Journey")]) or self._patient(
                env, "Sana Journey"
            )
            now = fields.Datetime.now()
            slots = env["clinic.availability"].find_slots(
                treatment, now + timedelta(minutes=20), now + timedelta(days=7)
            )
            slot = slots[0]
            local = env.company._clinic_local(slot["start"])
            today = env.company._clinic_local(now).date()
            return SimpleNamespace(
                practitioner=slot["practitioner_id"],
                day=local.date().isoformat(),
                is_today=local.date() == today,
                minutes=local.hour * 60 + local.minute,
                patient=patient.name,
                treatment=treatment.name,
            )

    def expected(self):
        """A visit booked for today whose patient is about to come in."""
        with self._as("reception") as env:
            now = fields.Datetime.now()
            start, stop = env.company._clinic_days(env.company._clinic_local(now).date(), 1)
            visit = env["clinic.visit"].search(
                [
                    ("company_id", "=", env.company.id),
                    ("state", "=", "booked"),
                    ("start", ">=", start),
                    ("start", "<", stop),
                ],
                order="start",
                limit=1,
            )
            return SimpleNamespace(visit=visit.id, patient=visit.patient_id.name)

    def waiting(self, treatment="Botulinum toxin injection", login="practitioner", name="Naila Journey"):
        """A patient who has just walked in and waits for the practitioner."""
        with self._as("reception") as env:
            doctor = env["clinic.practitioner"].search([("user_id.login", "=", login)])
            patient = self._patient(env, name)
            visit = self._walk_in(env, patient, self._treatment(env, treatment), doctor)
            return SimpleNamespace(visit=visit.id, procedure=visit.procedure_ids.id, patient=patient.name)

    def _walk_in(self, env, patient, treatment, doctor):
        """Book at the practitioner's first free time today, and note that the patient has come."""
        now = fields.Datetime.now()
        _midnight, stop = env.company._clinic_days(env.company._clinic_today(), 1)
        [slot] = env["clinic.availability"].find_slots(treatment, now, stop, practitioner=doctor, limit=1)
        visit = env["clinic.visit"].book(patient, treatment, slot["start"], doctor)
        visit.action_arrive()
        return visit

    def returning(self, treatment="Botulinum toxin injection", login="practitioner"):
        """A patient who had the same treatment before, longest ago, walks in and waits."""
        with self._as("practitioner") as env:
            procedures = env["clinic.procedure"].search(
                [("treatment_id.name", "=", treatment), ("state", "=", "done")], order="start"
            )
            # Nothing unusual: no interval is too short.
            recent = fields.Datetime.now() - timedelta(days=20)
            others = (
                env["clinic.procedure"]
                .search([("start", ">", recent), ("treatment_id.name", "=", treatment)])
                .patient_id
            )
            patients = procedures.patient_id - others
            patient_id = patients.sorted(lambda patient: len(patient.risk_ids))[0].id
        with self._as("reception") as env:
            doctor = env["clinic.practitioner"].search([("user_id.login", "=", login)])
            patient = env["clinic.patient"].browse(patient_id)
            visit = self._walk_in(env, patient, self._treatment(env, treatment), doctor)
            self._last = SimpleNamespace(visit=visit.id, procedure=visit.procedure_ids.id, patient=patient.name)
            return self._last

    def treated(self):
        """The patient whose treatment was closed last comes to the desk."""
        with self._as("reception") as env:
            visit = env["clinic.visit"].search(
                [("state", "=", "done"), ("is_checked_out", "=", False), ("company_id", "=", env.company.id)],
                order="done_at desc",
                limit=1,
            )
            return SimpleNamespace(visit=visit.id, procedure=visit.procedure_ids[:1].id, patient=visit.patient_id.name)

    def movable(self):
        """A visit still to come today, and a time on the day after tomorrow at which it could be."""
        with self._as("reception") as env:
            now = fields.Datetime.now()
            local = env.company._clinic_local(now).date()
            _start, stop = env.company._clinic_days(local, 1)
            visits = env["clinic.visit"].search(
                [
                    ("company_id", "=", env.company.id),
                    ("state", "=", "booked"),
                    ("start", ">", now),
                    ("start", "<", stop),
                ],
                order="start desc",
            )
            for procedure in visits.procedure_ids:
                for days in (1, 2):
                    first, last = env.company._clinic_days(local + timedelta(days=days), 1)
                    slots = env["clinic.availability"].find_slots(
                        procedure.treatment_id, first, last, practitioner=procedure.practitioner_id
                    )
                    if slots:
                        day = timedelta(days=days)
                        nearest = min(slots, key=lambda slot: abs(slot["start"] - day - procedure.start))
                        moment = env.company._clinic_local(nearest["start"])
                        return SimpleNamespace(
                            procedure=procedure.id,
                            practitioner=procedure.practitioner_id.id,
                            to_day=moment.date().isoformat(),
                            minutes=moment.hour * 60 + moment.minute,
                            patient=procedure.patient_id.name,
                        )
        raise AssertionError("Nothing can be moved today")

    def delivery(self):
        """An order of five items with lots whose delivery has come, and the codes on its packages."""
        with self._as("warehouse") as env:
            items = env["product.product"].search(
                [("clinic_item", "=", True), ("tracking", "=", "lot"), ("barcode", "!=", False)], order="id", limit=5
            )
            supplier = env["res.partner"].sudo().create({"name": "Journey Supplies"})
            lines = [
                fields.Command.create({"product_id": item.id, "product_qty": 1, "price_unit": 1}) for item in items
            ]
            order = env["purchase.order"].create({"partner_id": supplier.id, "order_line": lines})
            order.button_confirm()
            lots = [f"J18-{number}" for number, _item in enumerate(items, 1)]
            codes = {f"01{item.barcode.zfill(14)}1730033110{lot}": lot for item, lot in zip(items, lots, strict=True)}
            return SimpleNamespace(supplier=supplier.name, codes=codes)
