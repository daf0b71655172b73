from odoo import api, fields, models


class ClinicVisit(models.Model):
    """A visit that the patient has booked online; who that is, reception makes sure of."""

    _inherit = "clinic.visit"

    is_booked_online = fields.Boolean("Booked Online", copy=False, readonly=True)
    online_terms = fields.Text("Terms Agreed", copy=False, readonly=True, help="What the patient ticked online.")
    online_agreed_at = fields.Datetime("Agreed On", copy=False, readonly=True)
    may_be_known = fields.Boolean(compute="_compute_may_be_known", string="Possible Duplicate")

    @api.depends("is_booked_online", "patient_id.duplicate_ids")
    def _compute_may_be_known(self):
        """Whether somebody booked online whom the clinic may know already: online, nobody is asked who it is."""
        for visit in self:
            visit.may_be_known = visit.is_booked_online and bool(visit.patient_id.duplicate_ids)

    def _prepare_again(self):
        """What was booked online stays so when its time is booked again."""
        names = ("is_booked_online", "online_terms", "online_agreed_at")
        return {**super()._prepare_again(), **{name: self[name] for name in names}}

    def action_view_duplicates(self):
        """Open the patients who may be the one who has booked online."""
        self.ensure_one()
        return self.patient_id.action_view_duplicates()
