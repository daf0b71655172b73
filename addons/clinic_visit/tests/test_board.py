from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ClinicCommon

from .common import VisitCommon, VisitMixin


class BoardMixin(VisitMixin):
    @classmethod
    def load(cls, role="reception", day=None, **kwargs):
        day = day or cls.branch._clinic_local(cls._at(10)).date().isoformat()
        return cls.env["clinic.board"].with_user(cls.users[role]).load(day, **kwargs)

    @classmethod
    def column(cls, board, record):
        return next(column for column in board["columns"] if column["id"] == record.id)


@tagged("post_install", "-at_install")
class TestBoard(BoardMixin, VisitCommon):
    def test_a_card_says_what_reception_needs(self):
        visit = self.book(self.laser, practitioner=self.doctor)
        [card] = self.load()["procedures"]
        procedure = visit.procedure_ids
        expected = {
            "id": procedure.id,
            "visit_id": visit.id,
            "visit": visit.name,
            "visit_state": "booked",
            "state": "planned",
            "patient": "Ayesha Test",
            "phone": "0300 1234567",
            "treatment": "Laser",
            "practitioner": "Dr Sana",
            "practitioner_id": self.doctor.id,
            "room": procedure.room_id.name,
            "device": "Laser",
            "start": fields.Datetime.to_string(procedure.start),
            "stop": fields.Datetime.to_string(procedure.stop),
            "editable": True,
        }
        self.assertEqual({name: card[name] for name in expected}, expected)

    def test_the_card_takes_its_resource_with_buffers(self):
        self.book(self.laser, practitioner=self.doctor)
        [card] = self.load()["procedures"]
        taken = [self._at(9, 55), self._at(10, 55)]
        self.assertEqual(card["occupied"], [[fields.Datetime.to_string(moment) for moment in taken]])

    def test_columns_are_the_resources_of_the_branch_with_their_hours(self):
        hours = [[fields.Datetime.to_string(self._at(8)), fields.Datetime.to_string(self._at(20))]]
        for group, records in (
            ("practitioner", self.doctor | self.cosmetologist),
            ("room", self.rooms),
            ("device", self.device),
        ):
            with self.subTest(group=group):
                board = self.load(group=group)
                self.assertEqual({column["id"] for column in board["columns"]}, set(records.ids))
                for record in records:
                    column = self.column(board, record)
                    self.assertEqual((column["name"], column["resource_id"]), (record.name, record.resource_id.id))
                    self.assertEqual(column["work"], hours)

    def test_what_would_be_refused_is_not_offered(self):
        visit = self.book(practitioner=self.doctor)
        day = self.branch._clinic_local(visit.start).date().isoformat()
        other = {"move", "cancel", "rebook"}
        for moment, steps in (
            (self._at(10, days=6), other),
            (self._at(9, 55), other | {"arrive"}),
            (self._at(10, 5), other | {"arrive", "no_show"}),
            (self._at(10, days=8), other | {"no_show"}),
        ):
            with self.subTest(moment=moment), freeze_time(moment):
                [card] = self.load(day=day)["procedures"]
                self.assertEqual(set(card["steps"]), steps)
                visit.invalidate_recordset()
                self.assertEqual((visit.can_arrive, visit.can_miss), ("arrive" in steps, "no_show" in steps))
                for step, action in (("arrive", visit.action_arrive), ("no_show", visit.action_no_show)):
                    with self.env.cr.savepoint() as savepoint:
                        refused = False
                        try:
                            action()
                        except UserError:
                            refused = True
                        self.assertEqual(refused, step not in steps, step)
                        savepoint.rollback()
        with freeze_time(self._at(9, 55)):
            visit.action_arrive()
            [card] = self.load(day=day)["procedures"]
            self.assertEqual(set(card["steps"]), {"start", "not_arrived", "cancel", "rebook"})
            visit.action_start()
            [card] = self.load(day=day)["procedures"]
            self.assertEqual(set(card["steps"]), {"done", "rebook"})
            visit.action_done()
            [card] = self.load(day=day)["procedures"]
            self.assertEqual(card["steps"], ["rebook"])

    def test_a_column_leaves_with_its_last_card(self):
        self.book(practitioner=self.doctor)
        self.doctor.active = False
        self.assertIn(self.doctor.id, {column["id"] for column in self.load()["columns"]})
        tomorrow = self.branch._clinic_local(self._at(10, days=8)).date().isoformat()
        self.assertNotIn(self.doctor.id, {column["id"] for column in self.load(day=tomorrow)["columns"]})

    def test_one_column_alone(self):
        self.book(practitioner=self.doctor)
        self.book(practitioner=self.cosmetologist)
        board = self.load(resource_ids=self.doctor.resource_id.ids)
        self.assertEqual([column["id"] for column in board["columns"]], self.doctor.ids)
        self.assertEqual([card["practitioner_id"] for card in board["procedures"]], self.doctor.ids)

    def test_several_days(self):
        self.book(practitioner=self.doctor)
        self.book(practitioner=self.doctor, start=self._at(10, days=9))
        self.assertEqual(len(self.load()["procedures"]), 1)
        board = self.load(days=3)
        self.assertEqual((len(board["days"]), len(board["procedures"])), (3, 2))

    def test_the_day_is_that_of_the_branch(self):
        # 01:00 in Karachi is 20:00 of the day before in UTC.
        self.calendar.attendance_ids.write({"hour_from": 0, "hour_to": 24})
        self.book(start=self._at(1))
        self.assertEqual(len(self.load()["procedures"]), 1)
        day_before = self.branch._clinic_local(self._at(10, days=6)).date().isoformat()
        self.assertFalse(self.load(day=day_before)["procedures"])

    def test_what_is_cancelled_or_has_run_out_is_gone(self):
        cancelled = self.book(practitioner=self.doctor)
        cancelled.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        held = self.book(practitioner=self.cosmetologist, hold_minutes=5)
        self.assertEqual([card["visit_id"] for card in self.load()["procedures"]], held.ids)
        held.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.assertFalse(self.load()["procedures"])

    def test_blocked_times_are_shown_and_those_of_other_branches_without_a_word(self):
        values = {"start": self._at(13), "stop": self._at(14), "resource_ids": self.doctor.resource_id.ids}
        block = self.env["clinic.block"].create({"name": "Lunch", "company_id": self.branch.id, **values})
        other = self.env["res.company"].create({"name": "Other Branch"})
        self.doctor.company_ids |= other
        self.env["clinic.block"].create(
            {"name": "Secret", "company_id": other.id, **values, "start": self._at(15), "stop": self._at(16)}
        )
        names = [(shown["name"], shown["block_id"]) for shown in self.load()["blocks"]]
        self.assertEqual(names, [("Lunch", block.id), ("In another branch", False)])

    def test_a_patient_is_new_once(self):
        first = self.book(practitioner=self.doctor)
        self.book(practitioner=self.doctor, start=self._at(12))
        flags = {card["visit_id"]: [flag["kind"] for flag in card["flags"]] for card in self.load()["procedures"]}
        self.assertEqual([visit_id for visit_id, kinds in flags.items() if "new_patient" in kinds], first.ids)

    def test_a_patient_who_never_came_is_still_new(self):
        missed = self.book(practitioner=self.doctor)
        missed.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self.book(practitioner=self.doctor, start=self._at(12))
        [card] = self.load()["procedures"]
        self.assertIn("new_patient", [flag["kind"] for flag in card["flags"]])

    def test_arrivals_are_those_of_today_by_time(self):
        now = self._at(12, days=0)
        with patch.object(fields.Datetime, "now", lambda: now):
            waiting, late, due = (
                self.book(start=now + timedelta(hours=hours), practitioner=self.doctor) for hours in (2, 0, 1)
            )
            waiting.action_arrive()
            late.procedure_ids._write_without_reservations({"start": now - timedelta(minutes=20)})
            board = self.load()
        self.assertEqual([visit["visit_id"] for visit in board["arrivals"]], [late.id, due.id, waiting.id])
        self.assertEqual(board["counters"], {"due": 2, "waiting": 1, "in_treatment": 0, "done": 0, "late": 1})
        self.assertFalse(board["procedures"], "the board shows another day than that of the arrivals")

    def test_a_visit_of_several_procedures_arrives_once(self):
        now = self._at(12, days=0)
        with patch.object(fields.Datetime, "now", lambda: now):
            self.book(self.facial | self.laser, start=now, practitioner=self.doctor)
            board = self.load(day=self.branch._clinic_local(now).date().isoformat())
        [visit] = board["arrivals"]
        self.assertEqual(visit["treatments"], ["Facial", "Laser"])
        self.assertEqual(board["counters"]["due"], 1)

    def test_who_treats_moves_the_own_cards_only(self):
        own = self.book(practitioner=self.doctor)
        self.book(practitioner=self.cosmetologist)
        cards = self.load("practitioner")["procedures"]
        self.assertEqual([card["visit_id"] for card in cards if card["editable"]], own.ids)
        self.assertEqual(len(cards), 2)

    def test_another_branch_is_out_of_sight(self):
        self.book()
        other = self.env["res.company"].create({"name": "Other Branch"})
        self.users["reception"].write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        boards = self.env["clinic.board"].with_user(self.users["reception"])
        board = boards.with_context(allowed_company_ids=other.ids).load(self._at(10).date().isoformat())
        self.assertEqual((board["company_id"], board["procedures"], board["columns"]), (other.id, [], []))

    def test_a_second_branch_at_the_same_time_stays_apart(self):
        self.book()
        other = self.env["res.company"].create({"name": "Other Branch"})
        self.users["reception"].company_ids |= other
        boards = self.env["clinic.board"].with_user(self.users["reception"])
        board = boards.with_context(allowed_company_ids=(other | self.branch).ids).load(self._at(10).date().isoformat())
        self.assertFalse(board["procedures"])

    def test_bad_questions_are_refused_in_words(self):
        for kwargs in (
            {"day": "tomorrow"},
            {"day": "9999-12-31"},
            {"day": "0001-01-01"},
            {"days": 0},
            {"days": 8},
            {"days": "1"},
            {"group": "patient"},
            {"resource_ids": "1"},
            {"resource_ids": ["1"]},
        ):
            with self.subTest(**kwargs), self.assertRaises(UserError):
                self.load(**kwargs)

    def test_a_day_of_300_procedures_takes_ten_queries(self):
        visits = self.env["clinic.visit"].create([self._visit_values(number) for number in range(300)])
        self.assertEqual(len(visits.procedure_ids), 300)
        self.env.cr.flush()
        self.load()
        self.env.invalidate_all()
        # What every request reads before.
        self.assertTrue(self.users["reception"].with_user(self.users["reception"]).company_id)
        with self.assertQueryCount(10):
            board = self.load()
        self.assertEqual(len(board["procedures"]), 300)

    def _visit_values(self, number):
        """Return the values of a visit at a time and with a practitioner of its own."""
        practitioner = self._practitioners()[number % 30]
        start = self._at(8) + timedelta(hours=number // 30)
        return {
            "patient_id": self.patient.id,
            "company_id": self.branch.id,
            "procedure_ids": [
                Command.create({"treatment_id": self.talk.id, "practitioner_id": practitioner.id, "start": start})
            ],
        }

    def _practitioners(self):
        """Return thirty practitioners who may perform a treatment that needs no room."""
        if not hasattr(self, "talk"):
            self.talk = self._create_treatment("Talk")
            self.crowd = [self._create_practitioner(f"Dr {number}") for number in range(30)]
            self.env["clinic.authorization"].create(
                [
                    {"practitioner_id": doctor.id, "treatment_id": self.talk.id, "date_from": "2020-01-01"}
                    for doctor in self.crowd
                ]
            )
        return self.crowd


@tagged("post_install", "-at_install")
class TestBoardRights(BoardMixin, ClinicCommon, HttpCase):
    def call(self, role, model, method, *args, **kwargs):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def test_those_who_read_visits_see_the_board(self):
        visit = self.book()
        day = self.branch._clinic_local(visit.start).date().isoformat()
        for role in ("reception", "cosmetologist", "practitioner", "manager"):
            with self.subTest(role=role):
                board = self.call(role, "clinic.board", "load", day)
                self.assertEqual([card["visit_id"] for card in board["procedures"]], visit.ids)

    def test_nobody_else_does(self):
        for role in ("warehouse", "accountant"):
            with self.subTest(role=role), mute_logger("odoo.http"):
                with self.assertRaisesRegex(JsonRpcException, "AccessError"):
                    self.call(role, "clinic.board", "load")
                with self.assertRaises(AccessError):
                    self.load(role)

    def test_a_refused_move_says_why_and_changes_nothing(self):
        first = self.book(practitioner=self.doctor)
        second = self.book(practitioner=self.doctor, start=self._at(12))
        with mute_logger("odoo.http"), self.assertRaisesRegex(JsonRpcException, "SlotTaken"):
            start = fields.Datetime.to_string(first.start)
            self.call("reception", "clinic.procedure", "move", second.procedure_ids.id, start=start)
        self.assertEqual(second.start, self._at(12))

    def test_another_branch_cannot_be_changed_from_the_board(self):
        procedure = self.book(practitioner=self.doctor).procedure_ids
        other = self.env["res.company"].create({"name": "Other Branch"})
        self.users["reception"].write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with mute_logger("odoo.http"), self.assertRaisesRegex(JsonRpcException, "AccessError"):
            start = fields.Datetime.to_string(self._at(15))
            self.call("reception", "clinic.procedure", "move", procedure.id, start=start)
