"""What the journeys of `make bench-journeys` need to be there, made through the product's own methods."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from types import SimpleNamespace

import connection

from odoo import fields
from odoo.exceptions import UserError


class Clinic:
    """The demo clinic's first branch, as its own people see it."""

    def __init__(self, database: str):
        self.database = database

    @contextlib.contextmanager
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
            visit = self._book_today(env, self._patient(env, "Amna Journey"), self._treatment(env, "Consultation"))
            return SimpleNamespace(visit=visit.id, procedure=visit.procedure_ids.id, patient=visit.patient_id.name)

    def waiting(self, treatment="Botulinum toxin injection", login="practitioner", name="Naila Journey"):
        """A patient who has just walked in and waits for the practitioner."""
        with self._as("reception") as env:
            doctor = env["clinic.practitioner"].search([("user_id.login", "=", login)])
            patient = self._patient(env, name)
            visit = self._walk_in(env, patient, self._treatment(env, treatment), doctor)
            return SimpleNamespace(visit=visit.id, procedure=visit.procedure_ids.id, patient=patient.name)

    def online(self):
        """A branch is booked online, where the treatment that is chosen asks for a deposit or not."""
        with self._as("reception") as env:
            branch = env["res.company"].sudo().search([("clinic_is_online", "=", True)], order="id", limit=1)
            return SimpleNamespace(path=f"/book/{branch.id}")

    def reminded(self):
        """A patient has the link in the reminder of a visit some days ahead, which is booked."""
        with self._as("reception") as env:
            visit = self._booked_ahead(env, self._patient(env, "Rabia Journey"), 4).sudo()
            message = env["clinic.message"].sudo()._queue(env.ref("clinic_message.kind_reminder_days").sudo(), visit)
            address = env["clinic.message.link"]._address(message[:1], "link")
            return SimpleNamespace(path=address[address.index("/c/") :])

    def _booked_ahead(self, env, patient, days):
        """Return a visit of ``patient`` so many days ahead, or soon after; who is new need pay no deposit for it."""
        treatment, now = self._treatment(env, "Consultation"), fields.Datetime.now()
        slots = env["clinic.availability"].find_slots(
            treatment, now + timedelta(days=days), now + timedelta(days=days + 10), limit=1
        )
        visit = env["clinic.visit"].book(patient, treatment, slots[0]["start"])
        if visit.deposit_due:
            manager = env["res.users"].sudo().search([("login", "=", "manager")])
            visit.with_user(manager).action_waive_deposit("Comes for a check")
        return visit

    def own_pages(self):
        """The patient who signs in to the portal has a visit ahead, sessions left in a package, and an invoice."""
        with self._as("reception") as env:
            user = env["res.users"].sudo().search([("login", "=", "patient")])
            patient = env["clinic.patient"].search([("partner_id", "=", user.partner_id.id)])
            patient = patient.with_context(allowed_company_ids=patient.branch_id.ids)
            env = patient.env
            courses = env["clinic.course"].search([("patient_id", "=", patient.id)])
            if not any(course.left_count and not course.booked_on for course in courses):
                packages = env["product.template"].search([("is_package", "=", True)])
                package = packages.filtered(lambda one: all(one.package_line_ids.treatment_id.mapped("is_online")))[:1]
                dialogs = env["clinic.package.sell"].with_company(patient.branch_id)
                dialogs.create({"patient_id": patient.id, "package_id": package.id}).action_sell()
            ahead = [("patient_id", "=", patient.id), ("start", ">", fields.Datetime.now()), ("state", "=", "booked")]
            if not env["clinic.visit"].search_count(ahead):
                self._booked_ahead(env, patient, 2)

    def _book_today(self, env, patient, treatment, doctor=None):
        """Book the first free time that is left of today; where none is, the last one before, which was not entered.

        So there is a visit of today at any hour, also when the day is full to its end.
        """
        now = fields.Datetime.now()
        midnight, stop = env.company._clinic_days(env.company._clinic_today(), 1)
        slots = env["clinic.availability"].find_slots(
            treatment, now, stop + timedelta(hours=6), practitioner=doctor, limit=1
        )
        if slots and slots[0]["start"] < stop:
            return env["clinic.visit"].book(patient, treatment, slots[0]["start"], doctor)
        manager = env["res.users"].sudo().search([("login", "=", "manager")])
        visits = env["clinic.visit"].with_user(manager)
        start = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
        while start >= midnight:
            with contextlib.suppress(UserError):
                return visits.book(patient, treatment, start, doctor, back_entry_reason="Entered late").with_env(env)
            start -= timedelta(minutes=15)
        raise AssertionError("Today was full from its beginning to its end")

    def _walk_in(self, env, patient, treatment, doctor):
        """Book for today, and note that the patient has come."""
        visit = self._book_today(env, patient, treatment, doctor)
        visit.action_arrive()
        return visit

    def returning(self, treatment="Botulinum toxin injection", login="practitioner"):
        """A patient who had the same treatment before, longest ago, walks in and waits."""
        with self._as("practitioner") as env:
            procedures = env["clinic.procedure"].search(
                [("treatment_id.name", "=", treatment), ("state", "=", "done")], order="start"
            )
            # Nothing unusual: no interval is too short, and there is no other visit today.
            recent = fields.Datetime.now() - timedelta(days=20)
            midnight, stop = env.company._clinic_days(env.company._clinic_today(), 1)
            others = (
                env["clinic.procedure"]
                .search(
                    [
                        "|",
                        "&",
                        ("start", ">", recent),
                        ("treatment_id.name", "=", treatment),
                        "&",
                        ("start", ">=", midnight),
                        ("start", "<", stop),
                    ]
                )
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

    def to_sign(self):
        """A patient waits at the desk, with a consent to be signed and a tablet that waits as well."""
        waiting = self.waiting("Chemical peel", name="Sadia Journey")
        with self._as("manager") as env:
            devices = env["clinic.consent.device"].sudo()
            devices.search([])._clinic_writing().write({"seen_at": False})
            secret = devices.create({"name": "Tablet of the journeys"})._enrol()
        return SimpleNamespace(patient=waiting.patient, secret=secret)

    def linked(self):
        """A patient has the link to a consent that is to be signed."""
        return self._linked(self.waiting("Chemical peel", name="Saima Journey").visit)

    def _linked(self, visit):
        with self._as("reception") as env:
            requests = env["clinic.consent.request"].sudo()
            _request, address = requests._hand_over(env["clinic.visit"].sudo().browse(visit), "link")
            return SimpleNamespace(path=address[address.index("/clinic/sign/") :])

    def asked_again(self):
        """A patient who has told everything a year ago has the link to be asked whether anything has changed."""
        from freezegun import freeze_time

        from odoo.addons.clinic_demo.demo.intakes import fill_in

        visit = self.waiting("Dermal filler", name="Samina Journey").visit
        with self._as("reception") as env, freeze_time(fields.Datetime.now() - timedelta(days=400)):
            forms = env["clinic.intake.form"].sudo().search([("months", ">", 0)])
            months = {form: form.months for form in forms}
            # On that day it was asked for another visit.
            forms.months = 0
            fill_in(env(su=True), env["clinic.visit"].sudo().browse(visit))
            for form, number in months.items():
                form.months = number
        return self._linked(visit)

    def told(self):
        """A patient who waits for the practitioner has told of an allergy, a medicine and the skin."""
        from odoo.addons.clinic_demo.demo.intakes import TOLD, fill_in

        waiting = self.waiting("Dermal filler", name="Shazia Journey")
        with self._as("reception") as env:
            fill_in(env(su=True), env["clinic.visit"].sudo().browse(waiting.visit), TOLD)
        return waiting

    def due(self):
        """A patient who is to be called, and for whom there is a free time."""
        with self._as("reception") as env:
            calls = env["clinic.due.list"]
            for row in calls.load()["rows"]:
                call = calls.open_call(row["patient_id"])
                calls.close_call(row["patient_id"])
                if call["times"]:
                    return SimpleNamespace(patient=call["name"])
        raise AssertionError("Nobody is to be called who can be booked")

    def compared(self):
        """The patient in care of whom there are most photos."""
        with self._as("practitioner") as env:
            groups = env["clinic.photo"]._read_group([("kind", "!=", "document")], ["patient_id"], ["__count"])
            patient, _count = max(groups, key=lambda group: group[1])
            return SimpleNamespace(patient=patient.name)

    def treated(self):
        """A patient has just been treated and comes to the desk."""
        waiting = self.waiting("Consultation", name="Rabia Journey")
        with self._as("practitioner") as env:
            procedure = env["clinic.procedure"].browse(waiting.procedure)
            procedure.action_start()
            procedure.action_done()
        return waiting

    def cash_to_count(self):
        """What lies in the till at the end of the day."""
        with self._as("reception") as env:
            tills = env["clinic.till.closing"]
            till = tills.browse(tills.action_open_till()["res_id"])
            return SimpleNamespace(cash=f"{till.expected:.2f}")

    def movable(self):
        """A visit of tomorrow, which could be on the day after at the same time of day."""
        with self._as("reception") as env:
            treatment = self._treatment(env, "Consultation")
            tomorrow = env.company._clinic_today() + timedelta(days=1)
            doctors = env["clinic.practitioner"].search([("company_ids", "in", env.company.ids)])
            for doctor in doctors._authorized_for(treatment, tomorrow):
                for start in self._on_both_days(env, treatment, doctor)[:1]:
                    patient = self._patient(env, "Hina Journey")
                    visit = env["clinic.visit"].book(patient, treatment, start, doctor)
                    moment = env.company._clinic_local(start + timedelta(days=1))
                    return SimpleNamespace(
                        procedure=visit.procedure_ids.id,
                        practitioner=doctor.id,
                        to_day=moment.date().isoformat(),
                        minutes=moment.hour * 60 + moment.minute,
                        patient=patient.name,
                    )
        raise AssertionError("Nobody is free at one time of tomorrow and of the day after")

    def _on_both_days(self, env, treatment, doctor):
        """Return the starts of tomorrow at which the practitioner is free, and on the day after as well."""
        tomorrow, after = (
            env["clinic.availability"].find_slots(
                treatment,
                *env.company._clinic_days(env.company._clinic_today() + timedelta(days=days)),
                practitioner=doctor,
            )
            for days in (1, 2)
        )
        starts = {slot["start"] - timedelta(days=1) for slot in after}
        return [slot["start"] for slot in tomorrow if slot["start"] in starts]

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
