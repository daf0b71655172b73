import re
from urllib.parse import urlsplit

from odoo import fields

from odoo.addons.clinic_payment.tests.common import PaymentCommon

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class OnlineCommon(PaymentCommon):
    """The clinic of the other tests, booked online from now on; the laser asks for a deposit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).clinic_is_online = False
        cls.branch.write({"clinic_is_online": True, "clinic_online_notice": 1, "phone": "042 35550110"})
        (cls.facial | cls.laser).write({"is_online": True, "online_text": "Calm and short."})
        (cls.doctor | cls.cosmetologist).is_online = True
        cls.secret = cls._create_treatment("Secret treatment", room_kind_id=cls.room_kind.id)
        cls.holds = cls.env["clinic.online.hold"].sudo()
        cls.env.flush_all()

    def _keep(self, start=None, visitor="one", network="10.0.0.1", treatments=None, practitioner=None):
        return self.holds._keep(
            visitor, network, self.branch, treatments or self.facial, practitioner, start or self._at(10)
        )

    # -- as a browser ----------------------------------------------------------------------------------------------

    def _path(self, step="", *treatments, **words):
        numbers = "&".join([f"t={one.id}" for one in treatments] + [f"{key}={value}" for key, value in words.items()])
        path = f"/book/{self.branch.id}" + (f"/{step}" if step else "")
        return f"{path}?{numbers}" if numbers else path

    def _get(self, path):
        return self.url_open(path)

    def _send(self, path, page, **values):
        """Send a form of ``page`` to ``path``, and follow where it leads."""
        found = CSRF.search(page.text)
        data = {"csrf_token": found.group(1) if found else "", **values}
        return self.url_open(path, data=data, timeout=60)

    def _choose(self, start=None, *treatments, **words):
        """Choose a time as a visitor does, and return the page that follows."""
        treatments = treatments or (self.facial,)
        page = self._get(self._path("when", *treatments, d=(start or self._at(10)).date().isoformat()))
        values = {"t": [one.id for one in treatments], "start": fields.Datetime.to_string(start or self._at(10))}
        return self._send(f"/book/{self.branch.id}/hold", page, **{**values, **words})

    def _confirm(self, page, **words):
        asked, terms, who = (
            re.search(rf'name="{name}" value="([^"]*)"', page.text) for name in ("asked", "terms", "who")
        )
        values = {
            "name": "Sara New",
            "phone": "0301 7654321",
            "email": "sara@example.com",
            "agreed": "yes",
            "asked": asked.group(1) if asked else "0",
            "terms": terms.group(1) if terms else "",
            "who": who.group(1) if who else "",
        }
        return self._send("/book/confirm", page, **{**values, **words})

    def _at_path(self, page):
        return urlsplit(page.url).path
