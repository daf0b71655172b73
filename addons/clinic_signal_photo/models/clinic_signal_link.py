from odoo import fields, models


class ClinicSignalLink(models.Model):
    _inherit = "clinic.signal.link"

    photo_ids = fields.One2many("clinic.signal.photo", "link_id", string="Photos")
    photo_tries = fields.Integer(readonly=True, help="How many files were sent by this link, taken or not.")
