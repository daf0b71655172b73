from odoo import api, fields, models

# Which kind of entry it is, those who merge need not know.
RECORD = {
    "clinic.note",
    "clinic.problem",
    "clinic.problem.response",
    "clinic.reaction",
    "clinic.risk",
    "clinic.score",
}


class ClinicPatientMerge(models.Model):
    """The clinical record of two patients becomes one, without being shown to the one who merges."""

    _inherit = "clinic.patient.merge"

    is_blind = fields.Boolean(
        readonly=True, help="Who merged did not care for both patients, and so learns nothing of them by the merge."
    )

    @api.model
    def _added_text(self, model):
        if model._name in RECORD:
            return self.env._("an entry in the clinical record")
        return super()._added_text(model)

    def _unite(self, values, login):
        patients = self.kept_id | self.merged_id
        self.is_blind = patients != patients._in_care(self.env.user.company_ids)
        super()._unite({**values, **self._unite_skin_type()}, login)
        if self.kept_id.registered_branch_id != self.merged_id.registered_branch_id:
            # What another branch has written is not for the one that registered the patient who is kept.
            self._write(self.kept_id, {"registered_branch_id": False})

    def _left_behind(self):
        """Leave at the merged patient what both records say alike."""
        left = {"clinic.problem": self._unite_problems(), "clinic.risk": self._unite_risks()}
        return {**super()._left_behind(), **left}

    def _unite_skin_type(self):
        """Return the darker of the two skin types: the energy that is proposed for it harms neither."""
        types = [patient.noted_skin_type for patient in self.kept_id | self.merged_id if patient.noted_skin_type]
        return {"noted_skin_type": max(types)} if types and max(types) != self.kept_id.noted_skin_type else {}

    def _unite_problems(self):
        """Let scores, responses and pins of a problem that both have belong to the one that is kept; return the other.

        What says more than the other, in words or areas, stays a problem of its own.
        """
        own = self.kept_id.problem_ids.filtered(lambda problem: problem.state != "resolved")
        by_kind = {problem.kind_id: problem for problem in own}
        left = self.env["clinic.problem"]
        for theirs in self.merged_id.problem_ids.filtered(lambda problem: problem.state != "resolved"):
            problem = by_kind.get(theirs.kind_id)
            if problem and problem._says_all_of(theirs):
                pins = self.env["clinic.body.pin"].search([("problem_id", "=", theirs.id)])
                for rows in (theirs.score_ids, theirs.response_ids, pins):
                    self._set(rows, "problem_id", problem.id)
                left |= theirs
        return left

    def _unite_risks(self):
        """Put the risks that another one, at least as grave, covers to the merged patient, and return them."""
        own, theirs = self.kept_id.risk_ids, self.merged_id.risk_ids
        left = theirs.filtered(lambda risk: any(other._says_all_of(risk) for other in own))
        covered = own.filtered(lambda risk: any(other._says_all_of(risk) for other in theirs - left))
        self._set(covered, "patient_id", self.merged_id.id)
        return left | covered
