from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class ClinicSegment(models.Model):
    """Which patients a campaign is for. What they were chosen by is health data: marketing never sees it."""

    _name = "clinic.segment"
    _description = "Segment"
    _order = "name, id"

    name = fields.Char(required=True, help="Seen by those alone who may see by what the patients are chosen.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, default=lambda self: self.env.company, index=True
    )
    branch_ids = fields.Many2many(
        "res.company", string="Home Branches", help="Patients of these branches; empty means the segment's own branch."
    )
    sex = fields.Selection([("female", "Female"), ("male", "Male"), ("other", "Other")])
    age_from = fields.Integer(help="In completed years.")
    age_to = fields.Integer(help="In completed years; zero means any age.")
    birthday_month = fields.Selection(
        [
            ("1", "January"),
            ("2", "February"),
            ("3", "March"),
            ("4", "April"),
            ("5", "May"),
            ("6", "June"),
            ("7", "July"),
            ("8", "August"),
            ("9", "September"),
            ("10", "October"),
            ("11", "November"),
            ("12", "December"),
        ],
        string="Birthday In",
    )
    new_days = fields.Integer("New Since (days)", help="Registered within so many days; zero means at any time.")
    lapsed_days = fields.Integer(
        "Away For (days)",
        help="Has been here, but not for so many days, and nothing is booked; zero does not ask.",
    )
    done_treatment_ids = fields.Many2many(
        "product.template",
        "clinic_segment_done_rel",
        "segment_id",
        "treatment_id",
        string="Has Had",
        domain=[("is_treatment", "=", True)],
        context={"active_test": False},
        help="One of these treatments was done.",
    )
    done_days = fields.Integer("Within (days)", help="It was done within so many days; zero means at any time.")
    never_treatment_ids = fields.Many2many(
        "product.template",
        "clinic_segment_never_rel",
        "segment_id",
        "treatment_id",
        string="Has Never Had",
        domain=[("is_treatment", "=", True)],
        context={"active_test": False},
        help="None of these treatments was ever done.",
    )
    patient_count = fields.Integer(compute="_compute_patient_count", string="Patients")
    campaign_ids = fields.One2many("clinic.campaign", "segment_id", string="Campaigns")

    _days_positive = models.Constraint(
        "CHECK (COALESCE(new_days, 0) BETWEEN 0 AND 36500 AND COALESCE(lapsed_days, 0) BETWEEN 0 AND 36500"
        " AND COALESCE(done_days, 0) BETWEEN 0 AND 36500)",
        "A number of days lies between 0 and 36,500.",
    )
    _ages = models.Constraint(
        "CHECK (COALESCE(age_from, 0) BETWEEN 0 AND 150 AND COALESCE(age_to, 0) BETWEEN 0 AND 150"
        " AND (COALESCE(age_to, 0) = 0 OR age_to >= COALESCE(age_from, 0)))",
        "An age lies between 0 and 150 years, and the first is not above the last.",
    )

    @api.depends(lambda self: self._criteria())
    def _compute_patient_count(self):
        for segment in self:
            if not segment._origin:
                segment.patient_count = 0
                continue
            segment._origin.check_access("read")
            found = segment.env.execute_query(SQL("SELECT COUNT(*) FROM (%s) AS found", segment._origin._found_sql()))
            segment.patient_count = found[0][0]

    @api.model
    def _criteria(self):
        """Return the names of the fields by which patients are chosen; other addons add theirs."""
        return [
            "company_id",
            "branch_ids",
            "sex",
            "age_from",
            "age_to",
            "birthday_month",
            "new_days",
            "lapsed_days",
            "done_treatment_ids",
            "done_days",
            "never_treatment_ids",
        ]

    def action_campaign(self):
        """Open a new campaign for these patients."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Campaign"),
            "res_model": "clinic.campaign",
            "views": [[False, "form"]],
            "context": {"default_segment_id": self.id},
        }

    # -- who is found -------------------------------------------------------------------------------------------------

    def _found_sql(self):
        """Return the SQL of the ids of the patients whom this segment finds: one statement, never one by one."""
        self.ensure_one()
        self.env.flush_all()
        segment = self.sudo()
        branches = segment.branch_ids & self.env.companies or segment.company_id
        return SQL(
            "SELECT p.id FROM clinic_patient p JOIN res_partner contact ON contact.id = p.partner_id"
            " WHERE p.active AND contact.active AND p.merged_into_id IS NULL AND p.branch_id = ANY(%s) AND %s",
            branches.ids,
            SQL(" AND ").join([SQL("TRUE"), *segment._conditions(segment.company_id._clinic_today())]),
        )

    def _conditions(self, today):
        """Return the conditions (SQL) on the patient ``p``; other addons add theirs."""
        self.ensure_one()
        conditions = [*self._person_conditions(today), *self._visit_conditions(today)]
        if self.done_treatment_ids:
            since = fields.Date.subtract(today, days=self.done_days) if self.done_days else None
            conditions.append(self._done_sql(self.done_treatment_ids, since))
        if self.never_treatment_ids:
            conditions.append(SQL("NOT %s", self._done_sql(self.never_treatment_ids)))
        return conditions

    def _person_conditions(self, today):
        conditions = []
        if self.sex:
            conditions.append(SQL("p.sex = %s", self.sex))
        if self.age_from:
            conditions.append(SQL("p.birth_date <= %s", today - relativedelta(years=self.age_from)))
        if self.age_to:
            conditions.append(SQL("p.birth_date > %s", today - relativedelta(years=self.age_to + 1)))
        if self.birthday_month:
            conditions.append(SQL("EXTRACT(MONTH FROM p.birth_date) = %s", int(self.birthday_month)))
        if self.new_days:
            conditions.append(SQL("p.create_date >= %s", self._begin(today, self.new_days)))
        return conditions

    def _visit_conditions(self, today):
        if not self.lapsed_days:
            return []
        visit = "EXISTS (SELECT FROM clinic_visit v WHERE v.patient_id IN %s AND %s)"
        away = SQL(
            "v.state IN ('arrived', 'in_progress', 'done') AND v.start >= %s", self._begin(today, self.lapsed_days)
        )
        ahead = SQL("v.state = 'booked' AND v.start >= %s", self._begin(today, 0))
        return [
            SQL(visit, self._united_sql(), SQL("v.state = 'done'")),
            SQL(f"NOT {visit}", self._united_sql(), away),
            SQL(f"NOT {visit}", self._united_sql(), ahead),
        ]

    def _begin(self, today, days):
        """Return when (naive UTC) the day begins that is so many days before ``today``."""
        return self.company_id._clinic_midnight(fields.Date.subtract(today, days=days))

    def _done_sql(self, treatments, since=None):
        """Return the SQL of whether one of ``treatments`` was done, on the day ``since`` or later."""
        return SQL(
            "EXISTS (SELECT FROM clinic_procedure done WHERE done.patient_id IN %s AND done.state = 'done'"
            " AND done.treatment_id = ANY(%s) AND %s)",
            self._united_sql(),
            treatments.ids,
            SQL("done.start >= %s", self.company_id._clinic_midnight(since)) if since else SQL("TRUE"),
        )

    @api.model
    def _united_sql(self):
        """Return the SQL of the ids of ``p`` and of those who were merged into it."""
        return SQL("(SELECT one.id FROM clinic_patient one WHERE one.id = p.id OR one.merged_into_id = p.id)")
