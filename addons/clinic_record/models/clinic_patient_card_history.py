from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

# What belongs to the history: what has been begun.
SHOWN_STATES = ("in_progress", "done")
ENTRY = {
    "id": "id",
    "date": "start",
    "state": "state",
    "visit": "visit_id.name",
    "visit_id": "visit_id",
    "treatment_id": "treatment_id",
    "treatment": "treatment_id.name",
    "practitioner": "practitioner_id.name",
    "branch": "company_id.name",
    "company_id": "company_id",
    "device": "device_id.name",
}
NOTE = {
    "id": "id",
    "procedure_id": "procedure_id",
    "body": "body",
    "state": "state",
    "author": "author_id.partner_id.name",
    "signed_at": "signed_at",
    "amends_id": "amends_id",
    "reason": "amendment_reason",
}
PARAMETER = {
    "procedure_id": "procedure_id",
    "name": "protocol_parameter_id.name",
    "unit": "protocol_parameter_id.unit",
    "value": "value",
    "outside": "outside",
    "reason": "reason",
}
REACTION = {
    "id": "id",
    "procedure_id": "procedure_id",
    "name": "kind_id.name",
    "grade": "grade",
    "description": "description",
    "measures": "measures",
    "outcome": "outcome",
    "product": "product_id.name",
}
PIN = {
    "procedure_id": "procedure_id",
    "view": "view",
    "x": "x",
    "y": "y",
    "kind": "kind",
    "area": "area_id.name",
    "product": "product_id.name",
    "quantity": "quantity",
    "uom": "uom_id.name",
}
PINNED = Domain("active", "=", True)
RESPONSE = {
    "procedure_id": "procedure_id",
    "problem": "problem_id.kind_id.name",
    "response": "response",
    "note": "note",
}


class ClinicPatientCard(models.AbstractModel):
    _inherit = "clinic.patient.card"

    @api.model
    def _load_history(self, patient, offset, limit, filters):
        """Return a page of the procedures, the newest first, and how many there are in all."""
        domain = self._history_domain(patient, filters)
        # One more than is shown says whether there are others.
        page = {"order": "start DESC, id DESC", "limit": limit + 1, "offset": offset}
        entries = self._rows("clinic.procedure", domain, ENTRY, **page)
        has_more = len(entries) > limit
        entries = entries[:limit]
        for key, rows in self._prepare_entries([entry["id"] for entry in entries]).items():
            for entry in entries:
                entry[key] = rows[entry["id"]]
        return {"entries": entries, "offset": offset, "has_more": has_more}

    @api.model
    def _history_domain(self, patient, filters):
        domain = Domain("patient_id", "=", patient.id) & Domain("state", "in", SHOWN_STATES)
        if treatment_id := filters.get("treatment_id"):
            domain &= Domain("treatment_id", "=", treatment_id)
        if area_id := filters.get("area_id"):
            domain &= self._with_rows("clinic.body.pin", patient, Domain("area_id", "child_of", area_id))
        if problem_id := filters.get("problem_id"):
            mentions = Domain("problem_id", "=", problem_id)
            models = ("clinic.problem.response", "clinic.score", "clinic.body.pin")
            domain &= Domain.OR([self._with_rows(model, patient, mentions) for model in models])
        return domain

    @api.model
    def _with_rows(self, model, patient, domain):
        """Return the domain of the procedures to which rows of ``model`` belong."""
        # Of a record that the user may open.
        query = self.env[model].sudo()._search(Domain("patient_id", "=", patient.id) & domain)
        return Domain("id", "in", query.subselect("procedure_id"))

    @api.model
    def _prepare_entries(self, procedure_ids):
        """Return {key: {procedure id: what to show}}, a defaultdict each; other addons add keys of their own."""
        notes = self._load_of_procedures("clinic.note", procedure_ids, NOTE, order="signed_at, id")
        reactions = self._load_of_procedures("clinic.reaction", procedure_ids, REACTION, order="onset, id")
        responses = self._load_of_procedures("clinic.problem.response", procedure_ids, RESPONSE, order="date, id")
        grades = self._labels("clinic.reaction", "grade")
        words = self._labels("clinic.problem.response", "response")
        for row in [row for rows in reactions.values() for row in rows]:
            row["grade_label"] = grades.get(row["grade"])
        for row in [row for rows in responses.values() for row in rows]:
            row["label"] = words.get(row["response"])
            row["problem"] = row["problem"] or self.env._("Overall")
        return {
            "notes": notes,
            "reactions": reactions,
            "responses": responses,
            "parameters": self._load_of_procedures(
                "clinic.procedure.parameter", procedure_ids, PARAMETER, Domain("recorded_at", "!=", False)
            ),
            "pins": self._load_of_procedures("clinic.body.pin", procedure_ids, PIN, PINNED),
        }

    @api.model
    def _load_of_procedures(self, model, procedure_ids, paths, domain=Domain.TRUE, order="id"):
        """Return {procedure id: rows of ``model``}, a defaultdict, in one query."""
        rows = self._rows(model, domain & Domain("procedure_id", "in", procedure_ids), paths, order=order)
        found = defaultdict(list)
        for row in rows:
            found[row["procedure_id"]].append(row)
        return found
