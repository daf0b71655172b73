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
        # Of two requests the later one waits, fails to serialize, and finds the visit when Odoo runs it again.
        self.env.execute_query(SQL("SELECT id FROM clinic_online_hold WHERE id = %s FOR UPDATE", self.id))
        if self.used_at:
            return self.visit_id
        hashes = self._contact_hashes(contact, branch)
        self._check_used(self.network, hashes)
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
        first, last = online._window(branch)
        # The notice was kept when the time was chosen; it counts again for one that is kept no longer.
        earliest = fields.Datetime.now() + timedelta(minutes=1) if self._is_live() else first
        with self.env.cr.savepoint():
            self._give_up_reservations()
            if not earliest <= self.start <= last:
                raise SlotTaken(self.env._("This time has passed. Please choose another one."))
            patient = visits.env["clinic.patient"].create(self._prepare_patient(contact))
            terms = online._terms(branch, treatments.with_env(online.env), self.start)
            visit = visits._book(patient, steps, self.start, self._prepare_visit(terms))
            self.write({"used_at": fields.Datetime.now(), "visit_id": visit.id, **hashes})
        return visit

    def _give_up_reservations(self):
        """Free what is kept within this transaction, after waiting for those who reserve the same at this moment."""
        wanted = [{**row, "resource_id": row["resource_id"][0]} for row in self.reservation_ids.read()]
        if queue := self.env["clinic.reservation"]._queue_for_resources(wanted):
            self.env.execute_query(queue)
        self.reservation_ids.unlink()

    def _prepare_visit(self, terms):
        """Return the values of the visit: it is booked, by a patient who has agreed to ``terms``."""
        return {
            "state": "booked",
            "is_booked_online": True,
            "online_terms": terms,
            "online_agreed_at": fields.Datetime.now(),
        }

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
        # Counted by themselves: nobody keeps others from booking by putting them on the list.
        hashes = holds._contact_hashes(contact, branch, "wait")
        holds._check_used(network, hashes)
        used = holds.create(
            {
                **holds._prepare_hold("", network, branch, treatments, now),
                "used_at": now,
                **hashes,
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
        managers = self.env.ref("clinic.group_manager").all_user_ids
        here = (reception | managers).filtered(lambda user: branch in user.company_ids)
        return chosen or here[:1] or self.env.ref("base.user_admin")

    # -- limits, seen by all workers -----------------------------------------------------------------------------------

    @api.model
    def _check_used(self, network, hashes):
        """Raise when ``network``, the phone or the email address was used too often lately."""
        self._take_turn(f"network:{network}", *(f"{name}:{value}" for name, value in hashes.items() if value))
        with self.env.registry.cursor() as cr:
            there = self.with_env(self.env(cr=cr))
            lately = [("used_at", ">", fields.Datetime.now() - WHILE)]
            if there.search_count([*lately, ("network", "=", network)]) >= MOST_OF_NETWORK:
                raise TooMany(self._too_many_text())
            for name, value in hashes.items():
                if value and there.search_count([*lately, (name, "=", value)]) >= MOST_OF_PHONE:
                    raise TooMany(self._too_many_text())

    @api.model
    def _contact_hashes(self, contact, branch, purpose="book"):
        """Return the values by which phone and email are counted, without being known here."""
        scope, sudo = f"clinic_website.{purpose}", self.env(su=True)
        phone, email = phone_key(contact["phone"], [branch.sudo().country_id.code]), contact["email"].lower()
        return {
            "phone_hash": hmac(sudo, scope, f"phone:{phone}"),
            "email_hash": email and hmac(sudo, scope, f"email:{email}"),
        }
