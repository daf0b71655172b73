from odoo import api, fields, models
from odoo.tools import SQL

from ..const import FEW, NOT_BOOKED, RESULT_DAYS


class ClinicCampaign(models.Model):
    """What came of a campaign: who booked within a week of being written to, beside who did without."""

    _inherit = "clinic.campaign"

    recipient_count = fields.Integer(compute="_compute_counts", compute_sudo=True, string="Chosen")
    sent_count = fields.Integer(compute="_compute_counts", compute_sudo=True, string="Written To")
    left_out_count = fields.Integer(compute="_compute_counts", compute_sudo=True, string="Left Out")
    control_count = fields.Integer(compute="_compute_counts", compute_sudo=True, string="Control Group")
    left_out_text = fields.Text(compute="_compute_counts", compute_sudo=True, string="Why Left Out")
    booked_count = fields.Integer(
        compute="_compute_results",
        compute_sudo=True,
        string="Booked",
        help="Of those written to: who booked within 7 days, and has neither cancelled nor stayed away. Marketing sees "
        "it from 10 people on.",
    )
    booked_rate = fields.Float(compute="_compute_results", compute_sudo=True, string="Booking Rate")
    control_booked_count = fields.Integer(
        compute="_compute_results",
        compute_sudo=True,
        string="Booked Without It",
        help="Of the control group: who booked within 7 days of the day on which the campaign began.",
    )
    control_booked_rate = fields.Float(compute="_compute_results", compute_sudo=True, string="Rate Without It")
    lift = fields.Float(
        compute="_compute_results",
        compute_sudo=True,
        string="Brought by It",
        help="The booking rate of those written to, less that of the control group, in percentage points.",
    )

    def _compute_counts(self):
        recipients = self.env["clinic.campaign.recipient"]
        shown = dict(recipients._fields["reason"]._description_selection(self.env))
        groups = recipients._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "state", "reason"], ["__count"]
        )
        counts = {}
        for campaign, state, reason, count in groups:
            counts.setdefault(campaign.id, []).append((state, reason, count))
        for campaign in self:
            found = counts.get(campaign._origin.id, [])
            by_state = {
                state: sum(count for other, _reason, count in found if other == state)
                for state in ("drawn", "sent", "left_out", "control")
            }
            campaign.recipient_count = by_state["drawn"] + by_state["sent"]
            campaign.sent_count = by_state["sent"]
            campaign.left_out_count = by_state["left_out"]
            campaign.control_count = by_state["control"]
            lines = [f"{shown[reason]}: {count}" for state, reason, count in found if state == "left_out"]
            campaign.left_out_text = "\n".join(sorted(lines)) or False

    @api.depends_context("uid")
    def _compute_results(self):
        results = self._results()
        if self._is_for_marketing():
            results = {key: result for key, result in results.items() if result["people"] >= FEW}
        for campaign in self:
            sent = results.get((campaign._origin.id, "sent"), {})
            control = results.get((campaign._origin.id, "control"), {})
            campaign._set_results(sent, control)

    def _is_for_marketing(self):
        """Return whether the user may know the recipients' names alone."""
        user = self.env.user
        may_know = user.has_group("clinic.group_manager") or user.has_group("clinic.group_practitioner")
        return user.has_group("clinic_campaign.group_marketing") and not may_know

    def _set_results(self, sent, control):
        """Fill in what ``sent`` and ``control`` say of those written to and of the control group."""
        self.ensure_one()
        self.booked_count = sent.get("booked", 0)
        self.booked_rate = _share(sent)
        self.control_booked_count = control.get("booked", 0)
        self.control_booked_rate = _share(control)
        self.lift = self.booked_rate - self.control_booked_rate if sent and control else 0.0

    def _results(self):
        """Return {(campaign id, "sent" or "control"): {column: value}} of these campaigns."""
        self.env.flush_all()
        columns = self._result_columns()
        selected = SQL(", ").join(SQL("%s AS %s", value, SQL.identifier(name)) for name, value in columns.items())
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH asked AS (
                    SELECT r.id, r.campaign_id, r.state, COALESCE(p.merged_into_id, p.id) AS patient_id,
                           COALESCE(r.sent_at, begun.at) AS since, c.utm_campaign_id
                      FROM clinic_campaign_recipient r
                      JOIN clinic_campaign c ON c.id = r.campaign_id
                      JOIN clinic_patient p ON p.id = r.patient_id
 LEFT JOIN LATERAL (SELECT MIN(sent_at) AS at FROM clinic_campaign_recipient
                     WHERE campaign_id = r.campaign_id AND state = 'sent') AS begun ON TRUE
                     WHERE r.campaign_id = ANY(%(campaigns)s) AND r.state IN ('sent', 'control')),
                     brought AS (
                    SELECT asked.id, v.id AS visit_id
                      FROM asked
                      JOIN clinic_visit v ON v.patient_id = asked.patient_id AND v.create_date >= asked.since
                       AND v.create_date < asked.since + make_interval(days => %(days)s)
                       AND v.state != ALL(%(not_booked)s)
                       -- One visit is brought by one campaign: the last that its patient was written to.
                       AND (asked.state = 'control' OR v.campaign_id = asked.utm_campaign_id))
                SELECT asked.campaign_id, asked.state, %(columns)s
                  FROM asked
              GROUP BY asked.campaign_id, asked.state
                """,
                campaigns=self.ids,
                days=RESULT_DAYS,
                not_booked=list(NOT_BOOKED),
                columns=selected,
            )
        )
        return {(row["campaign_id"], row["state"]): row for row in rows}

    def _result_columns(self):
        """Return {name: SQL} of what is counted of those ``asked`` and of the visits they were ``brought`` to.

        Other addons add theirs.
        """
        return {
            "people": SQL("COUNT(*)"),
            "booked": SQL("COUNT(*) FILTER (WHERE EXISTS (SELECT FROM brought WHERE brought.id = asked.id))"),
        }

    def action_booked(self):
        """Open the visits that stand for this campaign: booked within the days after it was sent."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Visits: %s", self.name),
            "res_model": "clinic.visit",
            "view_mode": "list,form",
            "domain": [("campaign_id", "=", self.utm_campaign_id.id), ("state", "not in", NOT_BOOKED)],
        }


def _share(result):
    """Return which part of the people of ``result`` booked."""
    return result["booked"] / result["people"] if result.get("people") else 0.0
