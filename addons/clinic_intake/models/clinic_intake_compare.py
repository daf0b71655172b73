from odoo import models

from ..const import RISK_TYPES


class ClinicIntake(models.Model):
    """What an intake says that the record does not, or says otherwise: the proposals."""

    _inherit = "clinic.intake"

    def _propose(self):
        """Write down what this intake may mean for the record, for a practitioner to decide.

        What nobody has decided of an earlier intake is asked by this one again, and that one's question is closed.
        """
        self.ensure_one()
        # On the patient's behalf: the record is compared, not shown.
        patient = self.sudo().patient_id._kept()
        proposals = self.env["clinic.intake.proposal"].sudo()
        if self.unchanged_id:
            return proposals
        same_form = [
            ("patient_id", "=", patient.id),
            ("state", "=", "open"),
            ("intake_id.form_id", "=", self.form_id.id),
        ]
        proposals.search(same_form)._clinic_writing().write({"state": "replaced"})
        prepared = [vals for question in self.version_id.question_ids for vals in self._prepare_proposals(question)]
        return proposals._clinic_writing().create(
            [
                {**vals, "intake_id": self.id, "patient_id": patient.id, "sequence": at}
                for at, vals in enumerate(prepared)
            ]
        )

    def _prepare_proposals(self, question):
        """Return the values of what the answer to ``question`` proposes; other addons propose more."""
        if not question._asked_of(self.patient_id):
            return []
        answer = (self.answers or {}).get(question.code)
        if question.about == "skin_type":
            return self._propose_skin_type(question, answer)
        if question.about == "problem":
            return self._propose_problem(question, answer)
        if question.about in RISK_TYPES:
            by_lines = question.kind == "lines"
            return self._propose_lines(question, answer) if by_lines else self._propose_risk(question, answer)
        return []

    def _prepare_proposal(self, question, change, **values):
        said = {**values, "text": values.get("text") or False}
        return {"question_id": question.id, "about": question.about, "change": change, **said}

    def _detail(self, question):
        """Return what the patient has written behind ``question``, e.g. what happened."""
        answers = self.answers or {}
        behind = self.version_id.question_ids.filtered(
            lambda other: other.parent_code == question.code and other.kind == "text" and not other.about
        )
        return "\n".join(answers[other.code] for other in behind if answers.get(other.code))

    # -- risks --------------------------------------------------------------------------------------------------------

    def _current_risks(self, kind):
        today = self.company_id._clinic_today()
        risks = self.patient_id._kept().risk_ids
        return risks.filtered(lambda risk: risk.kind_id == kind and risk._is_current(today))

    def _propose_risk(self, question, answer):
        kind, detail = question._risk_kind(), self._detail(question)
        # Without a kind of its own it is said in words, under the general one.
        words = detail if kind else "\n".join(filter(None, [question.term or question.label, detail]))
        kind = kind or self._general_kind(question.about)
        known = self._current_risks(kind)
        if not question._risk_kind():
            known = known.filtered(lambda risk: self._starts_alike(risk.description, words))
        if not question._is_positive(answer):
            # What a practitioner has written is gone when the patient says so, not when nothing is said of it.
            gone = known if answer == "no" else known.filtered(lambda risk: risk.intake_question == question.code)
            return [self._prepare_proposal(question, "gone", risk_kind_id=kind.id, risk_id=risk.id) for risk in gone]
        if not known:
            return [self._prepare_proposal(question, "new", risk_kind_id=kind.id, text=words)]
        if detail and self._is_news(question, detail, known):
            risk = known[0]
            return [self._prepare_proposal(question, "changed", risk_kind_id=kind.id, risk_id=risk.id, text=words)]
        return []

    def _is_news(self, question, detail, known):
        """Return whether ``detail`` is written neither in the record nor in the intake before."""
        before = self.sudo().search(
            [("patient_id", "=", self.patient_id.id), ("form_id", "=", self.form_id.id), ("id", "<", self.id)], limit=1
        )
        told = [risk.description or "" for risk in known] + ([before._detail(question)] if before else [])
        return all(detail.casefold() not in text.casefold() for text in told)

    def _propose_lines(self, question, answer):
        """Compare a list with the risks of the general kind: each line is one."""
        kind = question.risk_kind_id or self._general_kind(question.about)
        lines = (answer or "").splitlines()
        known = self._current_risks(kind)
        told = {(risk.description or "").casefold() for risk in known}
        listed = {line.casefold() for line in lines}
        new = [
            self._prepare_proposal(question, "new", risk_kind_id=kind.id, text=line)
            for line in lines
            if line.casefold() not in told
        ]
        # What a practitioner has written is not gone because a patient does not repeat it.
        gone = known.filtered(lambda risk: risk.intake_id and (risk.description or "").casefold() not in listed)
        gone = gone.filtered(lambda risk: risk.intake_question == question.code)
        return new + [self._prepare_proposal(question, "gone", risk_kind_id=kind.id, risk_id=risk.id) for risk in gone]

    def _general_kind(self, about):
        return self.env.ref(f"clinic_intake.risk_kind_{about}").sudo()

    def _starts_alike(self, description, words):
        first = words.split("\n")[0].casefold()
        return (description or "").split("\n")[0].casefold() == first

    # -- the skin -----------------------------------------------------------------------------------------------------

    def _propose_skin_type(self, question, answer):
        noted = self.patient_id._kept().noted_skin_type
        if not answer or answer == noted:
            return []
        return [self._prepare_proposal(question, "changed" if noted else "new", skin_type=answer)]

    def _propose_problem(self, question, answer):
        kind = question.problem_kind_id
        problems = self.patient_id._kept().problem_ids
        known = problems.filtered(lambda problem: problem.kind_id == kind and problem.state != "resolved")
        if question._is_positive(answer):
            text = self._detail(question)
            return [] if known else [self._prepare_proposal(question, "new", problem_kind_id=kind.id, text=text)]
        gone = known.filtered("intake_id")
        return [
            self._prepare_proposal(question, "gone", problem_kind_id=kind.id, problem_id=problem.id) for problem in gone
        ]
