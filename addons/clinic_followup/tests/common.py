from freezegun import freeze_time

from odoo import fields

from odoo.addons.clinic_visit.tests.common import VisitCommon, VisitMixin


class FollowupMixin(VisitMixin):
    """A clinic that calls its patients by the rules that a test makes."""

    @classmethod
    def setup_followup(cls):
        cls.rules = cls.env["clinic.recall.rule"]
        cls.rules.search([]).active = False
        cls.recalls = cls.env["clinic.recall"]

    @classmethod
    def _rule(cls, cause, **vals):
        values = {"name": cause, "reason": f"Because of {cause}", "cause": cause, "give_up": 400}
        return cls.rules.create({**values, **vals})

    @classmethod
    def _treated(cls, ago, treatment=None, patient=None):
        """Return a visit of the patient that was done ``ago`` days before now."""
        with freeze_time(fields.Datetime.subtract(cls._at(10, days=0), days=ago)):
            visit = cls.env["clinic.visit"].book_walk_in(patient or cls.patient, treatment or cls.facial, cls.doctor)
            visit.action_start()
            visit.action_done()
        cls.env.flush_all()
        return visit

    def _look(self, *rules):
        for rule in rules or self.rules.search([]):
            rule._look()

    def _of(self, patient=None):
        """Return {cause: state} of the recalls of the patient."""
        self.env.invalidate_all()
        found = self.recalls.search([("patient_id", "=", (patient or self.patient).id)])
        return {recall.cause: recall.state for recall in found}

    def _list(self, role="reception"):
        due = self.env["clinic.due.list"].with_user(self.users[role])
        return due.with_context(allowed_company_ids=self.branch.ids)


class FollowupCommon(FollowupMixin, VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_followup()
