from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .recall_common import RecallCommon


@tagged("post_install", "-at_install")
class TestRecall(RecallCommon):
    def test_opening_blocks_the_lot_and_lists_everybody(self):
        recall = self._recall()
        self.assertRegex(recall.name, r"^LR/\d{4}/\d{4}$")
        self.assertFalse(self.lot_late.clinic_blocked)
        self.assertFalse(recall.line_ids)
        recall.action_open()
        self.assertEqual((recall.state, recall.opened_by_id), ("open", self.users["manager"]))
        self.assertTrue(recall.opened_at)
        self.assertEqual(
            (self.lot_late.clinic_blocked, self.lot_late.clinic_block_reason), (True, f"Recall {recall.name}")
        )
        self.assertEqual(self._lines(recall).patient_id, self.patient | self.bilal | self.chandni)

    def test_a_practitioner_opens_one_too(self):
        recall = self._open("practitioner")
        self.assertTrue(self.lot_late.clinic_blocked)
        self.assertEqual(recall.opened_by_id, self.users["practitioner"])

    def test_nothing_more_is_used_of_a_blocked_lot(self):
        self._open()
        visit = self.book(start=self._at(15, days=1), practitioner=self.cosmetologist)
        procedure = self._treat(visit)
        with self.assertRaisesRegex(UserError, "Lot LATE of Toxin is blocked: Recall LR/"), self.env.cr.savepoint():
            procedure.consume(self.toxin, 1, lot=self.lot_late)
        self.assertEqual(procedure.consume(self.toxin, 1).lot_id, self.lot_soon)

    def test_a_line_tells_what_was_used(self):
        recall = self._open()
        line = self._line(recall, self.patient)
        days = [self.branch._clinic_local(self._at(10, days=day)).date() for day in (1, 3)]
        self.assertEqual((line.dose, line.uom_id, line.visit_count), (30, self.unit_u, 2))
        self.assertEqual([line.date_first, line.date_last], days)
        self.assertEqual((line.practitioners, line.company_id), ("Dr Sana", self.branch))
        self.assertEqual(line.consumption_ids.mapped("quantity"), [10, 0.2])
        self.assertEqual(line.consumption_ids.practitioner_id, self.doctor)
        self.assertEqual(line.consumption_ids.treatment_id, self.facial)

    def test_how_each_is_told(self):
        recall = self._open()
        self.assertEqual(
            [self._line(recall, patient).channel for patient in (self.patient, self.bilal, self.chandni)],
            ["email", "phone", "email"],
        )
        self.bilal.phone = False
        self.assertEqual(self._line(recall, self.bilal).channel, "none")
        self.bilal.email = "bilal@patients.example"
        self.assertEqual(self._line(recall, self.bilal).channel, "email")

    def test_what_is_left_is_named_by_place(self):
        recall = self._recall("practitioner")
        here, there = self.location.display_name, self.other._get_treatment_location().display_name
        self.assertEqual(set(recall.stock_left.split("\n")), {f"{here}: 65 U", f"{there}: 42 U"})

    def test_a_lot_is_recalled_once_at_a_time(self):
        first = self._open()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._recall("practitioner")
        for line in self._lines(first):
            line.action_reached()
        first.action_close()
        self.assertEqual(self._recall().state, "draft")

    def test_a_reason_must_be_given(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._recall(reason="  ")

    def test_the_form_asks_for_the_lot_and_the_reason(self):
        with Form(self.env["clinic.lot.recall"].with_user(self.users["practitioner"])) as form:
            form.lot_id = self.lot_late
            self.assertEqual(form.product_id, self.toxin)
            form.reason = "Particles"
        self.assertEqual(form.record.state, "draft")

    def test_the_way_from_the_lot_to_its_recall(self):
        lot = self.lot_late.with_user(self.users["manager"])
        action = lot.action_clinic_recall()
        self.assertEqual((action["res_model"], action["res_id"]), ("clinic.lot.recall", False))
        with Form(self.env["clinic.lot.recall"].with_user(lot.env.user).with_context(**action["context"])) as form:
            self.assertEqual(form.lot_id, self.lot_late)
            form.reason = "Particles"
        self.assertEqual(lot.action_clinic_recall()["res_id"], form.record.id)
        used = self.env["clinic.consumption"].with_user(self.users["practitioner"]).search([])
        with self.assertRaisesRegex(UserError, "items of one lot"):
            used.action_recall_lot()
        action = used.filtered(lambda use: use.lot_id == self.lot_late).action_recall_lot()
        self.assertEqual(action["res_id"], form.record.id)

    # -- what changes afterwards --------------------------------------------------------------------------------------

    def _take_back(self, patient):
        used = self.env["clinic.consumption"].search(
            [("patient_id", "=", patient.id), ("lot_id", "=", self.lot_late.id)]
        )
        # Its undo is a return to the treatment room, which a blocked lot may make.
        used.filtered(lambda use: use.state == "used").action_undo()

    def test_who_got_nothing_after_all_leaves_the_list_when_it_is_opened(self):
        recall = self._open()
        self._take_back(self.bilal)
        recall.web_read({"line_ids": {}})
        self.assertFalse(self._line(recall, self.bilal))
        self.assertEqual(recall.patient_count, 2)

    def test_who_was_told_stays_on_the_list(self):
        recall = self._open()
        self._line(recall, self.bilal).action_reached()
        self._take_back(self.bilal)
        recall.action_refresh()
        recall.invalidate_recordset()
        line = self._line(recall, self.bilal)
        self.assertEqual((line.state, line.dose, line.visit_count), ("reached", 0, 0))

    def test_who_got_it_without_the_recall_knowing_is_found_by_refresh(self):
        recall = self._open()
        line = self._line(recall, self.bilal)
        line.sudo().unlink()
        recall.action_refresh()
        self.assertEqual(self._line(recall, self.bilal).state, "to_inform")

    def test_the_lines_are_added_once(self):
        recall = self._open()
        before = self._lines(recall)
        recall.action_refresh()
        recall.web_read({"line_ids": {}})
        self.assertEqual(self._lines(recall), before)

    # -- progress and the end -----------------------------------------------------------------------------------------

    def _counts(self, recall):
        recall.invalidate_recordset()
        return recall.patient_count, recall.informed_count, recall.reached_count, recall.open_count, recall.progress

    def test_progress(self):
        recall = self._open()
        self.assertEqual(self._counts(recall), (3, 0, 0, 3, 0))
        self._line(recall, self.patient).action_reached()
        self.assertEqual(self._counts(recall), (3, 1, 1, 2, 33))
        self._line(recall, self.bilal).mark_unreachable("Number out of use")
        self.assertEqual(self._counts(recall), (3, 1, 1, 1, 66))
        line = self._line(recall, self.patient)
        self.assertEqual((line.marked_by_id, bool(line.marked_at)), (self.users["manager"], True))
        line.action_take_back()
        self.assertEqual((line.state, bool(line.marked_by_id)), ("to_inform", False))
        self.assertEqual(self._counts(recall), (3, 0, 0, 2, 33))

    def test_it_is_closed_when_nobody_is_left(self):
        recall = self._open()
        self._line(recall, self.patient).action_reached()
        self._line(recall, self.bilal).mark_unreachable("Has moved abroad")
        with self.assertRaisesRegex(UserError, "1 of 3 patients"), self.env.cr.savepoint():
            recall.action_close()
        self._seen_by_other(self._line(recall, self.chandni)).action_reached()
        recall.action_close()
        self.assertEqual((recall.state, recall.closed_by_id), ("closed", self.users["manager"]))
        self.assertTrue(recall.closed_at)
        self.assertTrue(self.lot_late.clinic_blocked)

    def test_a_closed_one_stays_as_it_is(self):
        recall = self._open()
        self._lines(recall).action_reached()
        recall.action_close()
        for change in (
            lambda: recall.write({"reason": "Other"}),
            lambda: recall.write({"state": "open"}),
            lambda: recall.action_refresh(),
            lambda: self._line(recall, self.patient).action_take_back(),
            lambda: recall.unlink(),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_why_somebody_is_not_reachable_is_asked(self):
        recall = self._open()
        line = self._line(recall, self.bilal)
        for reason in ("", "  ", None):
            with self.assertRaisesRegex(UserError, "Say why"):
                line.mark_unreachable(reason)
        action = line.action_unreachable()
        wizard = self.env[action["res_model"]].with_user(self.users["manager"]).with_context(**action["context"])
        with Form(wizard) as form:
            form.reason = "Number out of use"
        form.record.action_mark()
        self.assertEqual((line.state, line.reason), ("unreachable", "Number out of use"))

    def test_facts_are_no_inputs(self):
        doctor = self.users["practitioner"]
        for forged in ({"name": "LR/1"}, {"opened_by_id": doctor.id}, {"company_ids": self.other.ids}):
            with self.subTest(forged=forged), self.assertRaisesRegex(AccessError, "by hand"):
                self._recall(**forged)
        recall = self._recall()
        self.assertEqual((recall.company_ids, bool(recall.opened_by_id)), (self.branch, False))
        with self.assertRaisesRegex(AccessError, "by hand"):
            recall.write({"state": "open", "opened_by_id": doctor.id})
        recall.action_open()
        self.assertEqual(recall.opened_by_id, self.users["manager"])
        with self.assertRaisesRegex(UserError, "its lot is not changed"):
            recall.lot_id = self.lot_soon
        with self.assertRaisesRegex(UserError, "is a draft"):
            self._recall(lot_id=self.lot_soon.id, state="open")

    def test_only_a_draft_is_deleted(self):
        self._recall().unlink()
        recall = self._open()
        with self.assertRaisesRegex(UserError, "not deleted"):
            recall.unlink()

    # -- many patients ------------------------------------------------------------------------------------------------

    def _queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_more_patients_take_no_more_queries(self):
        recall = self._open()
        shown = ("dose", "date_last", "practitioners", "visit_count", "phone", "state", "channel")
        names = {name: {"fields": {"display_name": {}}} for name in ("patient_id", "uom_id")}
        spec = {**names, **{name: {} for name in shown}}

        def look():
            recall.web_read({"patient_count": {}, "progress": {}, "line_ids": {"fields": spec}})

        def use(number):
            for index in range(number):
                name = f"More {index}"
                patient = self.env["clinic.patient"].create({"name": name, "email": f"{name}@x.example"})
                self._use(patient, 1, day=6 + index)

        look()
        few = self._queries(look)
        self._lines(recall).action_reached()
        self._release(recall)
        use(6)
        recall = self._open()
        look()
        self.assertEqual(recall.patient_count, 9)
        self.assertEqual(self._queries(look), few)

    def _release(self, recall):
        recall.action_close()
        self.lot_late.clinic_release("For more patients")
