from odoo import api, fields, models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    course_ids = fields.One2many("clinic.course", "patient_id", groups="clinic.group_staff")
    session_left_count = fields.Integer(
        compute="_compute_session_left_count", string="Sessions Left", groups="clinic.group_staff"
    )

    @api.depends("course_ids.left_count")
    def _compute_session_left_count(self):
        groups = self.env["clinic.course"]._read_group(
            [("patient_id", "in", self.ids), ("state", "=", "open")], ["patient_id"], ["left_count:sum"]
        )
        left = {patient.id: count for patient, count in groups}
        for patient in self:
            patient.session_left_count = left.get(patient._origin.id, 0)

    def action_sell_package(self):
        """Open the sale of a package to this patient."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sell Package"),
            "res_model": "clinic.package.sell",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_patient_id": self.id},
        }

    def action_view_courses(self):
        """Open the courses of this patient; the one, if there is only one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_package.clinic_course_action")
        courses = self.env["clinic.course"].search([("patient_id", "=", self.id)])
        action = {**action, "name": self.env._("Packages of %s", self.name), "context": {}}
        if len(courses) == 1:
            return {**action, "views": [[False, "form"]], "res_id": courses.id}
        return {**action, "domain": [("patient_id", "=", self.id)]}
