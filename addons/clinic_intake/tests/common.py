from odoo import Command

from odoo.addons.clinic_consent.tests.common import ConsentCommon, ConsentMixin

ALLERGY = {
    "code": "allergy_any",
    "section": "allergies",
    "label": "Are you allergic to anything?",
    "mandatory": True,
    "asks_which": True,
}
BEHIND = {"section": "allergies", "parent_code": "allergy_any", "parent_answer": "yes"}
LIDOCAINE = {
    **BEHIND,
    "code": "allergy_lidocaine",
    "label": "Lidocaine",
    "kind": "tick",
    "about": "allergy",
    "term": "Test Lidocaine",
}
WHAT = {
    "section": "allergies",
    "code": "allergy_lidocaine_what",
    "label": "What happened?",
    "kind": "text",
    "parent_code": "allergy_lidocaine",
    "parent_answer": "yes",
}
OTHER = {**BEHIND, "code": "allergy_other", "label": "Other allergies", "kind": "lines", "about": "allergy"}
BLOOD = {
    "code": "medication_blood",
    "section": "medication",
    "label": "Do you take blood thinners?",
    "about": "medication",
    "term": "Test Blood Thinner",
    "mandatory": True,
}
PREGNANT = {
    "code": "pregnancy_now",
    "section": "pregnancy",
    "label": "Are you pregnant?",
    "about": "pregnancy",
    "sex": "female",
    "mandatory": True,
}
SKIN = {
    "code": "skin_type",
    "section": "skin",
    "label": "How does your skin take the sun?",
    "kind": "choice",
    "choices": "One\nTwo\nThree\nFour\nFive\nSix",
    "about": "skin_type",
}
WISHES = {"code": "wishes", "section": "wishes", "label": "What do you wish for?", "kind": "text"}
QUESTIONS = (ALLERGY, LIDOCAINE, WHAT, OTHER, BLOOD, PREGNANT, SKIN, WISHES)
WELL = {"allergy_any": "no", "medication_blood": "no"}
ILL = {
    "allergy_any": "yes",
    "allergy_lidocaine": "yes",
    "allergy_lidocaine_what": "Swollen lips",
    "medication_blood": "yes",
    "skin_type": "4",
    "wishes": "Fewer lines",
}


class IntakeMixin(ConsentMixin):
    """A questionnaire, and patients who fill it in."""

    @classmethod
    def _publish_intake(cls, treatments=None, questions=QUESTIONS, name="Health", **values):
        """Return a form with a published questionnaire."""
        if not values.get("for_all"):
            values["treatment_ids"] = [Command.set((treatments or cls.facial).ids)]
        form = cls.env["clinic.intake.form"].create({"name": name, **values})
        version = cls.env["clinic.intake.version"].create(
            {
                "form_id": form.id,
                "question_ids": [Command.create({"sequence": at, **question}) for at, question in enumerate(questions)],
            }
        )
        version.action_publish()
        return form

    @classmethod
    def _intake_data(cls, request, answers=None, **values):
        """Return what the page of ``request`` sends."""
        form = request._intakes_due()[:1]
        return {
            "intake": form._published().id,
            "lang": "en",
            "answers": WELL if answers is None else answers,
            "signer": {"name": "Amna Test", "relation": "self" if "self" in request._relations() else "mother"},
            **values,
        }

    @classmethod
    def _fill_in(cls, visit, answers=None, **values):
        """Return the intake that the patient of ``visit`` has sent."""
        request, _path = cls._request(visit)
        intake = request._sign(cls._intake_data(request, answers, **values), "203.0.113.7", "Test browser")
        return cls.env["clinic.intake"].browse(intake.id)


class IntakeCommon(IntakeMixin, ConsentCommon):
    def setUp(self):
        super().setUp()
        kinds, substances = self.env["clinic.risk.kind"], self.env["clinic.substance"]
        self.lidocaine = kinds.create(
            {
                "name": "Test Lidocaine Allergy",
                "type": "allergy",
                "severity": "severe",
                "substance_id": substances.create({"name": "Test Lidocaine"}).id,
            }
        )
        self.thinner = kinds.create({"name": "Test Blood Thinner", "type": "medication"})
        # Not asked about pregnancy.
        self.patient.sex = "male"
        self.form = self._publish_intake()
        self.doctor_env = self.env(user=self.users["practitioner"])

    def _proposals(self, intake, user="practitioner"):
        return intake.proposal_ids.sorted("sequence").with_user(self.users[user])

    def _said(self, intake):
        """Return what ``intake`` proposes, in short: of what is gone, what is on record."""
        return [
            (
                proposal.change,
                proposal.risk_kind_id.name or proposal.skin_type,
                proposal.risk_id.description if proposal.change == "gone" else proposal.text,
            )
            for proposal in self._proposals(intake)
        ]
