from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_is_online = fields.Boolean(related="company_id.clinic_is_online", readonly=False)
    clinic_online_notice = fields.Float(related="company_id.clinic_online_notice", readonly=False)
    clinic_online_days = fields.Integer(related="company_id.clinic_online_days", readonly=False)
    clinic_online_from = fields.Float(related="company_id.clinic_online_from", readonly=False)
    clinic_online_to = fields.Float(related="company_id.clinic_online_to", readonly=False)
    clinic_online_hold = fields.Integer(related="company_id.clinic_online_hold", readonly=False)
    clinic_online_policy = fields.Text(related="company_id.clinic_online_policy", readonly=False)
    clinic_online_again = fields.Boolean(related="company_id.clinic_online_again", readonly=False)
    clinic_online_guardian = fields.Boolean(related="company_id.clinic_online_guardian", readonly=False)
    clinic_online_tell_practitioner = fields.Boolean(
        related="company_id.clinic_online_tell_practitioner", readonly=False
    )
    clinic_online_tell_ids = fields.Many2many(related="company_id.clinic_online_tell_ids", readonly=False)
    clinic_online_origins = fields.Text(related="company_id.clinic_online_origins", readonly=False)
    clinic_online_user_id = fields.Many2one(related="company_id.clinic_online_user_id", readonly=False)
    clinic_online_code = fields.Char("Code for Other Sites", compute="_compute_clinic_online_code")

    @api.depends("company_id")
    def _compute_clinic_online_code(self):
        for settings in self:
            address = f"{settings.get_base_url()}/clinic_website/embed.js"
            settings.clinic_online_code = f'<script src="{address}" data-branch="{settings.company_id.id}"></script>'
