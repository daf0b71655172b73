from odoo import fields, models
from odoo.tools import SQL

from ..const import SEGMENTS
from ..nps import interval_sql

COUNTS = ("answers", *(f"{key}s" for key, _label in SEGMENTS))
SCORES = ("nps", "nps_low", "nps_high")


class ClinicFeedbackReport(models.Model):
    """The answers by branch, practitioner, treatment and day: one row for each procedure that was done in the visit.

    Whatever the group, an answer counts once in it: by branch or month once a visit, by practitioner or treatment once
    for each that the visit had. So each group's interval is that of its answers: a patient who has answered about
    two visits counts twice. See ``nps`` for how it is computed.
    """

    _name = "clinic.feedback.report"
    _description = "Feedback Analysis"
    _inherit = ["clinic.confidential.mixin"]
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "visit_id"
    # A report of groups; its rows are the answers, which are logged where they are read.
    _clinic_logs_lists = False

    feedback_id = fields.Many2one("clinic.feedback", readonly=True)
    visit_id = fields.Many2one("clinic.visit", readonly=True)
    company_id = fields.Many2one("res.company", string="Branch", readonly=True)
    practitioner_id = fields.Many2one("clinic.practitioner", readonly=True)
    treatment_id = fields.Many2one("product.template", readonly=True)
    day = fields.Date(readonly=True, help="On which it was answered, in the branch's time zone.")
    segment = fields.Selection(SEGMENTS, readonly=True)
    score = fields.Integer(readonly=True, aggregator=None)
    answers = fields.Integer(readonly=True)
    detractors = fields.Integer(readonly=True, help="0 to 6.")
    passives = fields.Integer(readonly=True, help="7 and 8.")
    promoters = fields.Integer(readonly=True, help="9 and 10.")
    nps = fields.Float(
        "NPS", digits=(16, 1), readonly=True, aggregator="avg", help="Net promoter score, from -100 to 100."
    )
    nps_low = fields.Float(
        "NPS From", digits=(16, 1), readonly=True, aggregator="avg", help="Lower end of the 95 % confidence interval."
    )
    nps_high = fields.Float(
        "NPS To", digits=(16, 1), readonly=True, aggregator="avg", help="Upper end of the 95 % confidence interval."
    )

    _depends = {
        "clinic.feedback": ["visit_id", "company_id", "answered_on", "score", "segment", "is_trial"],
        "clinic.procedure": ["visit_id", "practitioner_id", "treatment_id", "state"],
    }

    @property
    def _table_query(self):
        score, low, high = interval_sql(
            SQL("1"), SQL("(f.segment = 'promoter')::int"), SQL("(f.segment = 'detractor')::int")
        )
        return SQL(
            """
            SELECT f.id * 100 + row_number() OVER (PARTITION BY f.id ORDER BY p.id) AS id,
                   f.id AS feedback_id, f.visit_id, f.company_id, p.practitioner_id, p.treatment_id,
                   f.answered_on AS day, f.segment, f.score, 1 AS answers,
                   (f.segment = 'detractor')::int AS detractors, (f.segment = 'passive')::int AS passives,
                   (f.segment = 'promoter')::int AS promoters,
                   %s AS nps, %s AS nps_low, %s AS nps_high
              FROM clinic_feedback f
         LEFT JOIN clinic_procedure p ON p.visit_id = f.visit_id AND p.state = 'done'
             WHERE f.is_trial IS NOT TRUE
            """,
            score,
            low,
            high,
        )

    def _confidential_patients(self):
        # As of the answers: the log must know them especially when the user may not read them.
        return self.sudo().exists().feedback_id.patient_id

    def _read_group_select(self, aggregate_spec, query):
        """Count each answer once, and compute the score and its interval of the group's own numbers."""
        name, _colon, aggregator = aggregate_spec.partition(":")
        if aggregator == "sum" and name in COUNTS:
            return self._count_sql(name, query)
        if aggregator == "avg" and name in SCORES:
            counts = [self._count_sql(key, query) for key in ("answers", "promoters", "detractors")]
            return interval_sql(*counts)[SCORES.index(name)]
        return super()._read_group_select(aggregate_spec, query)

    def _count_sql(self, name, query):
        """Return how many answers of the group are in the column ``name``, each counted once."""
        return SQL(
            "COUNT(DISTINCT CASE WHEN %s > 0 THEN %s END)",
            self._field_to_sql(self._table, name, query),
            self._field_to_sql(self._table, "feedback_id", query),
        )
