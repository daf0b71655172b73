from datetime import timedelta

from odoo import api, fields, models


class ClinicOnline(models.AbstractModel):
    """What can be booked online: branches, treatments and practitioners that managers have released.

    Called by the public pages alone, which check nothing and know nobody: all of it runs as superuser and gives only
    what everybody may read.
    """

    _name = "clinic.online"
    _description = "Online Booking"

    @api.model
    def _branches(self):
        """Return the branches that are booked online, as superuser."""
        # What a clinic offers to everybody.
        return self.env["res.company"].sudo().search([("clinic_is_online", "=", True)])

    @api.model
    def _branch(self, branch_id):
        """Return the branch with this number if it is booked online, else none."""
        return self._branches().filtered(lambda branch: branch.id == branch_id)

    @api.model
    def _at(self, branch, **context):
        """Return this model as superuser in ``branch``, such that the engine offers what is booked online there."""
        # Of those who work elsewhere, or are not booked online, nothing is said.
        people = self.env["clinic.practitioner"].sudo()
        people = people.search([("is_online", "=", True), ("company_ids", "in", branch.ids)])
        context = {
            "allowed_company_ids": branch.ids,
            "clinic_deposit_channel": "online",
            "clinic_deposit_of_stranger": True,
            "clinic_online_people": frozenset(people.ids),
            **context,
        }
        return self.sudo().with_context(**context)

    @api.model
    def _patient(self):
        """Return the patient who books, as far as that was shown (``clinic_online_patient``); none for strangers."""
        return self.env["clinic.patient"].browse(self.env.context.get("clinic_online_patient") or ())

    @api.model
    def _people(self):
        """Return the practitioners who are booked online here; see ``_at``."""
        people = self.env["clinic.practitioner"].browse(self.env.context["clinic_online_people"])
        return people.sorted(lambda one: (one.sequence, one.name, one.id))

    @api.model
    def _window(self, branch):
        """Return (first, last): between which naive UTC datetimes one books online; the stricter rule counts."""
        now = fields.Datetime.now()
        notice = max(branch.clinic_online_notice, branch.clinic_booking_notice)
        days = min(branch.clinic_online_days, branch.clinic_booking_horizon)
        return now + timedelta(hours=notice), now + timedelta(days=days)

    @api.model
    def _permitted(self, branch, treatments):
        """Return {treatment id: ids of the practitioners who may perform it online}, those without anybody left out."""
        availability = self.env["clinic.availability"]
        facts = availability._standing(branch).facts
        permits = availability._permits(treatments, facts, branch, *self._window(branch))
        here = {one.id for one in facts.owners if one.role == "practitioner"}
        here &= self.env.context["clinic_online_people"]
        found = {treatment_id: here & people.keys() for treatment_id, people in permits.items()}
        return {treatment_id: people for treatment_id, people in found.items() if people}

    @api.model
    def _treatments(self, branch, ids=None):
        """Return the treatments that are booked online in ``branch``, in the order of the pages.

        :param ids: only those, in this order, each once
        """
        templates = self.env["product.template"]
        domain = templates._clinic_online_domain(branch)
        if ids is None:
            found = templates.search(domain)
            return found.sorted(lambda one: (one.categ_id.complete_name or "", one.sequence, one.name, one.id))
        found = set(templates.search([*domain, ("id", "in", list(ids))]).ids)
        return templates.browse([id_ for id_ in dict.fromkeys(ids) if id_ in found])

    @api.model
    def _who_can(self, branch, treatments):
        """Return the practitioners, one of whom can perform all of ``treatments``."""
        permitted = self._permitted(branch, treatments)
        able = [permitted.get(treatment.id, set()) for treatment in treatments]
        return self._people().filtered(lambda one: able and all(one.id in people for people in able))
