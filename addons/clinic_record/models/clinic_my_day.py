from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, html2plaintext

from odoo.addons.clinic.door import a_day, takes

# A line on a tablet.
NOTE_LENGTH = 160
# The page is read again all day long; each patient on it is one opening a day.
ONE_LOOK = timedelta(days=1)


class ClinicMyDay(models.AbstractModel):
    """A practitioner's patients of a day in their order, each with what must be known before the door opens."""

    _name = "clinic.my.day"
    _description = "My Day"

    @takes(day=a_day())
    @api.model
    def load(self, day=None):
        """Return the user's procedures of a day in the current branch, ready for JSON; all moments are UTC.

        :param day: an ISO date in the branch's zone; None for today
        :raises AccessError: for those who may not read clinical records
        """
        if not self.env.user.has_group("clinic.group_cosmetologist"):
            raise AccessError(self.env._("My Day is for those who treat patients."))
        board = self.env["clinic.board"]
        now = fields.Datetime.now()
        day = day or self.env.company._clinic_local(now).date()
        cards = board._load_cards(*self.env.company._clinic_days(day), "practitioner", self._own_resources().ids)
        board._add_flags(cards)
        self._add_essentials(cards, day)
        return {**board._prepare_head(now, day, 1), "procedures": cards, "elsewhere": self._load_elsewhere(day)}

    @api.model
    def _load_elsewhere(self, day):
        """Return the user's other branches in which patients await them on ``day``: its name and how many there are."""
        others = self.env.user.company_ids - self.env.company
        found = []
        for branch in others.with_context(allowed_company_ids=others.ids):
            start, stop = branch._clinic_days(day)
            domain = [
                ("company_id", "=", branch.id),
                ("practitioner_id.user_id", "=", self.env.uid),
                ("start", ">=", start),
                ("start", "<", stop),
                ("visit_id.state", "not in", ("cancelled", "no_show")),
            ]
            count = branch.env["clinic.procedure"].search_count(domain)
            if count:
                found.append({"id": branch.id, "name": branch.name, "count": count})
        return found

    @api.model
    def _own_resources(self):
        """Return the resources of the practitioner that the user is, if any."""
        own = self.env["clinic.practitioner"].search([("user_id", "=", self.env.uid)])
        return own.resource_id

    @api.model
    def _add_essentials(self, cards, day):
        patient_ids = sorted({card["patient_id"] for card in cards})
        if not patient_ids:
            return
        # What is shown of these patients comes from their records, as far as those are the user's to open.
        patients = self.env["clinic.patient"].browse(patient_ids)._in_care()
        if patients:
            self.env["clinic.access.log"]._log(patients, "open", model=self._name, within=ONE_LOOK)
        for key, values in self._prepare_essentials(patients.ids, day).items():
            for card in cards:
                card[key] = values[card["patient_id"]]
        for card in cards:
            card["locked"] = card["patient_id"] not in patients._ids

    @api.model
    def _prepare_essentials(self, patient_ids, day):
        """Return {key: {patient id: value}}, a defaultdict each; other addons add keys, with one query for all."""
        paths = {"id": "id", "birth_date": "birth_date", "number": "number"}
        patients = self.env["clinic.patient.card"]._rows("clinic.patient", [("id", "in", patient_ids)], paths)
        ages = defaultdict(lambda: None)
        for patient in patients:
            if born := fields.Date.to_date(patient["birth_date"]):
                ages[patient["id"]] = relativedelta(day, born).years
        return {"age": ages, "risks": self._load_risks(patient_ids), "last_note": self._load_last_notes(patient_ids)}

    @api.model
    def _load_risks(self, patient_ids):
        domain = [("patient_id", "in", patient_ids), ("current", "=", True)]
        risks = defaultdict(list)
        for risk in self.env["clinic.patient.card"]._load_risk_rows(domain):
            risks[risk["patient_id"]].append(risk)
        return risks

    @api.model
    def _load_last_notes(self, patient_ids):
        """Return {patient id: {"date", "text"}}, the first line of the signed note about the latest day.

        That is the day of its procedure: notes of older ones may have been signed, amended or entered later.
        """
        self.env["clinic.note"].flush_model()
        self.env["clinic.procedure"].flush_model()
        # Of those for whom the user cares.
        query = SQL(
            """
            SELECT patient.id, note.date, note.body
              FROM unnest(%s::integer[]) AS patient(id)
        CROSS JOIN LATERAL (
                       SELECT COALESCE(procedure.start, note.signed_at) AS date, note.body
                         FROM clinic_note note
                    LEFT JOIN clinic_procedure procedure ON procedure.id = note.procedure_id
                        WHERE note.state = 'signed'
                          AND note.patient_id IN (
                                  SELECT patient.id
                               UNION ALL
                                  SELECT id FROM clinic_patient WHERE merged_into_id = patient.id
                              )
                     ORDER BY date DESC, note.signed_at DESC, note.id DESC
                        LIMIT 1
                   ) AS note
            """,
            patient_ids,
        )
        notes = defaultdict(lambda: None)
        for patient_id, date, body in self.env.execute_query(query):
            text = " ".join(html2plaintext(body or "").split())
            notes[patient_id] = {"date": fields.Datetime.to_string(date), "text": text[:NOTE_LENGTH]}
        return notes
