from math import hypot

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import a_form, a_list, a_number, a_record, takes

POINT = a_form(first_x=a_number(0, 1), first_y=a_number(0, 1), second_x=a_number(0, 1), second_y=a_number(0, 1))


class ClinicPhotoPair(models.Model):
    """Two photos that were laid over each other: the points that are the same in both."""

    _name = "clinic.photo.pair"
    _description = "Alignment of Two Photos"
    _inherit = "clinic.confidential.mixin"
    _rec_name = "first_id"

    first_id = fields.Many2one("clinic.photo", required=True, readonly=True, ondelete="restrict", index=True)
    second_id = fields.Many2one("clinic.photo", required=True, readonly=True, ondelete="restrict", index=True)
    patient_id = fields.Many2one(related="first_id.patient_id", store=True, index=True)
    points = fields.Json(required=True, readonly=True)

    _pair_uniq = models.UniqueIndex("(first_id, second_id)", "These two photos are aligned already.")
    _two_photos = models.Constraint("CHECK (first_id != second_id)", "A photo is not compared with itself.")

    @takes(
        first=a_record("clinic.photo", exists=True),
        second=a_record("clinic.photo", exists=True),
        points=a_list(POINT, most=20),
    )
    @api.model
    def save(self, first, second, points):
        """Keep the points by which ``second`` is laid over ``first``; none of them takes the alignment away.

        :return: what is left of the differences, in percent of the picture's width; False with fewer than two points
        """
        (first | second).check_access("write")
        if first == second or first.patient_id != second.patient_id:
            raise UserError(self.env._("Choose two photos of one patient."))
        if len(points) == 1:
            raise UserError(self.env._("Two points at least are needed to lay one photo over the other."))
        # The right to change both photos was checked.
        known = self.sudo().search([("first_id", "=", first.id), ("second_id", "=", second.id)])
        if not points:
            known.unlink()
        elif known:
            known.points = points
        else:
            self.sudo().create({"first_id": first.id, "second_id": second.id, "points": points})
        return self._remaining(points, first, second)

    @api.model
    def _remaining(self, points, first, second):
        """Return the mean distance, in percent of the first photo's width, that is left once they are aligned.

        The second photo is turned, scaled and moved (least squares); nothing is bent.
        """
        if len(points) < 2:
            return False
        ratio = first.height / first.width if first.width else 1
        other = second.height / second.width if second.width else 1
        goals = [complex(point["first_x"], point["first_y"] * ratio) for point in points]
        froms = [complex(point["second_x"], point["second_y"] * other) for point in points]
        goal, start = sum(goals) / len(goals), sum(froms) / len(froms)
        spread = sum(abs(one - start) ** 2 for one in froms)
        if not spread:
            return False
        factor = sum((to - goal) * (one - start).conjugate() for to, one in zip(goals, froms, strict=True)) / spread
        left = [to - goal - factor * (one - start) for to, one in zip(goals, froms, strict=True)]
        return round(100 * sum(hypot(one.real, one.imag) for one in left) / len(left), 2)
