from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    visit_ids = fields.One2many("clinic.visit", "patient_id")
    visit_count = fields.Integer(compute="_compute_visit_count", string="Visits")
    no_show_count = fields.Integer(compute="_compute_no_show_count", string="No-shows")

    @api.depends("visit_ids")
    def _compute_visit_count(self):
        counts = dict(
            self.env["clinic.visit"]._read_group([("patient_id", "in", self.ids)], ["patient_id"], ["__count"])
        )
        for patient in self:
            patient.visit_count = counts.get(patient._origin, 0)

    @api.depends("visit_ids.state")
    def _compute_no_show_count(self):
        missed = [("patient_id", "in", self.ids), ("state", "=", "no_show")]
        counts = dict(self.env["clinic.visit"]._read_group(missed, ["patient_id"], ["__count"]))
        for patient in self:
            patient.no_show_count = counts.get(patient._origin, 0)

    def _check_bookable(self):
        """Raise unless the user may read these patients, and neither they nor their contacts are archived."""
        # One query for what is asked at each booking; only where it does not find all of them it matters why.
        usable = Domain("active", "=", True) & Domain("partner_id.active", "=", True)
        # One who was merged is archived as well, but stands for the one who is kept.
        domain = Domain("id", "in", self.ids) & (usable | Domain("merged_into_id", "!=", False))
        if self.with_context(active_test=False).search_count(domain) == len(set(self.ids)):
            return
        for patient in self.env["clinic.visit"]._booking_record(self._name, self, ""):
            # Readable, so it exists; the contact's state is shown to those who may read the patient.
            if not (patient.active and patient.sudo().partner_id.active):
                raise UserError(self.env._("%s is archived. Restore the patient before you book.", patient.name))

    def action_view_visits(self):
        """Open this patient's visits."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Visits of %s", self.name),
            "res_model": "clinic.visit",
            "view_mode": "list,form,calendar",
            "domain": [("patient_id", "=", self.id)],
            "context": {**self.env.context, "default_patient_id": self.id, "propose_start": True},
        }

    def action_book_visit(self):
        """Open the booking dialog for this patient."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.action_visit_book")
        return {**action, "context": {"default_patient_id": self.id}}

    def action_book_series(self):
        """Open the dialog that books several sessions of one treatment for this patient."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.action_visit_series")
        return {**action, "context": {"default_patient_id": self.id}}
