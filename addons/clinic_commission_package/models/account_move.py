from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _sale_occasions(self, lines):
        """A course earns by its sessions, not by the line that sells it."""
        return super()._sale_occasions(lines.filtered(lambda line: not line.clinic_course_id))

    def _commission_left(self, origin):
        """What is left of a sale is what credit notes have left of it, whatever rule its refund was reckoned by."""
        kind, _colon, number = origin.origin_key.partition(":")
        if kind != "course":
            return super()._commission_left(origin)
        return self._course_left(self.env["clinic.course"].browse(int(number)))

    def _course_left(self, course):
        """Return (what credit notes have left, what was sold) of ``course``, which this invoice charges."""
        sold, credited = (
            moves.invoice_line_ids.filtered(lambda line: line.clinic_course_id == course)._commission_amounts()
            for moves in (self, self._commission_notes())
        )
        name = sold.measure()
        whole = getattr(sold, name)
        return max(whole + getattr(credited, name), 0.0), whole
