from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.clinic.door import a_count, a_form, an_id, takes

PAGE = 40
LARGEST_PAGE = 100
FILTERS = {"treatment_id", "area_id", "problem_id"}
# Seen first to last.
SEVERITIES = ("severe", "moderate", "mild")


class ClinicPatientCard(models.AbstractModel):
    """All that a practitioner takes in at once of a patient, in a number of queries that no history makes longer.

    Each section is one statement that follows the fields of its model, instead of records that are read one by one.
    Other addons add to what ``_prepare_head``, ``_prepare_sections`` and ``_prepare_entries`` return.
    """

    _name = "clinic.patient.card"
    _description = "Patient Card"

    @takes(
        patient_id=an_id(),
        offset=a_count(),
        limit=a_count(1, LARGEST_PAGE),
        filters=a_form(**{name: an_id(optional=True) for name in sorted(FILTERS)}),
    )
    @api.model
    def load(self, patient_id, offset=0, limit=PAGE, filters=None):
        """Return the record of a patient, ready for JSON; all moments are UTC.

        The first page has the whole card, the later ones ``entries`` alone. A patient of another branch comes back as
        ``{"locked": True, …}`` until the user asks for ``break_glass``.

        :param patient_id: id of the ``clinic.patient``
        :param offset: how many procedures of the history to leave out, the newest being the first
        :param limit: how many procedures to return
        :param filters: {"treatment_id" | "area_id" | "problem_id": id}, all of which must hold
        :raises AccessError: for those who may not read clinical records
        :raises UserError: when a parameter makes no sense
        """
        filters = {name: value for name, value in (filters or {}).items() if value}
        patient = self._check_patient(patient_id)
        if not self._may_open(patient):
            self.env["clinic.access.log"]._log(patient, "denied")
            return {"locked": True, "patient": self._prepare_locked(patient)}
        # Whichever page is asked for first; those that follow are the same opening.
        self.env["clinic.access.log"]._log(patient, "open")
        history = self._load_history(patient, offset, limit, filters)
        if offset or filters:
            return history
        return {**self._prepare_head(patient), **self._prepare_sections(patient), **history}

    # -- who may look -------------------------------------------------------------------------------------------------

    @api.model
    def _check_patient(self, patient_id):
        """Return the patient; raise when there is none, or the user has no business with clinical records."""
        if not self.env.user.has_group("clinic.group_cosmetologist"):
            raise AccessError(self.env._("The clinical record is for those who treat patients."))
        patient = self.env["clinic.patient"].browse(patient_id).exists()
        if not patient:
            raise UserError(self.env._("This patient does not exist any more."))
        patient.check_access("read")
        # Links and bookmarks to a patient who was merged lead to the one who is kept.
        return patient._kept()

    @api.model
    def _may_open(self, patient):
        """Return whether the user cares for the patient, or was admitted for a while."""
        return bool(patient._in_care())

    @api.model
    def _prepare_locked(self, patient):
        """Return who it is, and the user's own branches that care for the patient, to which to switch."""
        # Of the branches only those are named in which the user works.
        own = patient._care_branches(self.env.user.company_ids)
        return {
            "id": patient.id,
            "name": patient.name,
            "number": patient.number,
            # A branch's name is no secret, though only its own staff read its settings.
            "branch": patient.sudo().branch_id.name,
            "own_branches": [{"id": branch.id, "name": branch.name} for branch in own.sudo()],
        }

    # -- reading ------------------------------------------------------------------------------------------------------

    @api.model
    def _rows(self, model, domain, paths, **search):
        """Return the records of ``model`` as dictionaries of what stands at the end of each path, in one query."""
        # The caller may open this patient's record: that is all of it, whatever branch it was written in.
        records = self.env[model].sudo().with_context(active_test=False)
        query = records._search(Domain(domain), **search)
        columns = [records._clinic_path_to_sql(path, query) for path in paths.values()]
        return [
            dict(zip(paths, map(self._to_json, row), strict=True))
            for row in self.env.execute_query(query.select(*columns))
        ]

    @api.model
    def _to_json(self, value):
        if isinstance(value, datetime):
            return fields.Datetime.to_string(value)
        return fields.Date.to_string(value) if isinstance(value, date) else value

    @api.model
    def _labels(self, model, name):
        """Return {value: word} of a selection in the user's language."""
        return dict(self.env[model]._fields[name]._description_selection(self.env))

    @api.model
    def _today(self):
        return self.env.company._clinic_today()

    # -- sections -----------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_head(self, patient):
        """Return what stands at the top of the card: who it is, the risks, and what comes next."""
        today, ahead = self._load_visits(patient)
        return {
            "locked": False,
            "zone": self.env.company._clinic_timezone().zone,
            "patient": self._load_patient(patient),
            "risks": self._load_risks(patient),
            "today": today,
            "ahead": ahead,
        }

    @api.model
    def _prepare_sections(self, patient):
        """Return the parts of the card beside the history, each under its own key; other addons add theirs."""
        courses = self._load_scores(patient)
        problems = self._load_problems(patient, courses)
        return {
            "problems": problems,
            # Those of no problem in particular.
            "scores": courses[None],
            "outcomes": self._load_outcomes(patient),
            "choices": self._prepare_choices(patient, problems),
        }

    @api.model
    def _load_patient(self, patient):
        paths = {name: name for name in ("id", "name", "number", "sex", "birth_date", "phone")}
        paths["skin_type"] = "noted_skin_type"
        [values] = self._rows("clinic.patient", [("id", "=", patient.id)], paths)
        born = fields.Date.to_date(values["birth_date"])
        return {
            **values,
            "age": relativedelta(self._today(), born).years if born else None,
            "sex": self._labels("clinic.patient", "sex").get(values["sex"]),
            "skin_type": self._labels("clinic.patient", "skin_type").get(values["skin_type"]),
        }

    @api.model
    def _load_risks(self, patient):
        """Return the risks that hold today, the gravest first."""
        domain = [("patient_id", "=", patient.id), ("current", "=", True)]
        return self._load_risk_rows(domain)

    @api.model
    def _load_risk_rows(self, domain):
        """Return the risks of ``domain``, the gravest first, with the words for them."""
        paths = {
            "id": "id",
            "patient_id": "patient_id",
            "name": "kind_id.name",
            "type": "type",
            "severity": "severity",
            "date_from": "date_from",
            "date_to": "date_to",
            "description": "description",
        }
        kinds, severities = self._labels("clinic.risk", "type"), self._labels("clinic.risk", "severity")
        rows = self._rows("clinic.risk", domain, paths, order="date_from DESC, id DESC")
        rows.sort(key=lambda row: SEVERITIES.index(row["severity"]) if row["severity"] in SEVERITIES else -1)
        return [{**row, "kind": kinds.get(row["type"]), "grade": severities.get(row["severity"])} for row in rows]

    @api.model
    def _load_visits(self, patient):
        """Return the procedures of today and those planned for later, by time.

        One is worked on ``here`` alone, no matter who sees what another branch does.
        """
        paths = {
            "id": "id",
            "visit_id": "visit_id",
            "start": "start",
            "stop": "stop",
            "state": "state",
            "visit_state": "visit_id.state",
            "arrived_at": "visit_id.arrived_at",
            "treatment": "treatment_id.name",
            "practitioner": "practitioner_id.name",
            "user_id": "practitioner_id.user_id",
            "room": "room_id.name",
            "company_id": "company_id",
            "branch": "company_id.name",
        }
        midnight, next_midnight = self.env.company._clinic_days(self._today())
        domain = [
            ("patient_id", "=", patient.id),
            "|",
            ("start", ">=", midnight),
            ("state", "=", "in_progress"),
            ("state", "!=", "cancelled"),
            ("visit_id.state", "not in", ("held", "cancelled", "no_show")),
        ]
        rows = self._rows("clinic.procedure", domain, paths, order="start, id", limit=20)
        limit = fields.Datetime.to_string(next_midnight)
        for row in rows:
            row["mine"] = row.pop("user_id") == self.env.uid
            row["here"] = row["company_id"] in self.env.companies.ids
        return [row for row in rows if row["start"] < limit], [row for row in rows if row["start"] >= limit]
