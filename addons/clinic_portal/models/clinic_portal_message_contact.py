from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..const import MOST_EMAIL, MOST_PHONE


class ClinicPortalMessage(models.Model):
    """Another phone number or email address is asked for, and written by somebody of the clinic.

    They lead to the patient's password: who has got hold of a phone that is signed in does not change them alone.
    """

    _inherit = "clinic.portal.message"

    asked_phone = fields.Char("New Phone", readonly=True, copy=False)
    asked_email = fields.Char("New Email", readonly=True, copy=False)
    taken_at = fields.Datetime("Taken Over", readonly=True, copy=False)
    asks_contact = fields.Boolean(
        compute="_compute_asks_contact", search="_search_asks_contact", string="New Contact Data"
    )

    @api.depends("asked_phone", "asked_email", "taken_at", "read_at")
    def _compute_asks_contact(self):
        for message in self:
            asked = message.asked_phone or message.asked_email
            message.asks_contact = bool(asked) and not message.taken_at and not message.read_at

    def _search_asks_contact(self, operator, value):
        if operator != "in":
            return NotImplemented
        waiting = [("taken_at", "=", False), ("read_at", "=", False)]
        asked = self._search([*waiting, "|", ("asked_phone", "!=", False), ("asked_email", "!=", False)])
        return [("id", "in" if True in value else "not in", asked)]

    @api.model
    def _contact_problems(self, phone, email, patient):
        """Return {field: what is wrong with it} of what was typed."""
        problems = {}
        branch = patient.branch_id or self.env.company
        if phone != (patient.phone or ""):
            regions = [branch.country_id.code, *patient._phone_regions()]
            if not phone or len(phone) > MOST_PHONE or not patient._parse_phone(phone, regions):
                problems["phone"] = self.env._("This is no phone number. Write it with its country code.")
        if email != (patient.email or "") and (len(email) > MOST_EMAIL or not email_normalize(email)):
            problems["email"] = self.env._("This is no email address.")
        return problems

    @api.model
    def _waiting_contact(self, patient):
        """Return what ``patient`` has asked for and nobody has looked at."""
        return self.sudo().search([("patient_id", "=", patient.id), ("asks_contact", "=", True)], limit=1)

    @api.model
    def _ask_contact(self, patient, user, phone, email):
        """Ask the clinic for what differs from what it has; return the message, none where nothing does."""
        asked = {
            "asked_phone": phone if phone != (patient.phone or "") else False,
            "asked_email": email if email != (patient.email or "") else False,
        }
        if not any(asked.values()):
            return self.sudo()
        text = self.env._("Please change my contact data: %s", ", ".join(filter(None, asked.values())))
        return self._receive(patient, user, text, **asked)

    def action_take_contact(self):
        """Write the phone number and email address that the patient asks for."""
        self.ensure_one()
        self.browse().check_access("create")
        patient = self.patient_id
        patient.check_access("write")
        if not self.asks_contact:
            raise UserError(self.env._("This was looked at already."))
        asked = {"phone": self.asked_phone, "email": self.asked_email}
        old = email_normalize(patient.email or "")
        patient.write({name: value for name, value in asked.items() if value})
        if self.asked_email:
            self._move_login(old)
        # Who may change the patient was checked; only this says that it was done.
        self.sudo()._clinic_writing().taken_at = fields.Datetime.now()
        self._settle()
        return True

    def _move_login(self, old):
        """Let who has signed in by the ``old`` email do so by the new one, unless somebody else has that."""
        # Who may change the patient was checked; the login is not theirs otherwise.
        user, new = self.patient_id._portal_user(), email_normalize(self.asked_email)
        taken = user.with_context(active_test=False).search_count([("login", "=ilike", new)], limit=1)
        if user and old and user.login == old and not taken:
            user.login = new
