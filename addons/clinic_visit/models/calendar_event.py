from odoo import api, fields, models
from odoo.exceptions import UserError


class CalendarEvent(models.Model):
    """A procedure in its practitioner's calendar: busy time under the visit's number, and nothing else."""

    _inherit = "calendar.event"

    clinic_procedure_id = fields.Many2one(
        "clinic.procedure", ondelete="cascade", index="btree_not_null", copy=False, groups="clinic.group_staff"
    )

    _clinic_procedure_uniq = models.UniqueIndex(
        "(clinic_procedure_id) WHERE clinic_procedure_id IS NOT NULL", "A procedure has one event only."
    )
