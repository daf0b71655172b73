from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ClinicCommon

from .common import VisitMixin


@tagged("post_install", "-at_install")
class TestRpc(VisitMixin, ClinicCommon, HttpCase):
    """What the browser, or a program, sends over JSON-RPC meets the same rules."""

    def call(self, role, model, method, *args, **kwargs):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def assert_refused(self, pattern, role, model, method, *args, **kwargs):
        with mute_logger("odoo.http", "odoo.sql_db"), self.assertRaisesRegex(JsonRpcException, pattern):
            self.call(role, model, method, *args, **kwargs)

    def test_reception_books(self):
        start = self.branch._clinic_local(self._at(10)).isoformat()
        [visit_id] = self.call(
            "reception", "clinic.visit", "book", self.patient.id, [self.facial.id], start, self.doctor.id
        )
        visit = self.env["clinic.visit"].browse(visit_id)
        self.assertEqual((visit.state, visit.start), ("booked", self._at(10)))
        self.assert_refused(
            "SlotTaken",
            "reception",
            "clinic.visit",
            "book",
            self.patient.id,
            [self.facial.id],
            start,
            self.doctor.id,
        )

    def test_what_only_our_own_steps_set_is_not_written(self):
        visit = self.book(start=self._at(10), practitioner=self.doctor)
        others = self.env["clinic.patient"].create({"name": "Other"})
        administrator = self.env.ref("base.user_admin")
        entry = self.env["clinic.waitlist"].create({"patient_id": others.id, "treatment_id": self.facial.id})
        branch = self.env["res.company"].create({"name": "Other Branch"})
        moment = "2021-02-03 04:05:06"
        forged = {
            visit: [
                {"name": "V/1"},
                {"arrived_at": moment},
                {"started_at": moment},
                {"done_at": moment},
                {"cancelled_late": True},
                {"cancel_reason_id": self.env.ref("clinic_visit.cancel_reason_patient").id},
                {"company_id": branch.id},
                {"patient_id": others.id},
            ],
            visit.procedure_ids: [{"patient_id": others.id}, {"started_at": moment}, {"done_at": moment}],
            entry: [{"offered_start": moment}, {"visit_id": visit.id}, {"name": "W/1"}],
            self.patient: [{"number": "P1"}, {"partner_id": administrator.partner_id.id}],
            self.rooms[0]: [{"resource_id": self.doctor.resource_id.id}],
            self.doctor: [{"user_id": administrator.id}, {"resource_id": self.rooms[0].resource_id.id}],
        }
        for record, attempts in forged.items():
            role = "manager" if record._name in ("clinic.room", "clinic.practitioner") else "reception"
            for vals in attempts:
                with self.subTest(model=record._name, vals=vals):
                    self.assert_refused("AccessError", role, record._name, "write", record.ids, vals)
        self.assertEqual((visit.patient_id, visit.procedure_ids.patient_id), (self.patient, self.patient))

    def test_bad_input_is_refused_in_words(self):
        book = ("reception", "clinic.visit", "book")
        for args in (
            (None, [self.facial.id], "2030-01-01 10:00"),
            (self.patient.id, [], "2030-01-01 10:00"),
            (self.patient.id, [self.facial.id], "soon"),
            (self.patient.id, [self.facial.id], "0001-01-01 00:00"),
            (self.patient.id, [self.facial.id], "9999-12-31 23:59"),
            (self.patient.id, ["x"], "2030-01-01 10:00"),
        ):
            with self.subTest(args=args):
                self.assert_refused("UserError|ValidationError", *book, *args)

    def test_free_times_are_asked_for_and_booked(self):
        slots = self.call(
            "reception",
            "clinic.availability",
            "find_slots",
            self.laser.id,
            str(self._at(8)),
            str(self._at(12)),
            limit=2,
        )
        self.assertEqual([slot["start"] for slot in slots], [str(self._at(8)), str(self._at(8, 15))])
        self.assertEqual({slot["practitioner_id"] for slot in slots}, {self.doctor.id})
        [visit_id] = self.call("reception", "clinic.visit", "book", self.patient.id, [self.laser.id], slots[0]["start"])
        procedure = self.env["clinic.visit"].browse(visit_id).procedure_ids
        self.call("reception", "clinic.procedure", "move", [procedure.id], start=slots[1]["start"])
        self.assertEqual(procedure.start, self._at(8, 15))

    def test_questions_without_sense_are_refused_in_words(self):
        laser, start, stop = self.laser.id, str(self._at(8)), str(self._at(12))
        nobody = self._create_treatment("Peel", categ_id=self.env["product.category"].create({"name": "New"}).id).id
        no_room = self._create_treatment(
            "Bath", room_kind_id=self.env["clinic.room.kind"].create({"name": "Pool"}).id
        ).id
        visit = self.book(self.facial, self._at(10), self.doctor)
        asked = ("clinic.availability", "find_slots")
        for model, method, args in (
            (*asked, (laser, stop, start)),
            (*asked, (laser, "2999-01-01", "2999-01-02")),
            (*asked, (laser, "9999-12-31T23:59:59-12:00", stop)),
            (*asked, (laser, "whenever", stop)),
            (*asked, (laser, None, None)),
            (*asked, (10**9, start, stop)),
            (*asked, ([laser, "x"], start, stop)),
            (*asked, (laser, start, stop, 10**9)),
            (*asked, (laser, start, stop, None, 10**9)),
            (*asked, (laser, start, stop, None, None, -1)),
            (*asked, (nobody, start, stop)),
            (*asked, (no_room, start, stop)),
            ("clinic.procedure", "move", (visit.procedure_ids.ids, "2999-01-01 10:00")),
            ("clinic.procedure", "move", (visit.procedure_ids.ids, None, start)),
            ("clinic.procedure", "move", (visit.procedure_ids.ids, None, None, 10**9)),
            ("clinic.visit", "reschedule", (visit.ids, "yesterday")),
            ("clinic.visit", "book", (self.patient.id, [nobody], start)),
            ("clinic.visit", "book", (self.patient.id, [no_room], start)),
            ("clinic.visit", "book", (10**9, [laser], start)),
            ("clinic.visit", "book", (self.patient.id, [laser], start, None, -5)),
        ):
            with self.subTest(method=method, args=args):
                self.assert_refused("UserError|ValidationError|SlotTaken", "reception", model, method, *args)

    def test_an_offset_is_respected_and_a_naive_time_is_utc(self):
        for start in (self._at(8).isoformat(), self._at(8).isoformat() + "+00:00", self._at(13).isoformat() + "+05:00"):
            with self.subTest(start=start):
                [slot] = self.call(
                    "reception", "clinic.availability", "find_slots", self.laser.id, start, str(self._at(12)), limit=1
                )
                self.assertEqual(slot["start"], str(self._at(8)))

    def test_other_roles_do_not_book(self):
        start = str(self._at(10))
        for role in ("warehouse", "accountant"):
            with self.subTest(role=role):
                self.assert_refused(
                    "AccessError", role, "clinic.visit", "book", self.patient.id, [self.facial.id], start
                )
                self.assert_refused("AccessError", role, "clinic.visit", "search_read", [], ["name"])

    def test_helpers_are_not_callable(self):
        for method in ("_release_expired_holds", "_sync_reservations", "_blocking_between"):
            with self.subTest(method=method):
                self.assert_refused("AccessError|private", "manager", "clinic.visit", method, [])
