from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..nps import interval_sql

MONTHS = 3


class ClinicNps(models.Model):
    """The net promoter score of each branch, practitioner and treatment, by month and over three months.

    It names no patient. Of fewer than five patients one could guess who said what: those groups are shown to managers
    only, and to the practitioner whom they are about; see the record rules. A patient who has answered about several
    visits counts with each answer, and the interval is that of answers.
    """

    _name = "clinic.nps"
    _description = "Net Promoter Score"
    _auto = False
    _order = "dimension, company_id, answers desc, month desc, id"
    _rec_name = "name"

    dimension = fields.Selection(
        [("branch", "Branch"), ("practitioner", "Practitioner"), ("treatment", "Treatment")], string="Of", readonly=True
    )
    name = fields.Char(compute="_compute_name", search="_search_name", string="Group")
    company_id = fields.Many2one("res.company", string="Branch", readonly=True)
    practitioner_id = fields.Many2one("clinic.practitioner", readonly=True)
    treatment_id = fields.Many2one("product.template", readonly=True)
    period = fields.Selection([("recent", "Last three months"), ("month", "Month")], readonly=True)
    month = fields.Date(readonly=True, help="Its first day.")
    time = fields.Char(compute="_compute_time")
    answers = fields.Integer(readonly=True, aggregator=None)
    patients = fields.Integer(readonly=True, aggregator=None, help="Who have given these answers.")
    promoters = fields.Integer(readonly=True, aggregator=None)
    passives = fields.Integer(readonly=True, aggregator=None)
    detractors = fields.Integer(readonly=True, aggregator=None)
    nps = fields.Float("NPS", digits=(16, 1), readonly=True, aggregator=None)
    nps_low = fields.Float("From", digits=(16, 1), readonly=True, aggregator=None)
    nps_high = fields.Float("To", digits=(16, 1), readonly=True, aggregator=None)

    _depends = {
        "clinic.feedback": ["visit_id", "patient_id", "company_id", "answered_on", "segment", "is_trial"],
        "clinic.procedure": ["visit_id", "practitioner_id", "treatment_id", "state"],
    }

    @api.depends("dimension")
    def _compute_name(self):
        # Who may read the row may read of whom it is; accountants open no practitioner.
        for row, known in zip(self, self.sudo(), strict=True):
            row.name = (known.treatment_id or known.practitioner_id or known.company_id).display_name

    @api.depends("period", "month")
    @api.depends_context("lang")
    def _compute_time(self):
        recent = dict(self._fields["period"]._description_selection(self.env))["recent"]
        for row in self:
            row.time = format_date(self.env, row.month, date_format="MMMM y") if row.month else recent

    def _search_name(self, operator, value):
        if operator not in ("in", "=", "ilike", "like", "=ilike", "=like"):
            return NotImplemented
        found = [Domain("dimension", "=", "branch") & self._named("company_id", operator, value)]
        found += [self._named(name, operator, value) for name in ("practitioner_id", "treatment_id")]
        return Domain.OR(found)

    @api.model
    def _named(self, name, operator, value):
        """Return which rows have in their field ``name`` something of that name."""
        # As above.
        named = self.env[self._fields[name].comodel_name].sudo().with_context(active_test=False)
        return Domain(name, "in", named.search([("display_name", operator, value)]).ids)

    @api.model
    def _since(self):
        """Return the first day of the last three months."""
        return self.env.company._clinic_today() - relativedelta(months=MONTHS)

    @property
    def _table_query(self):
        score, low, high = interval_sql(SQL("n.answers"), SQL("n.promoters"), SQL("n.detractors"))
        return SQL(
            """
            WITH subject AS (
                SELECT 'branch' AS dimension, NULL::int AS practitioner_id, NULL::int AS treatment_id, f.id
                  FROM clinic_feedback f
                UNION
                SELECT 'practitioner', p.practitioner_id, NULL, f.id
                  FROM clinic_feedback f JOIN clinic_procedure p ON p.visit_id = f.visit_id AND p.state = 'done'
                UNION
                SELECT 'treatment', NULL, p.treatment_id, f.id
                  FROM clinic_feedback f JOIN clinic_procedure p ON p.visit_id = f.visit_id AND p.state = 'done'
            ), n AS (
                SELECT s.dimension, f.company_id, s.practitioner_id, s.treatment_id, span.period, span.month,
                       count(*) AS answers, count(DISTINCT f.patient_id) AS patients,
                       count(*) FILTER (WHERE f.segment = 'promoter') AS promoters,
                       count(*) FILTER (WHERE f.segment = 'passive') AS passives,
                       count(*) FILTER (WHERE f.segment = 'detractor') AS detractors
                  FROM subject s
                  JOIN clinic_feedback f ON f.id = s.id AND f.is_trial IS NOT TRUE
            CROSS JOIN LATERAL (
                           SELECT 'month' AS period, date_trunc('month', f.answered_on)::date AS month
                           UNION ALL
                           SELECT 'recent', NULL WHERE f.answered_on > %(since)s
                       ) AS span
              GROUP BY s.dimension, f.company_id, s.practitioner_id, s.treatment_id, span.period, span.month
            )
            SELECT row_number() OVER (
                       ORDER BY n.dimension, n.company_id, n.practitioner_id, n.treatment_id, n.period, n.month
                   ) AS id,
                   n.*, %(score)s AS nps, %(low)s AS nps_low, %(high)s AS nps_high
              FROM n
            """,
            since=self._since(),
            score=score,
            low=low,
            high=high,
        )
