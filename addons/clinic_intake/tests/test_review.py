import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_consent.models.clinic_consent_sign import NotSigned

from .common import ILL, WELL, IntakeCommon


@tagged("post_install", "-at_install")
class TestReview(IntakeCommon):
    """What a patient tells becomes proposals, and what a practitioner accepts becomes part of the record."""

    def setUp(self):
        super().setUp()
        self.visit = self.arrive().visit_id

    def _again(self, answers=None, **values):
        """Let the patient be asked again two years later; return the intake."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE clinic_intake DISABLE TRIGGER clinic_intake_append_only")
        self.env.cr.execute("UPDATE clinic_intake SET sent_on = sent_on - interval '2 years'")
        self.env.cr.execute("ALTER TABLE clinic_intake ENABLE ALWAYS TRIGGER clinic_intake_append_only")
        self.env.invalidate_all()
        return self._fill_in(self.visit, answers, **values)

    def test_nothing_is_written_before_it_is_accepted(self):
        intake = self._fill_in(self.visit, ILL)
        self.assertEqual(
            self._said(intake),
            [
                ("new", "Test Lidocaine Allergy", "Swollen lips"),
                ("new", "Test Blood Thinner", False),
                ("new", "4", False),
            ],
        )
        self.assertFalse(self.patient.risk_ids)
        self.assertFalse(self.patient.noted_skin_type)

    def test_accepted_it_is_recorded_in_the_practitioner_s_name_with_its_source(self):
        intake = self._fill_in(self.visit, ILL)
        lidocaine, thinner, skin = self._proposals(intake)
        lidocaine.action_accept()
        thinner.action_refuse()
        skin.action_accept()
        self.assertRecordValues(
            self.patient.risk_ids,
            [
                {
                    "kind_id": self.lidocaine.id,
                    "severity": "severe",
                    "description": "Swollen lips",
                    "author_id": self.users["practitioner"].id,
                    "intake_id": intake.id,
                }
            ],
        )
        self.assertEqual(self.patient.noted_skin_type, "4")
        self.assertEqual(intake.proposal_ids.mapped("state"), ["accepted", "refused", "accepted"])
        self.assertEqual(intake.proposal_ids.decided_by_id, self.users["practitioner"])
        self.assertEqual(intake.standing, "reviewed")

    def test_it_is_decided_once(self):
        [proposal] = self._proposals(self._fill_in(self.visit, {**WELL, "skin_type": "2"}))
        proposal.action_accept()
        for method in ("action_accept", "action_refuse"):
            with self.assertRaisesRegex(UserError, "decided this already"):
                getattr(proposal, method)()
        with self.assertRaisesRegex(UserError, "decided already"):
            proposal.write({"severity": "mild"})

    def test_another_risk_may_be_chosen_first(self):
        proposal = self._proposals(self._fill_in(self.visit, {**WELL, "allergy_any": "yes", "allergy_other": "Caine"}))
        self.assertEqual(proposal.risk_kind_id, self.env.ref("clinic_intake.risk_kind_allergy"))
        proposal.write({"risk_kind_id": self.lidocaine.id})
        self.assertEqual(proposal.severity, "severe", "that of the kind")
        proposal.action_accept()
        self.assertRecordValues(self.patient.risk_ids, [{"kind_id": self.lidocaine.id, "description": "Caine"}])

    def test_each_line_of_a_list_is_a_proposal_of_its_own(self):
        answers = {**WELL, "allergy_any": "yes", "allergy_other": "Nickel\n\n  Kiwi \nNickel"}
        intake = self._fill_in(self.visit, answers)
        kind = "Other allergy (see details)"
        self.assertEqual(self._said(intake), [("new", kind, "Nickel"), ("new", kind, "Kiwi")])
        for proposal in self._proposals(intake):
            proposal.action_accept()
        self.assertEqual(sorted(self.patient.risk_ids.mapped("description")), ["Kiwi", "Nickel"])
        again = self._again({**answers, "allergy_other": "kiwi\nMango"})
        self.assertEqual(self._said(again), [("new", kind, "Mango"), ("gone", kind, "Nickel")])

    def test_what_is_on_record_is_not_proposed_again_unless_it_is_told_otherwise(self):
        intake = self._fill_in(self.visit, ILL)
        for proposal in self._proposals(intake):
            proposal.action_accept()
        risk = self.patient.risk_ids.filtered(lambda risk: risk.kind_id == self.lidocaine)
        risk.write({"severity": "severe", "treatment_id": self.facial.id})
        self.assertEqual(self._said(self._again(ILL)), [])
        again = self._again({**ILL, "allergy_lidocaine_what": "I fainted", "medication_blood": "no"})
        self.assertEqual(
            self._said(again),
            [("changed", "Test Lidocaine Allergy", "I fainted"), ("gone", "Test Blood Thinner", False)],
        )
        changed, gone = self._proposals(again)
        changed.action_accept()
        gone.action_accept()
        newer = self.patient.risk_ids.filtered("current") - risk
        self.assertTrue(risk.date_to)
        said = newer.filtered(lambda risk: risk.kind_id == self.lidocaine)
        self.assertEqual(said.description, "Swollen lips\nI fainted")
        self.assertEqual((said.severity, said.treatment_id), ("severe", self.facial), "it is no less grave than before")
        thinner = self.patient.risk_ids.filtered(lambda risk: risk.kind_id == self.thinner)
        self.assertEqual((bool(thinner.date_to), thinner.ended_by_id), (True, self.users["practitioner"]))

    def test_nothing_changed_is_confirmed_and_proposes_nothing(self):
        first = self._fill_in(self.visit, ILL)
        again = self._again(unchanged=True)
        self.assertEqual((again.unchanged_id, again.answers), (first, first.answers))
        self.assertFalse(again.proposal_ids)
        self.assertEqual(set(first.proposal_ids.mapped("state")), {"open"}, "what was not reviewed still waits")

    def test_a_new_question_asks_for_more_than_a_confirmation(self):
        self._fill_in(self.visit, WELL)
        draft = self.form._published().copy()
        draft.question_ids.create({"version_id": draft.id, "code": "new", "label": "New?", "mandatory": True})
        draft.action_publish()
        with self.assertRaises(NotSigned) as caught:
            self._again(unchanged=True)
        self.assertEqual(caught.exception.code, "changed")

    def test_a_second_intake_takes_the_place_of_what_nobody_reviewed(self):
        first = self._fill_in(self.visit, ILL)
        again = self._again({**ILL, "skin_type": "5"})
        self.assertEqual(set(first.proposal_ids.mapped("state")), {"replaced"})
        self.assertEqual(len(again.proposal_ids), 3)
        with self.assertRaisesRegex(UserError, "sent another intake"):
            self._proposals(first)[0].action_accept()

    def test_women_are_asked_about_pregnancy_and_men_are_not(self):
        self.patient.sex = "female"
        with self.assertRaises(NotSigned) as caught:
            self._fill_in(self.visit, WELL)
        self.assertEqual(caught.exception.code, "unanswered")
        intake = self._fill_in(self.visit, {**WELL, "pregnancy_now": "yes"})
        self.assertEqual([change for change, *_rest in self._said(intake)], ["new"])

    def test_a_cosmetologist_reviews_but_does_not_end_another_one_s_risk(self):
        risk = self.doctor_env["clinic.risk"].create({"patient_id": self.patient.id, "kind_id": self.thinner.id})
        intake = self._fill_in(self.visit, {**WELL, "skin_type": "3"})
        gone, skin = self._proposals(intake, "cosmetologist")
        skin.action_accept()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            gone.action_accept()
        self.assertFalse(risk.date_to)
        self.assertEqual(gone.state, "open")

    def test_what_fits_no_kind_is_recorded_in_words_under_a_general_one(self):
        self.lidocaine.active = False
        intake = self._fill_in(self.visit, {**ILL, "medication_blood": "no", "skin_type": ""})
        general = self.env.ref("clinic_intake.risk_kind_allergy")
        self.assertEqual(self._said(intake), [("new", general.name, "Test Lidocaine\nSwollen lips")])
        self._proposals(intake).action_accept()
        self.assertEqual(self._said(self._again({**WELL})), [("gone", general.name, "Test Lidocaine\nSwollen lips")])
        with self.assertRaisesRegex(UserError, "Rename it instead"):
            general.unlink()

    # -- what was sent stays ------------------------------------------------------------------------------------------

    def test_an_intake_never_changes_and_a_byte_is_found(self):
        intake = self._fill_in(self.visit, ILL)
        self.assertEqual(intake._flaws(), [])
        with self.assertRaises(UserError):
            intake.write({"answers": {}})
        with self.assertRaises(UserError):
            intake.unlink()
        for statement in ("UPDATE clinic_intake SET lang = 'ur'", "DELETE FROM clinic_intake"):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)
        self.env.cr.execute("ALTER TABLE clinic_intake DISABLE TRIGGER clinic_intake_append_only")
        self.env.cr.execute(
            "UPDATE clinic_intake SET answers = jsonb_set(answers, '{skin_type}', '\"3\"') WHERE id = %s", [intake.id]
        )
        self.env.invalidate_all()
        [flaw] = intake._flaws()
        self.assertIn(f"Intake {intake.id}", flaw)

    def test_the_card_tells_what_waits_and_what_the_patient_wishes(self):
        cards = self.env["clinic.patient.card"].with_user(self.users["practitioner"])
        self.assertEqual(cards.load(self.patient.id)["consents"]["due"][0]["names"], ["Health"])
        intake = self._fill_in(self.visit, ILL)
        card = cards.load(self.patient.id)
        self.assertEqual(card["consents"]["due"], [])
        self.assertEqual(
            [(row["change"], row["name"]) for row in card["intake"]["proposals"]],
            [
                ("new", "Test Lidocaine Allergy"),
                ("new", "Test Blood Thinner"),
                ("new", "IV – burns little, tans well"),
            ],
        )
        self.assertEqual([word["text"] for word in card["intake"]["last"]["words"]], ["Fewer lines"])
        for proposal in self._proposals(intake):
            proposal.action_refuse()
        self.assertEqual(cards.load(self.patient.id)["intake"]["proposals"], [])
