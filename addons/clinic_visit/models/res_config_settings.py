from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    group_clinic_back_entry = fields.Boolean(
        string="Earlier Visits of Today",
        group="clinic.group_reception",
        implied_group="clinic_visit.group_back_entry",
    )
    clinic_slot_step = fields.Integer(related="company_id.clinic_slot_step", readonly=False)
    clinic_offered_times = fields.Selection(related="company_id.clinic_offered_times", readonly=False)
    clinic_booking_notice = fields.Float(related="company_id.clinic_booking_notice", readonly=False)
    clinic_booking_horizon = fields.Integer(related="company_id.clinic_booking_horizon", readonly=False)
    clinic_cancel_cutoff = fields.Float(related="company_id.clinic_cancel_cutoff", readonly=False)
