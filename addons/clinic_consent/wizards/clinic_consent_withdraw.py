from odoo import fields, models
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.clinic.browser import browser_of
from odoo.addons.clinic.reasons import check_reason

from ..const import MEANS


class ClinicConsentWithdraw(models.TransientModel):
    """Asks how a patient has withdrawn a consent: in words to somebody, by letter, by a message."""

    _name = "clinic.consent.withdraw"
    _description = "Withdraw a Consent"

    consent_id = fields.Many2one("clinic.consent", required=True, ondelete="cascade")
    means = fields.Selection(MEANS, string="How It Reached the Clinic", required=True, default="person")
    how = fields.Char(string="How the Patient Said So", help="E.g. “On the phone today, to Hina”.")

    def action_withdraw(self):
        """Record the withdrawal: from this moment on the consent is not in force."""
        self.ensure_one()
        consent = self.consent_id
        consent.check_access("read")
        if not self.env.user.has_group("clinic.group_cosmetologist"):
            raise UserError(self.env._("Withdrawals are recorded by those who treat the patient."))
        how = check_reason(self.env, self.how, self.env._("Write how the patient said so, e.g. “On the phone today”."))
        browser = request.httprequest if request else None
        consent._withdraw(how, self.means, browser and browser.remote_addr, browser and browser_of(browser))
        return {"type": "ir.actions.act_window_close"}
