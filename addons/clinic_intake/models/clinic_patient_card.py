from odoo import api, models

PROPOSAL = {
    "id": "id",
    "about": "about",
    "change": "change",
    "text": "text",
    "risk": "risk_kind_id.name",
    "problem": "problem_kind_id.name",
    "skin_type": "skin_type",
    "known": "risk_id.description",
    "since": "intake_id.sent_at",
}
INTAKE = {
    "id": "id",
    "sent_at": "sent_at",
    "answers": "answers",
    "version_id": "version_id",
    "unchanged_id": "unchanged_id",
}
# Of these sections the card shows the words; the others are for the record.
SHOWN = ("earlier", "wishes")


class ClinicPatientCard(models.AbstractModel):
    """What the patient has said that nobody has reviewed yet, and what they wish."""

    _inherit = "clinic.patient.card"

    @api.model
    def _prepare_sections(self, patient):
        return {**super()._prepare_sections(patient), "intake": self._load_intake(patient)}

    @api.model
    def _load_intake(self, patient):
        """Return {"proposals": what is to be reviewed, "last": the last intake}."""
        if not self.env["clinic.intake.need"]._was_used():
            return {"proposals": [], "last": None}
        return {"proposals": self._load_intake_proposals(patient), "last": self._load_last_intake(patient)}

    @api.model
    def _load_intake_proposals(self, patient):
        domain = [("patient_id", "=", patient.id), ("state", "=", "open")]
        rows = self._rows("clinic.intake.proposal", domain, PROPOSAL, order="id")
        about = self._labels("clinic.intake.proposal", "about")
        change = self._labels("clinic.intake.proposal", "change")
        skin = self._labels("clinic.intake.proposal", "skin_type")
        return [
            {
                "id": row["id"],
                "change": row["change"],
                "change_name": change[row["change"]],
                "about": about[row["about"]],
                "name": row["risk"] or row["problem"] or skin.get(row["skin_type"]),
                "text": row["text"],
                "known": row["known"] if row["change"] != "new" else None,
                "since": row["since"],
            }
            for row in rows
        ]

    @api.model
    def _load_last_intake(self, patient):
        people = self.env["clinic.patient"].sudo().with_context(active_test=False)
        ids = people._search(["|", ("id", "=", patient.id), ("merged_into_id", "=", patient.id)])
        rows = self._rows("clinic.intake", [("patient_id", "in", ids)], INTAKE, order="sent_at DESC, id DESC", limit=1)
        if not rows:
            return None
        [row] = rows
        return {
            "id": row["id"],
            "sent_at": row["sent_at"],
            "unchanged": bool(row["unchanged_id"]),
            "words": self._intake_words(row),
        }

    @api.model
    def _intake_words(self, row):
        """Return what the patient has written of earlier treatments and wishes."""
        answers = row["answers"] or {}
        domain = [("version_id", "=", row["version_id"]), ("section", "in", SHOWN), ("kind", "in", ("text", "lines"))]
        paths = {"code": "code", "label": "label", "about": "about"}
        questions = self._rows("clinic.intake.question", domain, paths, order="sequence, id")
        return [
            {"code": question["code"], "label": question["label"], "text": answers[question["code"]]}
            for question in questions
            if answers.get(question["code"]) and not question["about"]
        ]

    @api.model
    def _is_anything_signed(self):
        return super()._is_anything_signed() or self.env["clinic.intake.need"]._is_used()

    @api.model
    def _load_needs(self, asked):
        """Let what is to be filled in stand with what is to be signed: it is handed over in one go."""
        intakes = [
            {**row, "template_id": f"intake-{row['form_id']}"}
            for row in self.env["clinic.intake.need"]._of_patient(asked)
        ]
        return [*intakes, *super()._load_needs(asked)]
