import json
from unittest.mock import MagicMock, patch

from odoo.tests import tagged

from odoo.addons.bus.models.bus import channel_with_db, json_dump

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestBoardBus(VisitCommon):
    def setUp(self):
        super().setUp()
        self._notifications()

    def _notifications(self):
        """End the transaction as far as the bus is concerned; return the different payloads sent to the boards."""
        self.env.cr.flush()
        channel = json_dump(channel_with_db(self.env.cr.dbname, (self.branch, "clinic_board")))
        sent = self.env["bus.bus"].sudo().search([("channel", "=", channel)], order="id")
        messages = [json.loads(message) for message in dict.fromkeys(sent.mapped("message"))]
        self.env["bus.bus"].sudo().search([]).unlink()
        self.assertTrue(all(message["type"] == "clinic_board" for message in messages))
        return [message["payload"] for message in messages]

    def _day(self, moment):
        return self.branch._clinic_local(moment).date().isoformat()

    def test_many_changes_are_told_once_and_by_days_alone(self):
        visit = self.book(self.facial | self.laser, practitioner=self.doctor)
        visit.note = "Bring the chart"
        visit.procedure_ids[0].quantity = 2
        self.assertEqual(self._notifications(), [{"company_id": self.branch.id, "days": [self._day(visit.start)]}])

    def test_a_move_tells_the_day_that_is_left_and_the_new_one(self):
        visit = self.book(practitioner=self.doctor)
        self._notifications()
        days = [self._day(self._at(10)), self._day(self._at(10, days=9))]
        visit.procedure_ids.move(start=self._at(10, days=9))
        told = [day for payload in self._notifications() for day in payload["days"]]
        self.assertEqual(sorted(set(told)), days)

    def test_every_step_is_told(self):
        now = self._at(12, days=0)
        with patch("odoo.fields.Datetime.now", lambda: now):
            visit = self.book(start=now, practitioner=self.doctor)
            self._notifications()
            for step in (visit.action_arrive, visit.action_start, visit.action_done):
                step()
                self.assertEqual([payload["days"] for payload in self._notifications()], [[self._day(now)]])

    def test_a_block_is_told_when_it_comes_and_when_it_goes(self):
        block = self.env["clinic.block"].create(
            {
                "name": "Lunch",
                "company_id": self.branch.id,
                "resource_ids": self.doctor.resource_id.ids,
                "start": self._at(13),
                "stop": self._at(14),
            }
        )
        expected = [{"company_id": self.branch.id, "days": [self._day(self._at(13))]}]
        self.assertEqual(self._notifications(), expected)
        block.unlink()
        self.assertEqual(self._notifications(), expected)

    def test_what_does_not_change_is_not_told(self):
        self.book()
        self._notifications()
        self.env["clinic.visit"].search([]).read(["state"])
        self.assertFalse(self._notifications())

    # -- who hears it -------------------------------------------------------------------------------------------------

    def _channels(self, user, asked=("clinic_board",)):
        """Return the boards' channels that ``user`` gets when the browser asks for ``asked``."""
        websocket = self.env["ir.websocket"].with_user(user)
        # The parent reads the session of the request for channels of its own.
        request = MagicMock()
        request.session.uid = user.id
        with patch("odoo.addons.bus.models.ir_websocket.wsrequest", new=request):
            channels = websocket._build_bus_channel_list(list(asked))
        self.assertNotIn("clinic_board", channels)
        return [channel[0] for channel in channels if isinstance(channel, tuple) and channel[1] == "clinic_board"]

    def test_staff_hears_its_branches(self):
        other = self.env["res.company"].create({"name": "Other Branch"})
        for role in ("reception", "cosmetologist", "practitioner", "manager"):
            with self.subTest(role=role):
                self.assertEqual(self._channels(self.users[role]), list(self.branch))
        self.users["reception"].company_ids |= other
        self.assertEqual(set(self._channels(self.users["reception"])), {self.branch, other})

    def test_nobody_hears_without_asking(self):
        self.assertFalse(self._channels(self.users["reception"], ()))

    def test_those_who_may_not_read_visits_hear_nothing(self):
        public = self.env.ref("base.public_user")
        for user in (self.users["warehouse"], self.users["accountant"], public):
            with self.subTest(user=user.login):
                self.assertFalse(self._channels(user, ("clinic_board", "clinic_board")))
