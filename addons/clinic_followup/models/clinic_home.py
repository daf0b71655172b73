from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

OVERDUE_DAYS = 7


class ClinicHome(models.AbstractModel):
    """What became of the calls, on a manager's home: reached, booked, and what that brought."""

    _inherit = "clinic.home"

    @api.model
    def _prepare_alerts(self):
        recalls = self.env["clinic.recall"]
        long_due = Domain.OR(
            Domain("company_id", "=", branch.id) & Domain("next_on", "<", fields.Date.subtract(day, days=OVERDUE_DAYS))
            for branch, day in self._days().items()
        )
        return [
            *super()._prepare_alerts(),
            self._alert(
                "recalls",
                self.env._("Recalls that have waited for more than a week"),
                recalls._name,
                long_due & Domain("state", "=", "open"),
                "clinic_followup.clinic_recall_action",
                self.env._("Show"),
            ),
        ]

    @api.model
    def _prepare_counts(self):
        recalls = self.env["clinic.recall"]
        months = {f"recalls_{name}": (recalls._name, self._since_month(f"{name}_at")) for name in ("reached", "booked")}
        due = {"recalls_due": (recalls._name, recalls._due_domain(), "patient_id")}
        return {**super()._prepare_counts(), **months, **due}

    @api.model
    def _prepare_tiles(self):
        return [*super()._prepare_tiles(), self._prepare_followup()]

    @api.model
    def _prepare_followup(self):
        """How many patients are to be called, and what came of this month's calls."""
        recalls = self.env["clinic.recall"]
        if not recalls.has_access("read"):
            return None
        due, count = recalls._due_domain(), self._count("recalls_due")
        return self._tile(
            "followup",
            self.env._("Follow-up"),
            self._followup_rows(),
            self.env._("Nobody was called this month."),
            self._opens("clinic_followup.clinic_recall_action", due, self.env._("To call")),
            figure=str(count),
            detail=self.env._("to call today; this month:"),
        )

    @api.model
    def _since_month(self, name):
        """Return which recalls have the moment ``name`` in their branch's month."""
        return Domain.OR(
            Domain("company_id", "=", branch.id)
            & Domain(name, ">=", branch._clinic_midnight(day + relativedelta(day=1)))
            for branch, day in self._days().items()
        )

    @api.model
    def _followup_rows(self):
        """Return the rows of this month's calls; other addons add theirs."""
        return [
            self._followup_row("reached", self.env._("Reached"), self._since_month("reached_at")),
            self._followup_row("booked", self.env._("Booked"), self._since_month("booked_at")),
        ]

    @api.model
    def _followup_row(self, key, name, domain):
        title = self.env._("Follow-up this month: %s", name)
        count = str(self._count(f"recalls_{key}"))
        return self._row(key, name, count, self._opens("clinic_followup.clinic_recall_action", domain, title))
