from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_treatment = fields.Boolean(help="The clinic performs this as a procedure in a visit.")
    treatment_duration = fields.Integer(
        string="Duration", default=30, help="Minutes that the practitioner needs with the patient."
    )
    buffer_before = fields.Integer(help="Minutes to prepare room and device before the patient comes in.")
    buffer_after = fields.Integer(help="Minutes to clean and tidy after the patient has left.")
    room_kind_id = fields.Many2one(
        "clinic.room.kind", string="Kind of Room", ondelete="restrict", help="The kind of room that is needed."
    )
    device_kind_id = fields.Many2one(
        "clinic.device.kind", string="Kind of Device", ondelete="restrict", help="The kind of device that is needed."
    )
    neutral_name = fields.Char(
        string="Name on Documents",
        translate=True,
        help="Shown on invoices instead of the treatment's name. What is confidential and has none is a “Treatment”, "
        "or an “Item used”.",
    )
    is_confidential = fields.Boolean(
        string="Confidential",
        default=True,
        help="What the clinic performs or uses on a patient says something of their health. Invoices carry a neutral "
        "product and name, so that nobody who keeps the books reads who had what.",
    )
    authorization_ids = fields.One2many("clinic.authorization", "treatment_id")

    _treatment_duration_positive = models.Constraint(
        "CHECK (is_treatment IS NOT TRUE OR treatment_duration > 0)",
        "A treatment must take at least one minute.",
    )
    _buffers_not_negative = models.Constraint(
        "CHECK (COALESCE(buffer_before, 0) >= 0 AND COALESCE(buffer_after, 0) >= 0)",
        "Buffers before and after a treatment cannot be negative.",
    )

    _no_longer_than_a_day = models.Constraint(
        "CHECK (GREATEST(treatment_duration, buffer_before, buffer_after) <= 1440)",
        "A treatment, and a buffer before or after it, lasts no longer than a day: 1,440 minutes.",
    )

    @api.constrains("is_treatment", "type", "attribute_line_ids")
    def _check_treatment_is_service(self):
        """A treatment is a service without variants: one name, one price, one duration."""
        for template in self.filtered("is_treatment"):
            if template.type != "service" or template.attribute_line_ids:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a treatment, so it must be a service without attributes. Make one treatment "
                        "for each variant.",
                        name=template.name,
                    )
                )

    def _occupied(self, start, stop):
        """Return the (start, stop) in UTC for which resources are taken: ``start`` to ``stop`` and the buffers."""
        self.ensure_one()
        return start - timedelta(minutes=self.buffer_before), stop + timedelta(minutes=self.buffer_after)

    def _document_name(self):
        """Return the name that may stand on documents that leave the clinic's own tables."""
        self.ensure_one()
        return self.neutral_name or (self._neutral_label() if self.is_confidential else self.name)

    def _neutral_label(self):
        """Return what a confidential treatment or item is called on documents, where it has no neutral name."""
        self.ensure_one()
        return self.env._("Treatment") if self.is_treatment else self.env._("Item used")
