from odoo import fields, models


class ClinicVisit(models.Model):
    """Checkout with packages: sessions are used first, what is sold is added, and what they cover is not charged."""

    _inherit = "clinic.visit"

    course_ids = fields.One2many("clinic.course", "visit_id", string="Packages Sold", readonly=True)

    def _courses_to_sell(self):
        """Return the courses that are sold by this visit's checkout."""
        # The user who checks out sells them.
        return self.sudo().course_ids.filtered(lambda course: course.state == "draft").with_env(self.env)

    def _prepare_lines(self, procedures):
        courses = self._courses_to_sell()
        return [*super()._prepare_lines(procedures), *(course.sudo()._prepare_invoice_line() for course in courses)]

    def _amount_expected(self):
        """Also what is sold, where nothing else is charged."""
        if self.procedure_ids.filtered(lambda p: p.state != "cancelled" and p.treatment_id):
            return super()._amount_expected()
        lines = self._prepare_lines(self.procedure_ids.browse())
        return self.company_id._clinic_total(lines, self.patient_id.partner_id)["total_included"] if lines else 0.0

    def _is_covered(self):
        """Return whether sessions pay for all of this visit, so that there is nothing to invoice."""
        self.ensure_one()
        return not self._prepare_lines(self._procedures_to_charge())

    def _check_out(self):
        """Use the sessions that are for it first; without anything left to charge no invoice is made."""
        self._check_checkout()
        # The user who checks out uses them.
        self.sudo()._procedures_to_charge()._redeem()
        if not self._is_covered():
            return super()._check_out()
        # The right to the visit was checked, and nobody says this but a checkout.
        self.sudo().checked_out_at = fields.Datetime.now()
        return self.env["account.move"]

    def action_checkout(self):
        """Where sessions pay for all of it, there is neither invoice nor payment."""
        self.ensure_one()
        self.check_access("write")
        self._wait_for_other_checkout()
        if self.is_checked_out and not self.invoice_id and self.procedure_ids.sudo().session_use_id:
            return self._action_covered()
        if not self.is_checked_out and self.state == "done":
            self._check_checkout()
            self.sudo()._procedures_to_charge()._redeem()
            if self._is_covered():
                self._check_out()
                return self._action_covered()
        return super().action_checkout()

    def _pay(self, kind):
        """Where sessions pay for all of it, nothing is taken."""
        self.ensure_one()
        self.check_access("write")
        self._wait_for_other_checkout()
        if not self.is_checked_out and self.state == "done":
            self._check_checkout()
            self.sudo()._procedures_to_charge()._redeem()
            if self._is_covered():
                self._check_out()
        if self.is_checked_out and not self.invoice_id and self.procedure_ids.sudo().session_use_id:
            return self._action_covered()
        return super()._pay(kind)

    def _action_covered(self):
        """Say that the visit is checked out and that the package pays for it."""
        return {
            "type": "ir.actions.client",
            "tag": "clinic_visit.notice",
            "params": {
                "type": "success",
                "title": self.env._("%s is checked out", self.patient_id.name),
                "message": self._covered_text(),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _covered_text(self):
        """Return what paid for this visit, in words."""
        sessions = self.procedure_ids.sudo().session_use_id
        if not sessions:
            return self.env._("There is nothing to pay.")
        return self.env._("Paid by %s.", ", ".join(sessions.mapped("display_name")))

    def _after_transition(self, new):
        super()._after_transition(new)
        if new == "no_show":
            # That a session is used by it does not depend on who notes it.
            self.sudo().procedure_ids._miss()

    def action_sell_package(self):
        """Open the sale of a package, which this visit's checkout then charges."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sell Package"),
            "res_model": "clinic.package.sell",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_patient_id": self.patient_id.id,
                "default_company_id": self.company_id.id,
                "default_visit_id": self.id,
            },
        }
