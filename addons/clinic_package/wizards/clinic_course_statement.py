from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date


class ClinicCourseStatement(models.TransientModel):
    """The statement of a course on a day, on screen and as a PDF in the patient's language."""

    _name = "clinic.course.statement"
    _description = "Statement of a Course"

    course_id = fields.Many2one("clinic.course", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="course_id.currency_id")
    day = fields.Date(
        string="On",
        required=True,
        default=lambda self: self.env.company._clinic_today(),
        help="At the end of this day.",
    )
    statement = fields.Html(compute="_compute_statement", sanitize=False)
    amount_total = fields.Monetary(compute="_compute_statement", string="Price")
    amount_paid = fields.Monetary(compute="_compute_statement", string="Paid")
    amount_due = fields.Monetary(compute="_compute_statement", string="Due")
    amount_recognised = fields.Monetary(compute="_compute_statement", string="Recognised")
    amount_deferred = fields.Monetary(compute="_compute_statement", string="Deferred")
    counts = fields.Char(compute="_compute_statement")

    @api.depends("course_id.name")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard.course_id.name

    @api.depends("course_id", "day")
    @api.depends_context("lang")
    def _compute_statement(self):
        for wizard in self:
            facts = wizard._load()
            for name in ("total", "paid", "due", "recognised", "deferred"):
                wizard[f"amount_{name}"] = facts[name]
            wizard.statement = wizard._sessions_html(facts)
            wizard.counts = self.env._(
                "%(sold)s sold · %(used)s used · %(left)s left",
                sold=facts["sold"],
                used=facts["used"],
                left=facts["left"],
            )

    def _load(self):
        """Return the statement; see ``clinic.course._statement``."""
        self.ensure_one()
        course = self.course_id._origin
        course.check_access("read")
        return course._statement(self.day)

    def _sessions_html(self, statement):
        """Return the sessions of ``statement`` as an HTML table."""
        currency = self.currency_id
        rows = [
            Markup(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class='text-end'>{}</td></tr>"
            ).format(
                row["number"],
                row["what"],
                row["state_name"],
                format_date(self.env, row["day"]) if row["state"] != "open" else "",
                row["practitioner"],
                currency.format(row["total"]),
            )
            for row in statement["sessions"]
        ]
        return Markup("<table class='table table-sm mb-0'>{}</table>").format(Markup().join(rows))

    def action_print(self):
        """Print the statement in the patient's language."""
        self.ensure_one()
        return self.env.ref("clinic_package.action_report_course_statement").report_action(self)
