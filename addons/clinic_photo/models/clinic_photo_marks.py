from odoo import models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import a_choice, a_form, a_list, a_number, a_text, takes

MARK = a_form(
    kind=a_choice(("pin", "arrow", "text")),
    x=a_number(0, 1),
    y=a_number(0, 1),
    to_x=a_number(0, 1, optional=True),
    to_y=a_number(0, 1, optional=True),
    text=a_text(200, optional=True),
)


class ClinicPhoto(models.Model):
    """Pins, arrows and words: a layer of its own, which never changes the picture."""

    _inherit = "clinic.photo"

    @takes(marks=a_list(MARK, most=100), known=a_list(MARK, most=100))
    def save_marks(self, marks, known=None):
        """Replace the marks over this photo; the change log keeps what was there.

        :param known: the marks that the change began with
        :raises UserError: when somebody else has changed them meanwhile
        """
        self.ensure_one()
        self.check_access("write")
        if isinstance(known, list) and known != (self.marks or []):
            raise UserError(self.env._("Somebody else has marked this photo meanwhile. Look at it and mark it again."))
        self._clinic_writing().marks = marks
        return True
