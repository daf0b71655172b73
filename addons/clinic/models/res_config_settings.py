from odoo import fields, models

from .clinic_access_alarm_watch import MINUTES, PATIENTS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_access_alarm_patients = fields.Integer(config_parameter="clinic.access_alarm_patients", default=PATIENTS)
    clinic_access_alarm_minutes = fields.Integer(config_parameter="clinic.access_alarm_minutes", default=MINUTES)
