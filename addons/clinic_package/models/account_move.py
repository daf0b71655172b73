from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Documents that sell or take back courses, and the entries of their sessions: the ledger and the books agree."""

    _inherit = "account.move"

    clinic_event_ids = fields.One2many(
        "clinic.session.event", "move_id", string="Sessions", groups="clinic.group_manager"
    )

    def _post(self, soft=True):
        self._check_packages_sold()
        posted = super()._post(soft)
        # To post an invoice sells what stands on it, whatever the user may see.
        posted.sudo()._sell_courses()
        return posted

    def _check_packages_sold(self):
        """Raise ``UserError`` when a package stands on one of these invoices without a course, or in other money."""
        for line in self.sudo().invoice_line_ids:
            course, move = line.clinic_course_id, line.move_id
            if course and course.currency_id != move.currency_id:
                raise UserError(self.env._("Packages are sold in %s, the branch's currency.", course.currency_id.name))
            neutral = ":package:" in (line.product_id.clinic_neutral_key or "")
            if (
                (neutral or line.product_id.is_package)
                and not course
                and move.move_type in ("out_invoice", "out_receipt")
            ):
                raise UserError(
                    self.env._(
                        "%s is a package. Sell it with “Sell Package” on the patient, so that its sessions are known.",
                        line.product_id.display_name,
                    )
                )

    def _sell_courses(self):
        """Begin the courses of these posted invoices, and end those that a credit note takes back as a whole."""
        for line in self.invoice_line_ids.filtered("clinic_course_id"):
            course = line.clinic_course_id.sudo()._clinic_writing()
            if line.move_id.move_type == "out_invoice":
                if all(session.state in ("draft", "refunded") for session in course.session_ids):
                    course._sold(line)
                elif course.invoice_line_id != line:
                    raise UserError(self.env._("Course %s has been sold already.", course.name))
            elif line.move_id.move_type == "out_refund" and not line.move_id.clinic_refund_id:
                course._taken_back(line)

    def button_draft(self):
        # What is in the ledger is known to nobody better than to the ledger.
        moves = self.sudo()
        moves._check_no_session_entries()
        for line in moves.invoice_line_ids.filtered("clinic_course_id"):
            if line.move_id.state == "posted" and line.move_id.move_type == "out_refund":
                raise UserError(
                    self.env._("Course %s was taken back by this credit note, which stays.", line.clinic_course_id.name)
                )
        sold = moves.filtered(lambda move: move.state == "posted").invoice_line_ids.clinic_course_id
        courses = sold.filtered(lambda course: course.invoice_line_id.move_id in moves and course.state != "draft")
        courses._clinic_writing()._unsell()
        return super().button_draft()

    def button_cancel(self):
        self.sudo()._check_no_session_entries()
        return super().button_cancel()

    def _check_no_session_entries(self):
        """Raise ``UserError`` when one of these documents is the books' side of the session ledger, or of a refund."""
        for move in self:
            if move.state == "posted" and (
                move.clinic_refund_id or (move.move_type == "entry" and move.clinic_event_ids)
            ):
                raise UserError(
                    self.env._(
                        "%s is written by the session ledger. Give the session back on its course instead.", move.name
                    )
                )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self.sudo()._check_no_session_entries()
        return super()._reverse_moves(default_values_list, cancel)
