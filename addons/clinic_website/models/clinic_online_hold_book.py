from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, hmac

from odoo.addons.clinic.people import phone_key
from odoo.addons.clinic_visit.exceptions import SlotTaken

from ..const import MOST_OF_NETWORK, MOST_OF_PHONE, WHILE
from .clinic_online_hold import TooMany


class PleaseCall(UserError):
    """Why somebody books by phone and not online: in words for the visitor, who may read it."""


class ClinicOnlineHold(models.Model):
    """From a time that is kept to a visit; or to the waitlist."""

    _inherit = "clinic.online.hold"

    def _book(self, contact):
        """Make a visit of what is kept and return it; the same one if asked twice.

        It is for the patient whom the visitor has shown to be, else for a new one with ``contact``. Who that is nobody
        knows: a patient with the same phone is neither shown nor changed, and reception sees that it may be the same
        person. What is kept no longer is booked if it is still free.

        :param contact: a dict with ``name``, ``phone`` and ``email``, and of who comes ``born`` and, if that is
            somebody else, ``child``
        :raises SlotTaken: when somebody else has the time meanwhile
        :raises UserError: when what was chosen is not booked online any more
        :raises TooMany: when the network or the phone has booked too often lately
        :raises PleaseCall: when this person does not book online, in words to be read
        :raises NotAsked: when something is asked first
        """
        self.ensure_one()
        branch, (treatments, _practitioner) = self.company_id, self._chosen()
        # Of two requests the later one waits, fails to serialize, and finds the visit when Odoo runs it again.
        self.env.execute_query(SQL("SELECT id FROM clinic_online_hold WHERE id = %s FOR UPDATE", self.id))
        if self.used_at:
            return self.visit_id
        known = self._visitor()
        # Who is known is counted apart: what strangers type keeps nobody from booking.
        hashes = self._patient_hashes(known) if known else self._contact_hashes(contact, branch)
        self._check_used(self.network, hashes)
        online = self._online()
        if online._treatments(branch, self.treatments) != treatments:
            raise UserError(self.env._("This is not booked online any more. Please choose again, or call us."))
        visits = online.env["clinic.visit"]
        steps = [
            replace(step, practitioner=person)
            for step, person in zip(
                visits.env["clinic.availability"]._steps(list(treatments)), self.practitioners, strict=True
            )
        ]
        self._check_asked(self.token_hash, treatments, None if known else bool(contact.get("child")))
        if not online._keeps_intervals(branch, treatments, self.start):
            raise PleaseCall(self.env._("This treatment needs more time after your last one. Please call us."))
        if not self._may_come(contact):
            raise PleaseCall(self.env._("Please have a parent or guardian book for you, or call us."))
        first, last = online._window(branch)
        # The notice was kept when the time was chosen; it counts again for one that is kept no longer.
        earliest = fields.Datetime.now() + timedelta(minutes=1) if self._is_live() else first
        with self.env.cr.savepoint():
            self._give_up_reservations()
            if not earliest <= self.start <= last:
                raise SlotTaken(self.env._("This time has passed. Please choose another one."))
            patient = known.with_env(visits.env) or visits.env["clinic.patient"].create(self._prepare_patient(contact))
            terms = online._terms(branch, treatments.with_env(online.env), self.start)
            visit = visits._book(patient, steps, self.start, self._prepare_visit(terms))
            self.write({"used_at": fields.Datetime.now(), "visit_id": visit.id, **hashes})
            self._after_booking(visit, contact)
        return visit

    def _after_booking(self, visit, contact):
        """Do what follows when ``visit`` was booked by who has typed ``contact``; other addons add to it."""
        if visit.state == "booked":
            visit._tell_now()
        elif contact.get("again") and visit.company_id.clinic_online_again:
            visit._clinic_writing().online_again = True

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
            "online_known_by": self.known_by if self._visitor() else False,
        }

    def _prepare_patient(self, contact):
        """Return the values of a new patient: who books, or the one for whom that is the person to call."""
        values = {
            "name": contact["name"],
            "phone": contact["phone"],
            "email": contact["email"],
            "lang": self.env.lang,
            "branch_id": self.company_id.id,
            "birth_date": contact.get("born") or False,
        }
        if contact.get("child"):
            values.update(name=contact["child"], emergency_contact=f"{contact['name']}, {contact['phone']}")
        return values

    def _may_come(self, contact):
        """Return whether who comes is of age, or somebody who is has booked; where the branch does not ask: True."""
        branch, known = self.company_id, self._visitor()
        if not branch.clinic_online_guardian or contact.get("child"):
            return True
        if known:
            # By a code that went to a phone which somebody else has as well.
            shared = self.code_id._people() if self.known_by == "code" else known
            return not known._is_minor() or any(one.birth_date and not one._is_minor() for one in shared)
        return not self._is_minor(fields.Date.to_date(contact.get("born")), branch)

    @api.model
    def _is_minor(self, born, branch):
        """Return whether who was ``born`` on that day is under age in ``branch``; unknown, too."""
        return not born or self.env["clinic.patient"].new({"birth_date": born, "branch_id": branch.id})._is_minor()

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
    def _patient_hashes(self, patient):
        """Return the value by which the bookings of a ``patient`` who is known are counted."""
        return {"phone_hash": hmac(self.env(su=True), "clinic_website.patient", str(patient.id)), "email_hash": False}

    @api.model
    def _contact_hashes(self, contact, branch, purpose="book"):
        """Return the values by which phone and email are counted, without being known here."""
        scope, sudo = f"clinic_website.{purpose}", self.env(su=True)
        phone = phone_key(contact["phone"], [branch.sudo().country_id.code])
        email = (contact["email"] or "").lower()
        return {
            "phone_hash": phone and hmac(sudo, scope, f"phone:{phone}"),
            "email_hash": email and hmac(sudo, scope, f"email:{email}"),
        }
