from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic_visit.exceptions import GateClosed

from .common import ILL, WELL, IntakeCommon


@tagged("post_install", "-at_install")
class TestGate(IntakeCommon):
    """Whether a procedure may start, by what its patient has said and a practitioner has reviewed."""

    def _closed(self, procedure):
        """Return the keys of intakes that keep ``procedure`` from starting."""
        reasons = procedure.with_user(self.users["practitioner"]).gate()
        return [reason["key"].split("-")[1] for reason in reasons if reason["kind"] == "intake"]

    def test_missing_then_unreviewed_then_open(self):
        procedure = self.arrive()
        doctor = procedure.with_user(self.users["practitioner"])
        self.assertEqual(self._closed(procedure), ["missing"])
        with self.assertRaisesRegex(GateClosed, "is to be filled in"), self.env.cr.savepoint():
            doctor.action_start()
        intake = self._fill_in(procedure.visit_id, ILL)
        self.assertEqual(self._closed(procedure), ["unreviewed"])
        with self.assertRaisesRegex(GateClosed, "Intake not reviewed"), self.env.cr.savepoint():
            doctor.action_start()
        for proposal in self._proposals(intake):
            proposal.action_accept()
        self.assertEqual(self._closed(procedure), [])
        doctor.action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_who_has_nothing_to_tell_needs_no_review(self):
        procedure = self.arrive()
        self._fill_in(procedure.visit_id, WELL)
        self.assertEqual(self._closed(procedure), [])

    def test_a_form_that_is_not_mandatory_closes_nothing(self):
        self.form.mandatory = False
        procedure = self.arrive()
        self.assertEqual(self._closed(procedure), [])
        self.assertTrue(procedure.visit_id.has_consents_due, "but it is offered")
        request, _path = self._request(procedure.visit_id)
        request._sign(self._intake_data(request, skip=True))
        self.assertFalse(request._is_left())

    def test_a_category_asks_and_other_treatments_do_not(self):
        self.form.write({"treatment_ids": [Command.clear()], "category_ids": [Command.set(self.category.ids)]})
        self.assertEqual(self._closed(self.arrive()), ["missing"])
        self.form.write({"category_ids": [Command.clear()], "treatment_ids": [Command.set(self.laser.ids)]})
        self.assertEqual(self._closed(self.arrive(hours=3)), [])

    def test_it_is_asked_again_after_its_months(self):
        self.form.months = 6
        procedure = self.arrive()
        now = fields.Datetime.now()
        with freeze_time(now - relativedelta(months=6, days=1)):
            self.assertFalse(procedure.visit_id._intakes_due(), "sent today it would be asked again on that day")
        self.form.months = 0
        with freeze_time(now - relativedelta(months=6, days=1)):
            self._fill_in(procedure.visit_id, WELL)
        self.assertEqual(self._closed(procedure), [], "0 months: never again")
        self.form.months = 6
        self.assertEqual(self._closed(procedure), ["expired"])
        self._fill_in(procedure.visit_id, unchanged=True)
        self.assertEqual(self._closed(procedure), [])

    def test_only_a_practitioner_overrides_and_the_next_intake_is_not_covered(self):
        procedure = self.arrive()
        self._fill_in(procedure.visit_id, ILL)
        doctor = procedure.with_user(self.users["practitioner"])
        [key] = [reason["key"] for reason in doctor.gate() if reason["kind"] == "intake"]
        for role in ("reception", "cosmetologist"):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                procedure.with_user(self.users[role]).override_gate(key, "She said so herself")
        doctor.override_gate(key, "She said so herself")
        self.assertEqual(doctor.gate()[0]["overridden"], True)
        with freeze_time(fields.Datetime.now() + relativedelta(minutes=1)):
            self.form.months = 1
            self.env["clinic.intake"]._record(
                {
                    **{name: procedure[name].id for name in ("patient_id", "company_id")},
                    "form_id": self.form.id,
                    "version_id": self.form._published().id,
                    "version_hash": self.form._published().text_hash,
                    "lang": "en",
                    "answers": {**ILL, "allergy_other": "Nickel"},
                    "signer_name": "Ayesha Test",
                    "identified": "desk",
                    "user_id": self.env.uid,
                }
            )
        [reason] = [reason for reason in doctor.gate() if reason["kind"] == "intake"]
        self.assertFalse(reason["overridden"])

    def test_what_a_merged_entry_has_told_counts(self):
        procedure = self.arrive()
        intake = self._fill_in(procedure.visit_id, ILL)
        twin = self.env["clinic.patient"].create({"name": "Ayesha Twin"})
        wizards = self.env["clinic.patient.merge.wizard"].with_user(self.users["manager"])
        wizards.create({"kept_id": twin.id, "merged_id": self.patient.id}).action_merge()
        self.env.invalidate_all()
        self.assertEqual((intake.patient_id, intake.proposal_ids.patient_id), (self.patient, twin))
        self.assertEqual(self._closed(procedure), ["unreviewed"])
        for proposal in self._proposals(intake):
            proposal.action_accept()
        self.assertEqual(self._closed(procedure), [])
        self.assertIn(self.lidocaine, twin.risk_ids.kind_id)

    def test_the_board_says_so_and_no_more_at_one_more_statement(self):
        procedures = [self.arrive(hours=hours) for hours in (1, 2, 3)]
        day = procedures[0]._local_day()
        board = self.env["clinic.board"].with_user(self.users["reception"])
        self.form._published().action_retire()
        before = self._count(lambda: board.load(day=day))
        self.form.version_ids.copy().action_publish()
        self.assertEqual(self._count(lambda: board.load(day=day)) - before, 1)
        self.assertEqual(self._flags(board.load(day=day)), [("Intake to be filled in", True)] * 3)
        intake = self._fill_in(procedures[0].visit_id, ILL)
        self.assertEqual(self._flags(board.load(day=day)), [("Intake not reviewed", False)] * 3)
        my_day = self.env["clinic.my.day"].with_user(self.users["practitioner"])
        self.assertEqual(self._flags(my_day.load(day=day)), [("Intake not reviewed", False)] * 3)
        for proposal in self._proposals(intake):
            proposal.action_refuse()
        self.assertEqual(self._flags(board.load(day=day)), [])

    def _count(self, call):
        call()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def _flags(self, loaded):
        return [
            (flag["label"], flag["to_sign"])
            for card in loaded["procedures"]
            for flag in card["flags"]
            if flag["kind"] == "intake" and card["patient_id"] == self.patient.id
        ]

    def test_a_day_of_procedures_is_one_statement(self):
        procedure = self.arrive()
        self._fill_in(procedure.visit_id, ILL)
        asked = procedure._consent_asked() * 300
        need = self.env["clinic.intake.need"]
        need._find(asked[:1])
        with self.assertQueryCount(1):
            found = need._find(asked)
        self.assertEqual({row["state"] for row in found}, {"unreviewed"})
        self.assertEqual(len(found), 300)
