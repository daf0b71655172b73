from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES

from .common_risk import RiskCommon


@tagged("post_install", "-at_install")
class TestMerge(RiskCommon):
    """Two entries of one person become one patient."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patient.write({"name": "Ayesha Test", "email": "old@patient.example", "city": "Lahore"})
        cls.twin = cls.env["clinic.patient"].create(
            {
                "name": "Ayesha Tast",
                "phone": "0321 7654321",
                "birth_date": "1990-05-01",
                "national_id": "34201-0891231-8",
                "national_id_country_id": cls.env.ref("base.pk").id,
                "skin_type": "4",
            }
        )
        cls.as_manager = cls.env(user=cls.users["manager"])
        cls.merges = cls.as_manager["clinic.patient.merge"]

    def _wizard(self, kept=None, merged=None):
        kept, merged = kept or self.patient, merged or self.twin
        return self.as_manager["clinic.patient.merge.wizard"].create({"kept_id": kept.id, "merged_id": merged.id})

    def _merge(self, **values):
        wizard = self._wizard()
        wizard.write(values)
        wizard.action_merge()
        return self.twin.merge_id.with_env(self.as_manager)

    def _visit_of_twin(self, **kwargs):
        """Return a finished visit of the other entry, with a signed note, a draft and a score."""
        visit = self.env["clinic.visit"].with_company(self.branch).book_walk_in(self.twin, self.facial, self.doctor)
        visit.action_start()
        procedure = visit.procedure_ids
        notes = self.as_doctor["clinic.note"].create(
            [
                {"procedure_id": procedure.id, "body": "<p>Signed</p>"},
                {"procedure_id": procedure.id, "body": "<p>D</p>"},
            ]
        )
        notes[0].action_sign()
        return visit, notes

    # -- what becomes of it -------------------------------------------------------------------------------------------

    def test_all_that_is_theirs_becomes_one_patients(self):
        visit, notes = self._visit_of_twin()
        waiting = self.env["clinic.waitlist"].create({"patient_id": self.twin.id, "treatment_id": self.laser.id})
        reaction = self.as_doctor["clinic.reaction"].create(
            {
                "patient_id": self.twin.id,
                "procedure_id": visit.procedure_ids.id,
                "kind_id": self.allergy.id,
                "grade": "3",
            }
        )
        self._merge()
        self.assertEqual(self.twin.merged_into_id, self.patient)
        self.assertFalse(self.twin.active)
        self.assertEqual(visit.patient_id, self.patient)
        self.assertEqual(visit.procedure_ids.patient_id, self.patient)
        self.assertEqual((waiting.patient_id, reaction.patient_id), (self.patient, self.patient))
        self.assertEqual(reaction.risk_ids.patient_id, self.patient)
        # A signed note is a closed ledger; a draft is not.
        self.assertEqual(notes.mapped("patient_id"), self.twin | self.patient)
        self.assertEqual(notes[0].patient_id, self.twin)
        card = self.as_doctor["clinic.patient.card"].load(self.patient.id)
        self.assertEqual([risk["id"] for risk in card["risks"]], reaction.risk_ids.ids)
        self.assertEqual(len(card["entries"]), 1)
        self.assertIn("Signed", str(card["entries"]))
        action = self.patient.with_env(self.as_doctor).action_view_notes()
        self.assertEqual(self.as_doctor["clinic.note"].search(action["domain"]), notes)
        amended = notes[0].with_env(self.as_doctor).amend("<p>Better</p>", "A word was missing")
        self.assertEqual(amended.patient_id, self.patient)

    def test_contact_data_is_chosen_and_what_is_empty_is_filled(self):
        wizard = self._wizard()
        choices = {choice.name: choice for choice in wizard.choice_ids}
        self.assertEqual(choices.keys(), {"name", "phone"})
        # The later entry has the later phone; names are kept.
        self.assertEqual((choices["name"].take_merged, choices["phone"].take_merged), (False, True))
        self.assertEqual((choices["phone"].kept_text, choices["phone"].merged_text), ("0300 1234567", "0321 7654321"))
        wizard.action_merge()
        self.assertRecordValues(
            self.patient,
            [
                {
                    "name": "Ayesha Test",
                    "phone": "0321 7654321",
                    "email": "old@patient.example",
                    "city": "Lahore",
                    "birth_date": fields.Date.to_date("1990-05-01"),
                    "national_id": "3420108912318",
                    "skin_type": "4",
                }
            ],
        )

    def test_the_other_number_leads_to_the_one_who_is_kept(self):
        self._merge()
        reception = self.env(user=self.users["reception"])["clinic.patient"]
        for text in (self.twin.number, "Tast", "+92 321 7654321", "34201-0891231-8"):
            self.assertEqual([id_ for id_, _name in reception.name_search(text)], self.patient.ids, text)
        self.assertEqual(self.twin.with_env(reception.env).action_open_record()["res_id"], self.patient.id)
        action = self.twin.with_env(self.as_doctor).action_open_record()
        self.assertEqual(action["params"]["patient_id"], self.patient.id)
        self.assertEqual(self.as_doctor["clinic.patient.card"].load(self.twin.id)["patient"]["id"], self.patient.id)

    def test_equal_risks_are_one_and_the_graver_stays(self):
        own = self._risk(self.pregnancy, severity="mild")
        graver = self._risk(self.pregnancy, patient_id=self.twin.id, severity="severe")
        same = self._risk(self.allergy)
        again = self._risk(self.allergy, patient_id=self.twin.id)
        told = self._risk(self.allergy, patient_id=self.twin.id, description="Swelling after 5 minutes")
        merge = self._merge()
        current = self.as_doctor["clinic.risk"].search([("patient_id", "=", self.patient.id), ("current", "=", True)])
        # The one that was told of more says all that the others say.
        self.assertEqual(current, graver | told)
        merge.action_undo()
        self.assertEqual(own.patient_id | same.patient_id, self.patient)
        self.assertEqual((graver | again | told).patient_id, self.twin)

    def test_a_problem_that_both_have_is_one_with_all_its_scores(self):
        kind = self.env["clinic.problem.kind"].create({"name": "Test acne"})
        own, theirs = self.as_doctor["clinic.problem"].create(
            [{"patient_id": patient.id, "kind_id": kind.id} for patient in (self.patient, self.twin)]
        )
        score = self.as_doctor["clinic.score"].create(
            {
                "patient_id": self.twin.id,
                "problem_id": theirs.id,
                "instrument": "iga",
                "items": {"grade": 2},
            }
        )
        merge = self._merge()
        self.assertEqual(self.patient.problem_ids, own)
        self.assertEqual((score.patient_id, score.problem_id), (self.patient, own))
        merge.action_undo()
        self.assertEqual((score.patient_id, score.problem_id, theirs.patient_id), (self.twin, theirs, self.twin))

    # -- afterwards ---------------------------------------------------------------------------------------------------

    def test_a_booking_for_the_other_entry_is_the_kept_ones(self):
        self._merge()
        visit = self.env["clinic.visit"].with_company(self.branch).book(self.twin, self.facial, self._at(10))
        self.assertEqual(visit.patient_id, self.patient)
        for model, vals in (
            ("clinic.waitlist", {"treatment_id": self.laser.id}),
            ("clinic.risk", {"kind_id": self.allergy.id}),
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError) as caught:
                with self.env.cr.savepoint():
                    self.env[model].create({"patient_id": self.twin.id, **vals})
            text = self.env[model]._sql_error_to_message(caught.exception)
            self.assertIn("was merged into another one", text)

    def test_a_merged_entry_is_closed(self):
        self._merge()
        twin = self.twin.with_env(self.as_manager)
        for vals in ({"phone": "0300 7654321"}, {"active": True}, {"birth_date": "1990-05-02"}):
            with self.assertRaisesRegex(UserError, "was merged into Ayesha Test"):
                twin.write(vals)
        for patient, vals in ((twin, {"merged_into_id": False}), (self.patient, {"merged_into_id": self.twin.id})):
            with self.assertRaisesRegex(AccessError, "by hand"):
                patient.with_env(self.as_manager).write(vals)
        with self.assertRaisesRegex(AccessError, "by hand"):
            self.as_manager["clinic.patient"].create({"name": "New", "merged_into_id": self.patient.id})
        with self.assertRaisesRegex(UserError, "was merged into .* already"):
            self._wizard().action_merge()
        self.assertNotIn(self.twin, self.patient.duplicate_ids)
        with self.assertRaisesRegex(UserError, "was not merged into anybody"):
            call_kw(self.as_manager["clinic.patient"], "action_undo_merge", [self.patient.ids], {})

    def test_undo_makes_two_again(self):
        visit, notes = self._visit_of_twin()
        waits = [{"patient_id": patient.id, "treatment_id": self.laser.id} for patient in (self.patient, self.twin)]
        own, theirs = self.env["clinic.waitlist"].create(waits)
        merge = self._merge()
        self.assertEqual((own.state, theirs.state), ("waiting", "withdrawn"))
        # Somebody corrects the name meanwhile: that stays.
        self.patient.name = "Ayesha Khan"
        merge.action_undo()
        self.assertRecordValues(
            self.twin, [{"active": True, "merged_into_id": False, "phone": "0321 7654321", "name": "Ayesha Tast"}]
        )
        self.assertRecordValues(
            self.patient, [{"phone": "0300 1234567", "birth_date": False, "name": "Ayesha Khan", "skin_type": False}]
        )
        self.assertEqual((visit.patient_id, visit.procedure_ids.patient_id), (self.twin, self.twin))
        self.assertEqual(notes.patient_id, self.twin)
        self.assertEqual((theirs.patient_id, theirs.state), (self.twin, "waiting"))
        self.assertTrue(self.twin.partner_id.active)
        with self.assertRaisesRegex(UserError, "was undone already"):
            merge.action_undo()
        self._merge()

    def test_undo_says_no_once_something_new_depends_on_it(self):
        merge = self._merge()
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)), self.assertRaisesRegex(UserError, "for one day"):
            merge.action_undo()
        with self.env.cr.savepoint() as savepoint:
            self._risk(self.allergy)
            with self.assertRaisesRegex(UserError, "an entry in the clinical record") as caught:
                merge.action_undo()
            self.assertNotIn("Risk", caught.exception.args[0])
            savepoint.rollback()
        self.env.invalidate_all()
        self.book(start=self._at(10))
        with self.assertRaisesRegex(UserError, "added to Ayesha Test since: Visit"):
            merge.action_undo()

    def test_a_patient_who_was_kept_is_merged_in_turn(self):
        third = self.env["clinic.patient"].create({"name": "Third"})
        first = self._merge()
        second = self.merges._merge(third.with_env(self.as_manager), self.patient.with_env(self.as_manager))
        self.assertEqual(self.twin.merged_into_id | self.patient.merged_into_id, third)
        with self.assertRaisesRegex(UserError, "was merged into Third"):
            first.action_undo()
        second.action_undo()
        self.assertEqual(self.twin.merged_into_id, self.patient)
        first.action_undo()
        self.assertFalse(self.twin.merged_into_id)

    # -- who may ------------------------------------------------------------------------------------------------------

    def test_only_managers_merge_by_whatever_call(self):
        pair = (self.patient | self.twin).ids
        done = self._merge()
        other = self.env["clinic.patient"].create({"name": "Other", "phone": "0300 1234567"})
        for role in ROLES:
            env = self.env(user=self.users[role])
            wizards, merges, patients = (
                env[name] for name in ("clinic.patient.merge.wizard", "clinic.patient.merge", "clinic.patient")
            )
            vals = {"kept_id": pair[0], "merged_id": other.id}
            facts = {**vals, "user_id": env.uid, "merged_at": "2026-01-01 00:00:00"}
            if role == "manager":
                self.assertTrue(call_kw(wizards, "create", [vals], {}))
                self.assertEqual(call_kw(patients, "action_merge", [[pair[0], other.id]], {})["target"], "new")
            else:
                for model, method, args in (
                    (wizards, "create", [vals]),
                    (patients, "action_merge", [[pair[0], other.id]]),
                    (merges, "action_undo", [done.ids]),
                    (merges, "search", [[]]),
                ):
                    with self.assertRaises(AccessError, msg=f"{role} {method}"), self.env.cr.savepoint():
                        call_kw(model, method, args, {})
            for method, args in (
                ("create", [facts]),
                ("write", [done.ids, {"undone_at": "2026-01-01 00:00:00"}]),
                ("unlink", [done.ids]),
                ("read", [done.ids, ["changes"]]),
            ):
                with self.assertRaises(AccessError, msg=f"{role} {method}"), self.env.cr.savepoint():
                    call_kw(merges, method, args, {})
        self.assertFalse(other.merged_into_id)

    def test_a_colleague_is_the_one_who_is_kept(self):
        colleague = self.env["clinic.patient"].create({"partner_id": self.users["practitioner"].partner_id.id})
        with self.assertRaisesRegex(UserError, "works here and has a login: keep this patient"):
            self._wizard(merged=colleague).action_merge()
        both = (colleague | self.patient).with_env(self.as_manager)
        wizard = self.as_manager["clinic.patient.merge.wizard"].browse(both.action_merge()["res_id"])
        self.assertEqual(wizard.kept_id, colleague)
        wizard.action_merge()
        self.assertEqual(self.patient.merged_into_id, colleague)

    def test_one_portal_login_is_left(self):
        users = {
            name: new_test_user(self.env, login=f"portal_{name}", groups="base.group_portal")
            for name in ("own", "their")
        }
        (self.patient.partner_id | users["own"].partner_id).active = True
        users["own"].partner_id = self.patient.partner_id
        users["their"].partner_id = self.twin.partner_id
        merge = self._merge(login="merged")
        self.assertEqual((users["own"].active, users["their"].active), (False, True))
        self.assertEqual(users["their"].partner_id, self.patient.partner_id)
        merge.action_undo()
        self.assertEqual((users["own"].active, users["their"].partner_id), (True, self.twin.partner_id))
        self._merge()
        self.assertEqual((users["own"].active, users["their"].active), (True, False))
