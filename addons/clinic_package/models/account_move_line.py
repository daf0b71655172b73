from odoo import api, fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    clinic_course_id = fields.Many2one(
        "clinic.course",
        string="Course",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )

    @api.model
    def _clinic_links(self):
        return [*super()._clinic_links(), "clinic_course_id"]
