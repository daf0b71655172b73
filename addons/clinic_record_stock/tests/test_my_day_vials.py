from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .common import RecordStockCommon


@tagged("post_install", "-at_install")
class TestMyDayVials(RecordStockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._setup_vials()
        # It is about noon in the branch.
        cls.now = fields.Datetime.now()

    def _load(self, role="practitioner", **kwargs):
        return self.env["clinic.my.day"].with_user(self.users[role]).load(**kwargs)["vials"]

    def _open(self, hours, quantity=20, procedure=None):
        """Open a vial to be discarded in so many hours."""
        self.toxin.clinic_open_hours = hours
        (procedure or self.procedure).sudo().consume(self.toxin, quantity, lot=self.lot_late)
        return self.env["clinic.open.vial"].search([], order="id desc", limit=1)

    def test_nothing_is_shown_where_nothing_is_to_be_discarded(self):
        self.assertEqual(self._load(), [])
        self._open(hours=30)
        self.assertEqual(self._load(), [])

    def test_a_vial_to_discard_today_then_past_its_time_then_discarded(self):
        vial = self._open(hours=4)
        [told] = self._load()
        self.assertEqual(
            told,
            {
                "id": vial.id,
                "name": vial.name,
                "product": "Toxin",
                "lot": "LATE",
                "quantity": 80,
                "uom": "U",
                "until": fields.Datetime.to_string(vial.discard_after),
                "is_over": False,
                "blocked": None,
            },
        )
        self.assertEqual([told["id"] for told in self._load("cosmetologist")], [vial.id])
        vial.invalidate_recordset()
        with freeze_time(vial.discard_after):
            self.assertTrue(self._load()[0]["is_over"])
        vial.with_user(self.users["practitioner"]).discard(self.env.ref("clinic_stock.scrap_reason_open_time"))
        self.assertEqual(self._load(), [])

    def test_it_is_about_today(self):
        self._open(hours=4)
        tomorrow = self.branch._clinic_local(self.now).date() + timedelta(days=1)
        self.assertEqual(self._load(day=tomorrow.isoformat()), [])

    def test_of_the_own_branch_only(self):
        self._open(hours=4)
        other = self.env["res.company"].create({"name": "Other Branch"})
        self.env["stock.warehouse"].create({"name": "Other", "code": "OTH", "company_id": other.id})
        doctor = self.users["practitioner"]
        doctor.company_ids = [Command.link(other.id)]
        days = self.env["clinic.my.day"].with_user(doctor)
        for companies in (other, other | self.branch):
            loaded = days.with_context(allowed_company_ids=companies.ids).load()
            self.assertEqual(loaded["vials"], [], companies.mapped("name"))
        both = days.with_context(allowed_company_ids=(self.branch | other).ids).load()
        self.assertEqual(len(both["vials"]), 1)
