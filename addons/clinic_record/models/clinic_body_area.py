from odoo import api, fields, models
from odoo.exceptions import ValidationError

VIEWS = [
    ("face_front", "Face, front"),
    ("face_right", "Face, right side"),
    ("face_left", "Face, left side"),
    ("body_front", "Body, front"),
    ("body_back", "Body, back"),
]
# Height over width of the drawings.
ASPECTS = {"face_front": 1.25, "face_right": 1.25, "face_left": 1.25, "body_front": 2.0, "body_back": 2.0}


class ClinicBodyArea(models.Model):
    """An area of the body, and where it lies on the drawings of the body map."""

    _name = "clinic.body.area"
    _description = "Body Area"
    _order = "sequence, name, id"
    _parent_store = True
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    view = fields.Selection(VIEWS, string="Drawing", required=True, help="The drawing on which it is seen best.")
    parent_id = fields.Many2one("clinic.body.area", string="Part of", ondelete="restrict", index=True)
    parent_path = fields.Char(index=True)
    sequence = fields.Integer(default=100)
    spots = fields.Json(
        string="Centres",
        help="Where it lies: for each drawing a list of points, from 0 to 1 from the left and from the top.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "Another area has this code already.")

    @api.constrains("parent_id")
    def _check_hierarchy(self):
        """An area is no part of itself."""
        if self._has_cycle():
            raise ValidationError(self.env._("An area can't be a part of itself."))

    @api.constrains("spots")
    def _check_spots(self):
        """Centres are points on the drawings."""
        for area in self:
            spots = area.spots or {}
            if not isinstance(spots, dict) or not (
                spots.keys() <= ASPECTS.keys() and all(map(_are_points, spots.values()))
            ):
                raise ValidationError(
                    self.env._("The centres of %s must be points from 0 to 1 on the drawings.", area.name)
                )

    def _nearest(self, view, x, y):
        """Return the one of these areas whose centre is the nearest to the point (x, y) of the drawing ``view``."""
        nearest, least = self.browse(), None
        for area in self:
            for spot_x, spot_y in area.spots.get(view, []):
                distance = (spot_x - x) ** 2 + ((spot_y - y) * ASPECTS[view]) ** 2
                if least is None or distance < least:
                    nearest, least = area, distance
        return nearest


def _are_points(points):
    return isinstance(points, list | tuple) and all(map(_is_point, points))


def _is_point(point):
    numbers = isinstance(point, list | tuple) and len(point) == 2 and all(isinstance(n, int | float) for n in point)
    return numbers and all(0 <= number <= 1 for number in point)
