from odoo import api, models

SHOWN = 12
ROW = {
    "id": "id",
    "uuid": "uuid",
    "name": "template_id.name",
    "signed_at": "signed_at",
    "valid_until": "valid_until",
}


class ClinicPatientCard(models.AbstractModel):
    """What the patient has signed, and has still to sign for what is ahead."""

    _inherit = "clinic.patient.card"

    @api.model
    def _prepare_sections(self, patient):
        return {**super()._prepare_sections(patient), "consents": self._load_consents(patient)}

    @api.model
    def _load_consents(self, patient):
        """Return {"signed": the latest consents, "due": what is to be signed and for which visit}."""
        return {"signed": self._load_consents_signed(patient), "due": self._load_consents_due(patient)}

    @api.model
    def _load_consents_signed(self, patient):
        if not self.env["clinic.consent.need"]._is_used():
            return []
        people = self.env["clinic.patient"].sudo().with_context(active_test=False)
        ids = people._search(["|", ("id", "=", patient.id), ("merged_into_id", "=", patient.id)])
        domain = [("patient_id", "in", ids), ("kind", "=", "signed")]
        rows = self._rows("clinic.consent", domain, ROW, order="signed_at DESC, id DESC", limit=2 * SHOWN)
        consents = self.env["clinic.consent"].browse([row["id"] for row in rows])
        standings = self.env["clinic.consent.need"]._standings(consents, self._today())
        labels = self._labels("clinic.consent", "standing")
        signed, names = [], set()
        for row in rows:
            if row["name"] in names or len(signed) == SHOWN:
                continue
            names.add(row["name"])
            standing = standings[row["id"]]
            signed.append(
                {
                    **{name: row[name] for name in ("id", "uuid", "name", "signed_at", "valid_until")},
                    "standing": standing,
                    "standing_name": labels[standing],
                }
            )
        return signed

    @api.model
    def _is_anything_signed(self):
        """Return whether patients are asked for anything before they are treated; other addons ask for more."""
        return self.env["clinic.consent.need"]._is_used()

    @api.model
    def _load_needs(self, asked):
        """Return what patients have to go through, as ``clinic.consent.need`` finds it; other addons add theirs."""
        return self.env["clinic.consent.need"]._due(asked)

    @api.model
    def _load_consents_due(self, patient):
        """Return [{"visit_id", "names"}] of the visits ahead with something to sign, the next one first."""
        if not self._is_anything_signed():
            return []
        midnight, _next = self.env.company._clinic_days(self._today())
        domain = [
            ("patient_id", "=", patient.id),
            ("state", "=", "planned"),
            ("start", ">=", midnight),
            ("visit_id.state", "in", ("booked", "arrived", "in_progress")),
            ("company_id", "in", self.env.companies.ids),
        ]
        paths = {"id": "id", "visit_id": "visit_id", "treatment_id": "treatment_id", "start": "start"}
        rows = {row["id"]: row for row in self._rows("clinic.procedure", domain, paths, order="start, id", limit=20)}
        board = self.env["clinic.board"]
        asked = [(row["id"], patient.id, row["treatment_id"], board._day_of(row)) for row in rows.values()]
        due = {}
        for need in self._load_needs(asked):
            visit = due.setdefault(rows[need["number"]]["visit_id"], {"names": {}, "mandatory": False})
            visit["names"][need["template_id"]] = need["name"]
            visit["mandatory"] |= need["mandatory"]
        starts = {row["visit_id"]: row["start"] for row in reversed(rows.values())}
        return [
            {
                "visit_id": visit_id,
                "start": starts[visit_id],
                "names": list(due[visit_id]["names"].values()),
                "mandatory": due[visit_id]["mandatory"],
            }
            for visit_id in sorted(due, key=starts.get)
        ]
