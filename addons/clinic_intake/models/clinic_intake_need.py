from odoo import api, models
from odoo.tools import SQL, ormcache

READ = (
    "clinic.intake",
    "clinic.intake.form",
    "clinic.intake.proposal",
    "clinic.intake.version",
    "clinic.gate.override",
    "clinic.patient",
    "product.template",
)
NAMES = ("number", "form_id", "name", "mandatory", "state", "intake_id", "key", "lasts_until", "open_id", "overridden")
# In these the patient has something to do, in "unreviewed" a practitioner has.
OF_PATIENT = ("missing", "expired")


class ClinicIntakeNeed(models.AbstractModel):
    """Which intakes procedures need, and how those stand: one statement for any number of them.

    As with consents, it asks on nobody's behalf: the caller decides how much of it is shown.
    """

    _name = "clinic.intake.need"
    _description = "Intakes That Are Needed"

    @api.model
    @ormcache()
    def _is_used(self):
        """Return whether the clinic asks anything; a clinic without a published questionnaire pays nothing."""
        return bool(
            self.env["clinic.intake.version"]
            .sudo()
            .search_count([("state", "=", "published"), ("form_id.active", "=", True)], limit=1)
        )

    @api.model
    @ormcache()
    def _was_used(self):
        """Return whether patients may have told anything: what they told is shown after nobody is asked any more."""
        return bool(self.env["clinic.intake.version"].sudo().search_count([("state", "!=", "draft")], limit=1))

    @api.model
    def _find(self, asked):
        """Return which intakes are needed as dicts.

        They tell the ``number`` that was asked for, ``form_id``, its ``name``, whether it is ``mandatory``, the
        ``state`` ("ok", "missing", "expired", or "unreviewed" while something that the patient has said is undecided),
        the last ``intake_id``, the ``key`` of the gate's reason, until when one that is sent today ``lasts_until``, the
        newest proposal that is undecided (``open_id``), and whether the reason is ``overridden``.

        :param asked: a list of (number, patient id, treatment id, day); the number is that of a procedure, or 0
        """
        if not asked or not self._is_used():
            return []
        for model in READ:
            self.env[model].flush_model()
        rows = self.env.execute_query(self._statement(asked))
        return [dict(zip(NAMES, row, strict=True)) for row in rows]

    @api.model
    def _of_patient(self, asked):
        """As ``_find``, but only what the patient can fill in now: what is sent today still counts on its day."""
        days = {number: day for number, _patient, _treatment, day in asked}
        return [
            row
            for row in self._find(asked)
            if row["state"] in OF_PATIENT and (not row["lasts_until"] or row["lasts_until"] >= days[row["number"]])
        ]

    @api.model
    def _statement(self, asked):
        numbers, patients, treatments, days = zip(*asked, strict=True)
        return SQL(
            """
            WITH asked AS (
                SELECT * FROM unnest(%(numbers)s::int[], %(patients)s::int[], %(treatments)s::int[], %(days)s::date[])
                              AS asked (number, patient_id, treatment_id, day)
            ), found AS (
                SELECT asked.number, form.id AS form_id, form.name, form.mandatory, form.sequence, last.id AS intake_id,
                       CASE WHEN form.months > 0
                            THEN (%(today)s::date + form.months * interval '1 month')::date - 1 END AS lasts_until,
                       CASE
                           WHEN last.id IS NULL THEN 'missing'
                           WHEN form.months > 0 AND last.sent_on + form.months * interval '1 month' <= asked.day
                           THEN 'expired'
                           WHEN open.id IS NOT NULL THEN 'unreviewed'
                           ELSE 'ok'
                       END AS state, open.id AS open_id
                  FROM asked
                  JOIN product_template treatment ON treatment.id = asked.treatment_id
             LEFT JOIN product_category category ON category.id = treatment.categ_id
                  JOIN clinic_intake_form form ON form.active AND %(asks)s
             LEFT JOIN LATERAL (%(last)s) AS last ON TRUE
            CROSS JOIN LATERAL (%(open)s) AS open
            ), keyed AS (
                SELECT *, concat('intake-', state, '-', form_id, '-', CASE state WHEN 'unreviewed' THEN open_id
                                                                      ELSE COALESCE(intake_id, 0) END) AS key
                  FROM found
            )
            SELECT number, form_id, name, mandatory, state, intake_id, key, lasts_until, open_id,
                   EXISTS (SELECT 1 FROM clinic_gate_override override
                            WHERE override.procedure_id = keyed.number AND keyed.number > 0
                              AND override.key = keyed.key)
              FROM keyed
          ORDER BY number, sequence, form_id
            """,
            numbers=list(numbers),
            patients=list(patients),
            treatments=list(treatments),
            days=list(days),
            asks=self._asks_at_clinic(),
            last=self._last(),
            open=self._open(),
            today=self.env.company._clinic_today(),
        )

    @api.model
    def _asks_at_clinic(self):
        """Return the condition that ``form`` is asked for before ``treatment`` at the clinic, by link or portal.

        Other addons know forms that are asked elsewhere.
        """
        return self._asks()

    @api.model
    def _asks(self):
        """Return the condition that ``form`` is asked for before ``treatment``."""
        return SQL(
            """
            (form.for_all
             OR EXISTS (SELECT 1 FROM clinic_intake_form_treatment_rel rel
                         WHERE rel.form_id = form.id AND rel.treatment_id = treatment.id)
             OR EXISTS (SELECT 1 FROM clinic_intake_form_category_rel rel
                         WHERE rel.form_id = form.id
                           AND rel.category_id::text = ANY (string_to_array(category.parent_path, '/'))))
            AND EXISTS (SELECT 1 FROM clinic_intake_version published
                         WHERE published.form_id = form.id AND published.state = 'published')
            """
        )

    @api.model
    def _people(self):
        """Return the statement for the entries of the patient: what was sent for a merged one counts."""
        return SQL(
            "SELECT asked.patient_id UNION ALL SELECT id FROM clinic_patient WHERE merged_into_id = asked.patient_id"
        )

    @api.model
    def _last(self):
        return SQL(
            """
            SELECT intake.id, intake.sent_on
              FROM clinic_intake intake
             WHERE intake.form_id = form.id AND intake.patient_id IN (%s)
          ORDER BY intake.sent_at DESC, intake.id DESC
             LIMIT 1
            """,
            self._people(),
        )

    @api.model
    def _open(self):
        """Return the statement for the newest of what a practitioner has still to decide."""
        return SQL(
            """
            SELECT max(proposal.id) AS id FROM clinic_intake_proposal proposal
             WHERE proposal.state = 'open' AND proposal.patient_id IN (%s)
            """,
            self._people(),
        )
