import re

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user

from odoo.addons.clinic_message.tests.common import MessageMixin
from odoo.addons.clinic_website.tests.common import OnlineCommon

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class PortalCommon(OnlineCommon, HttpCase):
    """A patient and a child, a guardian, and a stranger, who all sign in to the portal."""

    # Of both that are called so, the one that lets messages leave.
    _send = MessageMixin._send

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patient.write({"email": "ayesha@example.com", "lang": "en_US"})
        cls.me = cls._portal_user("portal_me", cls.patient)
        cls.stranger = cls.env["clinic.patient"].create({"name": "Stranger Test", "phone": "0300 7654321"})
        cls.other = cls._portal_user("portal_other", cls.stranger)
        cls.child = cls.env["clinic.patient"].create({"name": "Child Test", "phone": "0300 7654322"})
        cls._age(9, cls.child)
        cls.guardian = cls._name_guardian(cls.patient.partner_id, cls.child)
        cls.visit = cls.book(start=cls._at(10), practitioner=cls.doctor)
        cls.env.flush_all()

    @classmethod
    def _portal_user(cls, login, patient):
        return new_test_user(
            cls.env,
            login,
            "base.group_portal",
            name=patient.name,
            email=patient.email or f"{login}@example.com",
            partner_id=patient.partner_id.id,
            company_id=cls.branch.id,
            company_ids=[Command.set(cls.branch.ids)],
        )

    @classmethod
    def _book_for(cls, patient, **kwargs):
        cls.patient, kept = patient, cls.patient
        try:
            return cls.book(**kwargs)
        finally:
            cls.patient = kept

    def _seen(self, user):
        """Let ``user`` have signed in before."""
        self.env["res.users.log"].with_user(user).sudo().create([{"create_uid": user.id}])
        self.env.invalidate_all()

    def _sign_in(self, user=None):
        user = user or self.me
        self.env.flush_all()
        self.authenticate(user.login, user.login)

    def _own_path(self, rest="", patient=None):
        return f"/my/clinic/{(patient or self.patient).id}{rest}"

    def _get(self, rest="", patient=None):
        return self.url_open(self._own_path(rest, patient), allow_redirects=False, timeout=60)

    def _post(self, rest="", patient=None, page=None, **data):
        """Send a form of the pages, as a browser does, and follow where it leads."""
        token = CSRF.search(self.url_open(page or self._own_path("/messages")).text)
        return self.url_open(
            self._own_path(rest, patient), data={"csrf_token": token.group(1) if token else "", **data}, timeout=60
        )

    def _start(self, visit=None):
        return fields.Datetime.to_string((visit or self.visit).start)
