from odoo import models

from odoo.addons.clinic_package.models.clinic_course import USED


class AccountMove(models.Model):
    """The invoice of a course pays for who sold it and for who performs its sessions."""

    _inherit = "account.move"

    def _sale_occasions(self, lines):
        """A course earns by its sessions, not by the line that sells it."""
        return super()._sale_occasions(lines.filtered(lambda line: not line.clinic_course_id))

    def _commission_origins(self):
        """With what was performed of the courses that this invoice pays for."""
        origins = super()._commission_origins()
        # Not of those that another invoice has sold since.
        courses = self.invoice_line_ids.clinic_course_id.filtered(lambda course: course.invoice_line_id.move_id == self)
        if not courses:
            return origins
        families = self.env["clinic.course"].union(*(course._family() for course in courses))
        return origins | self.env["clinic.commission.entry"]._of_sessions(families.session_ids)

    def _commission_left(self, origin):
        """What is left of a sale, and of a session, is what credit notes have left, by any rule of a refund."""
        kind, _colon, rest = origin.origin_key.partition(":")
        number = rest.partition(":")[0]
        if kind == "course":
            return self._course_left(self.env["clinic.course"].browse(int(number)))
        if kind == "session":
            return self._session_left(self.env["clinic.session.event"].browse(int(number)))
        return super()._commission_left(origin)

    def _course_left(self, course):
        """Return (what credit notes have left, what was sold) of ``course``, which this invoice charges."""
        sold, credited = (
            moves.invoice_line_ids.filtered(lambda line: line.clinic_course_id == course)._commission_amounts()
            for moves in (self, self._clinic_own_notes())
        )
        name = sold.measure()
        whole = getattr(sold, name)
        return max(whole + getattr(credited, name), 0.0), whole

    def _session_left(self, event):
        """Return (what is left, the whole) of the use ``event`` of a session, which this invoice pays for.

        A refund ends the sessions that are left; only what it credits beyond those is lost for who performed. Nothing
        is left of a session that was given back.
        """
        if event in event._given_back():
            return 0.0, 1.0
        payer = event.course_id._payer()
        kept, _sold = self._course_left(payer)
        used = payer._family().session_ids.filtered(lambda session: session.state in USED) | event.session_id
        used = sum(used.mapped("value"))
        return (min(kept, used), used) if used > 0 else (1.0, 1.0)
