from odoo import api, models
from odoo.fields import Domain

from ..const import SEGMENTS
from ..nps import interval


class ClinicHome(models.AbstractModel):
    """What patients have answered, on a manager's home: what is to be followed up, and the score of three months."""

    _inherit = "clinic.home"

    @api.model
    def _prepare_alerts(self):
        return [
            *super()._prepare_alerts(),
            self._alert(
                "feedback",
                self.env._("Feedback to follow up"),
                "clinic.feedback.task",
                Domain("state", "=", "open"),
                "clinic_feedback.clinic_feedback_task_action",
                self.env._("Follow up"),
                urgent=True,
            ),
        ]

    @api.model
    def _prepare_tiles(self):
        return [*super()._prepare_tiles(), self._prepare_nps()]

    @api.model
    def _prepare_counts(self):
        segments = {key: ("clinic.feedback", self._segment_domain(key)) for key, _label in SEGMENTS}
        return {**super()._prepare_counts(), **segments}

    @api.model
    def _segment_domain(self, segment):
        """Return the answers of the last three months of ``segment``."""
        recent = Domain("answered_on", ">", self.env["clinic.nps"]._since()) & Domain("is_trial", "=", False)
        return recent & Domain("company_id", "in", self.env.companies.ids) & Domain("segment", "=", segment)

    @api.model
    def _prepare_nps(self):
        """The net promoter score of the last three months, with its confidence interval, and of whom it consists."""
        if not self.env["clinic.feedback"].has_access("read"):
            return None
        counts = {key: self._count(key) for key, _label in SEGMENTS}
        found = interval(counts["promoter"], counts["passive"], counts["detractor"])
        rows = [self._nps_row(key, self._segment_domain(key), counts) for key in ("promoter", "passive", "detractor")]
        return self._tile(
            "nps",
            self.env._("Net promoter score"),
            rows if found else [],
            self.env._("Nobody has answered in the last three months."),
            self._opens("clinic_feedback.clinic_nps_action"),
            figure=_signed(found[0]) if found else "",
            detail=self._nps_detail(found, sum(counts.values())) if found else "",
        )

    @api.model
    def _nps_detail(self, found, count):
        _score, low, high = found
        return self.env._(
            "of %(count)s answers in three months; 95 %% confidence: %(low)s to %(high)s",
            count=count,
            low=_signed(low),
            high=_signed(high),
        )

    @api.model
    def _nps_row(self, key, domain, counts):
        names = {
            "promoter": self.env._("Promoters (9, 10)"),
            "passive": self.env._("Passives (7, 8)"),
            "detractor": self.env._("Detractors (0 to 6)"),
        }
        opens = self._opens("clinic_feedback.clinic_feedback_action", domain, names[key])
        total = sum(counts.values())
        return self._row(key, names[key], str(counts[key]), opens, share=counts[key] / total if total else 0)


def _signed(value):
    return f"{round(value):+d}" if round(value) else "0"
