from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _sale_occasions(self, lines):
        """A course earns by its sessions, not by the line that sells it."""
        return super()._sale_occasions(lines.filtered(lambda line: not line.clinic_course_id))

    def _commission_left(self, origin):
        """What is left of a course is what its sessions say, whatever rule its refund was reckoned by."""
        kind, _colon, number = origin.origin_key.partition(":")
        if kind == "course":
            return self.env["clinic.course"].browse(int(number))._commission_left()
        return super()._commission_left(origin)
