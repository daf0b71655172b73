from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

READ = {
    "clinic.visit": ["patient_id", "company_id", "state", "start", "booked_by_id", "arrived_by_id"],
    "clinic.procedure": ["visit_id", "practitioner_id", "state"],
    "clinic.practitioner": ["user_id"],
    "clinic.patient": ["merged_into_id", "registered_branch_id"],
    "clinic.patient.merge": ["kept_id", "user_id", "merged_at", "undone_at", "is_blind"],
    "clinic.break.glass": ["patient_id", "user_id", "until"],
    "res.company": ["clinic_care_hours", "clinic_care_months", "clinic_own_check_in"],
}


class ClinicPatient(models.Model):
    """Who cares for a patient, and so may open the clinical record: the one place that says so.

    A branch cares for the patients who come to it. That somebody comes is nothing that a person can say to themselves:
    a visit counts for a user once another one has booked it or noted the arrival.

    * Booked by somebody else: from ``clinic_care_hours`` before its time until a day after it.
    * Arrived, in treatment or done, and booked or checked in by somebody else: for ``clinic_care_months``. With
      ``clinic_own_check_in``, for a branch in which one person works, the own check-in counts as well; it stands on
      the privacy officer's list.
    * A hold, a cancelled or a missed visit never counts, and neither does ``branch_id``, which the front desk changes.
    * The branch that registered a patient cares for ``clinic_care_months`` from then on, as long as no visit was ever
      booked in another branch: whatever is on record was written in that branch. So who registers a new patient treats
      and writes at once, no matter who is at the desk.
    * Who performs a procedure of such a visit opens the record whatever branch is chosen.
    * Anyone who merged two patients without caring for both goes by the visits that were booked after the merge.
    * Anyone else asks for access in an emergency (``break_glass``), with a reason that the privacy officer reads.

    Branches are those that the user has chosen among their own. Record rules ask for ``is_in_care``; what is read past
    them asks ``_in_care``.
    """

    _inherit = "clinic.patient"

    registered_branch_id = fields.Many2one(
        "res.company",
        string="Registered In",
        compute="_compute_registered_branch_id",
        store=True,
        precompute=True,
        copy=False,
        help="The branch that registered the patient. It stays what it is when the home branch changes.",
    )
    is_in_care = fields.Boolean(
        string="In Care",
        compute="_compute_is_in_care",
        search="_search_is_in_care",
        help="The user may open the clinical record in the chosen branches.",
    )

    @api.depends()
    def _compute_registered_branch_id(self):
        for patient in self:
            patient.registered_branch_id = patient.branch_id

    @api.depends(
        "merged_into_id",
        "registered_branch_id",
        "visit_ids.company_id",
        "visit_ids.state",
        "visit_ids.start",
        "visit_ids.booked_by_id",
        "visit_ids.arrived_by_id",
        "break_glass_ids.until",
    )
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_in_care(self):
        cared = self._in_care()
        for patient in self:
            patient.is_in_care = patient._origin in cared

    def _search_is_in_care(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._flush_care()
        branches = self.env.companies.ids

        def is_cared_for(model, alias, _query):
            return model._care_sql(SQL.identifier(alias), branches)

        found = Domain.custom(to_sql=is_cared_for, predicate=lambda patient: patient.is_in_care)
        return found if True in value else ~found

    def _in_care(self, branches=None):
        """Return those of these patients whose record the user may open.

        :param branches: in these ``res.company`` instead of the chosen ones
        """
        if not self._origin:
            return self._origin
        self._flush_care()
        branches = self.env.companies if branches is None else branches
        query = SQL(
            "SELECT patient.id FROM clinic_patient patient WHERE patient.id = ANY(%s) AND %s",
            list(self._origin.ids),
            self._care_sql(SQL.identifier("patient"), branches.ids),
        )
        return self.browse(id_ for (id_,) in self.env.execute_query(query))

    def _care_branches(self, branches):
        """Return those of ``branches`` in which the user may open this patient's record."""
        self.ensure_one()
        self._flush_care()
        patient = SQL.identifier("patient")
        query = SQL(
            """
            SELECT care.branch_id
              FROM clinic_patient patient
        CROSS JOIN LATERAL (SELECT visit.company_id AS branch_id %s UNION SELECT branch.id %s) AS care
             WHERE patient.id = %s
            """,
            self._care_visits_sql(patient),
            self._care_registration_sql(patient),
            self.id,
        )
        found = {id_ for (id_,) in self.env.execute_query(query)}
        return branches.filtered(lambda branch: branch.id in found)

    def _flush_care(self):
        for model, names in READ.items():
            self.env[model].flush_model(names)

    # -- the statement ------------------------------------------------------------------------------------------------

    @api.model
    def _care_sql(self, patient, branches):
        """Return the condition that the user may open the record of ``patient``, a row of ``clinic_patient``.

        All of it is correlated: only the visits of the patients in question are read, not a clinic's ten years.

        :param patient: the alias of the row, as SQL
        :param branches: ids of the branches that count
        """
        return SQL(
            """
            (
                EXISTS (
                    SELECT %(visits)s
                       AND (
                               visit.company_id = ANY(%(branches)s)
                               OR EXISTS (
                                   SELECT
                                     FROM clinic_procedure own
                                     JOIN clinic_practitioner person ON person.id = own.practitioner_id
                                    WHERE own.visit_id = visit.id AND own.state != 'cancelled'
                                      AND person.user_id = %(user)s
                               )
                           )
                )
                OR EXISTS (SELECT %(registration)s AND branch.id = ANY(%(branches)s))
                OR EXISTS (
                    SELECT
                      FROM clinic_break_glass glass
                     WHERE glass.patient_id IN (%(patient)s.id, %(patient)s.merged_into_id)
                       AND glass.user_id = %(user)s AND glass.until > %(now)s
                )
            )
            """,
            visits=self._care_visits_sql(patient),
            registration=self._care_registration_sql(patient),
            patient=patient,
            branches=list(branches),
            user=self.env.uid,
            now=fields.Datetime.now(),
        )

    @api.model
    def _care_visits_sql(self, patient):
        """Return FROM and WHERE of each ``visit`` of ``patient`` by which its branch cares for the patient."""
        return SQL(
            """
              FROM clinic_visit visit
              JOIN res_company branch ON branch.id = visit.company_id
             WHERE visit.patient_id = COALESCE(%(patient)s.merged_into_id, %(patient)s.id)
               AND CASE
                   WHEN visit.state = 'booked' THEN
                       visit.booked_by_id != %(user)s
                       AND visit.start > %(now)s::timestamp - interval '1 day'
                       AND visit.start < %(now)s::timestamp + branch.clinic_care_hours * interval '1 hour'
                   WHEN visit.state IN ('arrived', 'in_progress', 'done') THEN
                       (
                           visit.booked_by_id != %(user)s
                           OR visit.arrived_by_id != %(user)s
                           OR (branch.clinic_own_check_in AND visit.arrived_by_id = %(user)s)
                       )
                       AND visit.start > %(now)s::timestamp - branch.clinic_care_months * interval '1 month'
                   ELSE FALSE END
               AND NOT %(is_blind)s
            """,
            patient=patient,
            user=self.env.uid,
            now=fields.Datetime.now(),
            is_blind=self._blind_sql(SQL("visit.patient_id"), SQL("visit.create_date")),
        )

    @api.model
    def _care_registration_sql(self, patient):
        """Return FROM and WHERE of the ``branch`` that cares for ``patient`` because it registered them."""
        return SQL(
            """
              FROM clinic_patient kept
              JOIN res_company branch ON branch.id = kept.registered_branch_id
             WHERE kept.id = COALESCE(%(patient)s.merged_into_id, %(patient)s.id)
               AND kept.create_date > %(now)s::timestamp - branch.clinic_care_months * interval '1 month'
               AND NOT EXISTS (
                   SELECT
                     FROM clinic_visit elsewhere
                    WHERE elsewhere.patient_id = kept.id AND elsewhere.company_id != branch.id
                      AND elsewhere.state != 'held'
               )
               AND NOT %(is_blind)s
            """,
            patient=patient,
            now=fields.Datetime.now(),
            is_blind=self._blind_sql(SQL("kept.id"), SQL("kept.create_date")),
        )

    @api.model
    def _blind_sql(self, kept, since):
        """Return the condition that the user has merged another patient into ``kept`` without caring for both.

        What began before the merge, at ``since``, then tells nothing of both.
        """
        merges = SQL(
            "FROM clinic_patient_merge merge WHERE merge.user_id = %s AND merge.is_blind AND merge.undone_at IS NULL",
            self.env.uid,
        )
        # The first condition, which is almost always enough, is the same for all patients: it is looked up once.
        return SQL(
            "(%(kept)s IN (SELECT merge.kept_id %(merges)s)"
            " AND EXISTS (SELECT %(merges)s AND merge.kept_id = %(kept)s AND %(since)s <= merge.merged_at))",
            kept=kept,
            merges=merges,
            since=since,
        )
