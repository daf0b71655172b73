from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, hmac

from odoo.addons.clinic.people import phone_key
from odoo.addons.clinic_visit.exceptions import SlotTaken

from ..const import MOST_OF_NETWORK, MOST_OF_PHONE, WHILE
from .clinic_online_hold import TooMany


class ClinicOnlineHold(models.Model):
    """From a time that is kept to a visit; or to the waitlist."""

    _inherit = "clinic.online.hold"

    def _book(self, contact):
        """Make a visit of what is kept, for a new patient with ``contact``, and return it; the same one if asked twice.

        Who it is nobody knows: a patient with the same phone is neither shown nor changed, and reception sees that it
        may be the same person. What is kept no longer is booked if it is still free.

        :param contact: a dict with ``name``, ``phone`` and ``email``
        :raises SlotTaken: when somebody else has the time meanwhile
        :raises UserError: when what was chosen is not booked online any more
        :raises TooMany: when the network or the phone has booked too often lately
        """
        self.ensure_one()
        branch, (treatments, _practitioner) = self.company_id, self._chosen()
        phone_hash = self._phone_hash(contact["phone"], branch)
        self._check_used(self.network, phone_hash)
        # Of two requests the later one waits, fails to serialize, and finds the visit when Odoo runs it again.
        self.env.execute_query(SQL("SELECT id FROM clinic_online_hold WHERE id = %s FOR UPDATE", self.id))
        if self.used_at:
            return self.visit_id
        online = self.env["clinic.online"]._at(branch)
        if online._treatments(branch, self.treatments) != treatments:
            raise UserError(self.env._("This is not booked online any more. Please choose again, or call us."))
        visits = online.env["clinic.visit"]
        steps = [
            replace(step, practitioner=person)
            for step, person in zip(
                visits.env["clinic.availability"]._steps(list(treatments)), self.practitioners, strict=True
            )
        ]
        with self.env.cr.savepoint():
            self._give_up_reservations()
            first, last = online._window(branch)
            if not min(first, fields.Datetime.now() + timedelta(minutes=1)) <= self.start <= last:
                raise SlotTaken(self.env._("This time has passed. Please choose another one."))
            patient = visits.env["clinic.patient"].create(self._prepare_patient(contact))
            visit = visits._book(patient, steps, self.start, {"state": "booked", "is_booked_online": True})
            self.write({"used_at": fields.Datetime.now(), "visit_id": visit.id, "phone_hash": phone_hash})
        return visit

    def _give_up_reservations(self):
        """Free what is kept within this transaction, after waiting for those who reserve the same at this moment."""
        wanted = [{**row, "resource_id": row["resource_id"][0]} for row in self.reservation_ids.read()]
        if queue := self.env["clinic.reservation"]._queue_for_resources(wanted):
            self.env.execute_query(queue)
        self.reservation_ids.unlink()

    def _prepare_patient(self, contact):
        """Return the values of the patient who books."""
        return {
            "name": contact["name"],
            "phone": contact["phone"],
            "email": contact["email"],
            "lang": self.env.lang,
            "branch_id": self.company_id.id,
        }

    @api.model
    def _wait(self, network, branch, treatments, practitioner, contact, words):
        """Put a new patient with ``contact`` on the waitlist for each of ``treatments``.

        :param words: dict of what of the entries the visitor has chosen
        :raises TooMany: as ``_book``
        """
        holds, now = self.sudo(), fields.Datetime.now()
        phone_hash = holds._phone_hash(contact["phone"], branch)
        holds._check_used(network, phone_hash)
        used = holds.create(
            {
                **holds._prepare_hold("", network, branch, treatments, now),
                "used_at": now,
                "phone_hash": phone_hash,
            }
        )
        env = self.env["clinic.online"]._at(branch).env
        patient = env["clinic.patient"].create(used._prepare_patient(contact))
        entry = {
            "patient_id": patient.id,
            "company_id": branch.id,
            "practitioner_id": practitioner.id if practitioner else False,
            "date_from": branch._clinic_today(),
            "user_id": holds._who_calls(branch).id,
            **words,
        }
        return env["clinic.waitlist"].create([{**entry, "treatment_id": treatment.id} for treatment in treatments])

    @api.model
    def _who_calls(self, branch):
        """Return who calls those who wait: who was chosen for it, else somebody of the branch's reception."""
        chosen = branch.clinic_online_user_id
        reception = self.env.ref("clinic.group_reception").all_user_ids
        return chosen or reception.filtered(lambda user: branch in user.company_ids)[:1] or self.env.user

    # -- limits, seen by all workers -----------------------------------------------------------------------------------

    @api.model
    def _check_used(self, network, phone_hash):
        """Raise when ``network`` or the phone has booked too often lately."""
        self._take_turn(f"network:{network}", f"phone:{phone_hash}")
        with self.env.registry.cursor() as cr:
            there = self.with_env(self.env(cr=cr))
            lately = [("used_at", ">", fields.Datetime.now() - WHILE)]
            if (
                there.search_count([*lately, ("network", "=", network)]) >= MOST_OF_NETWORK
                or there.search_count([*lately, ("phone_hash", "=", phone_hash)]) >= MOST_OF_PHONE
            ):
                raise TooMany(self._too_many_text())

    @api.model
    def _phone_hash(self, phone, branch):
        key = phone_key(phone, [branch.sudo().country_id.code])
        return hmac(self.env(su=True), "clinic_website.phone", key)
