import re

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_visit.exceptions import SlotTaken

from .common import OnlineCommon


@tagged("post_install", "-at_install")
class TestTimesOffered(OnlineCommon, HttpCase):
    """Which of the free times a visitor is offered, as the branch has set it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nothing is sold that is shorter than a facial.
        treatments = cls.env["product.template"].search([("is_treatment", "=", True)])
        treatments.filtered(lambda one: one.treatment_duration < 30).active = False
        cls.book(start=cls._at(10), practitioner=cls.doctor)

    def _set(self, offers):
        self.branch.clinic_offered_times = offers
        self.env.flush_all()

    def _offered(self, treatments=None, practitioner=None):
        """Return (the hours that are shown at once, those behind "More times")."""
        day = self._at(10).date().isoformat()
        page = self._get(self._path("when", *(treatments or (self.facial,)), p=(practitioner or self.doctor).id, d=day))
        self.assertEqual(page.status_code, 200)
        at_once, _summary, more = page.text.partition("More times")
        first = self._at(0)
        return [
            [
                (fields.Datetime.to_datetime(found) - first).total_seconds() / 3600
                for found in re.findall(r'name="start"[^>]*value="([^"]+)"', text)
            ]
            for text in (at_once, more)
        ]

    def test_every_free_time(self):
        self._set("every")
        shown, more = self._offered()
        self.assertEqual(shown[:9], [8, 8.25, 8.5, 8.75, 9, 9.25, 9.5, 10.5, 10.75])
        self.assertFalse(more)

    def test_those_that_leave_no_gap_first(self):
        self._set("prefer")
        shown, more = self._offered()
        self.assertEqual(shown[:7], [8, 8.5, 8.75, 9, 9.5, 10.5, 11])
        self.assertEqual(more, [8.25, 9.25, 10.75, 19.25])
        self.assertTrue(self._keep(self._at(8, 15), practitioner=self.doctor))

    def test_only_those_that_leave_no_gap(self):
        self._set("tight")
        shown, more = self._offered()
        self.assertEqual((shown[:7], more), ([8, 8.5, 8.75, 9, 9.5, 10.5, 11], []))
        with self.assertRaises(SlotTaken):
            self._keep(self._at(8, 15), practitioner=self.doctor)
        self.assertTrue(self._keep(self._at(8, 30), practitioner=self.doctor))
        self.assertNotIn(8.5, self._offered()[0], "nobody else is offered what is kept")

    def test_what_is_offered_can_be_kept(self):
        self._set("tight")
        shown = self._offered()[0][:4]
        self.assertEqual(len(shown), 4)
        for number, hour in enumerate(shown):
            hold = self._keep(self._at(int(hour), int(hour % 1 * 60)), f"v{number}", f"10.0.0.{number}")
            self.assertTrue(hold._is_live())
            hold._let_go()

    def test_a_day_with_a_free_time_shows_one(self):
        self.env["clinic.block"].create(
            {
                "name": "Away",
                "company_id": self.branch.id,
                "resource_ids": self.doctor.resource_id.ids,
                "start": self._at(8, 40),
                "stop": self._at(10),
            }
        )
        self.env["clinic.block"].create(
            {
                "name": "Away",
                "company_id": self.branch.id,
                "resource_ids": self.doctor.resource_id.ids,
                "start": self._at(10, 30),
                "stop": self._at(19, 59),
            }
        )
        for offers in ("every", "prefer", "tight"):
            with self.subTest(offers):
                self._set(offers)
                self.assertEqual(self._offered(), [[8], []])

    def test_visits_online_begin_within_the_hours_of_the_branch(self):
        self._set("every")
        self.branch.write({"clinic_online_from": 8.5, "clinic_online_to": 12})
        self.env.flush_all()
        shown = self._offered()[0]
        self.assertEqual((shown[0], shown[-1]), (8.5, 11.75))
        for hour, minute in ((8, 15), (12, 0)):
            with self.assertRaises(SlotTaken):
                self._keep(self._at(hour, minute), practitioner=self.doctor)
        self.assertTrue(self._keep(self._at(11, 45), practitioner=self.doctor))

    def test_who_is_needed_twice_leaves_no_day_empty(self):
        self._set("tight")
        shown = self._offered((self.facial, self.laser))[0]
        self._set("every")
        every = self._offered((self.facial, self.laser))[0]
        self.assertTrue(shown)
        self.assertLessEqual(set(shown), set(every))
