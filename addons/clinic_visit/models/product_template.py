from odoo import fields, models
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    """How a treatment fills its time."""

    _inherit = "product.template"

    processing_start = fields.Integer(
        string="Processing After",
        help="Minutes from the start after which the practitioner is free, e.g. while a numbing cream works. Room and "
        "device stay with the patient.",
    )
    processing_duration = fields.Integer(
        string="Processing", help="Minutes for which the practitioner is free for others; 0: needed all the time."
    )
    interval_least = fields.Integer(
        string="Minimum Interval", help="Days that have to lie between two sessions of one patient; 0: any."
    )
    interval_recommended = fields.Integer(
        string="Recommended Interval", help="Days between two sessions of a course, proposed when it is booked."
    )

    _processing_inside = models.Constraint(
        "CHECK (is_treatment IS NOT TRUE"
        " OR (COALESCE(processing_start, 0) >= 0 AND COALESCE(processing_duration, 0) >= 0"
        " AND COALESCE(processing_start, 0) + COALESCE(processing_duration, 0) <= treatment_duration))",
        "Processing must lie within the treatment's duration.",
    )
    _intervals_in_order = models.Constraint(
        "CHECK (COALESCE(interval_least, 0) >= 0 AND COALESCE(interval_recommended, 0) >= 0"
        " AND (COALESCE(interval_recommended, 0) = 0 OR interval_recommended >= COALESCE(interval_least, 0)))",
        "The recommended interval cannot be shorter than the least one.",
    )

    def _check_bookable(self):
        """Raise unless all of these are treatments that the clinic still offers."""
        for treatment in self:
            if not treatment.is_treatment:
                raise UserError(self.env._("%s is not a treatment. Choose a treatment.", treatment.name))
            if not treatment.active:
                raise UserError(
                    self.env._("%s is archived and no longer offered. Choose another treatment.", treatment.name)
                )

    def _place_parts(self, length, offset=0):
        """Return (work, hold): the parts in which room and device must be open, and those in which they are taken.

        :param length: how long the procedure lasts, in seconds
        :param offset: added to all parts, in seconds
        :return: two lists of (start, stop) in seconds from the start of the procedure; the buffers belong to ``hold``
        """
        self.ensure_one()
        hold = (offset - self.buffer_before * 60, offset + length + self.buffer_after * 60)
        return [(offset, offset + length)], [hold]

    def _practitioner_parts(self, length, offset=0):
        """Return (work, hold) as ``_place_parts`` for the practitioner, who is free while something else works."""
        self.ensure_one()
        work, hold = self._place_parts(length, offset)
        pause = (offset + self.processing_start * 60, offset + (self.processing_start + self.processing_duration) * 60)
        if not self.processing_duration:
            return work, hold
        return _without(work[0], pause), _without(hold[0], pause)


def _without(interval, pause):
    """Return the parts of ``interval`` before and after ``pause``."""
    parts = [(interval[0], min(interval[1], pause[0])), (max(interval[0], pause[1]), interval[1])]
    return [(start, stop) for start, stop in parts if stop > start]
