from odoo import api, models
from odoo.exceptions import AccessError

# The statement that is being sent: what its dialog was asked for.
KEY = "clinic_statement"


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_clinic_statement(self):
        """Open the dialog for a statement of what these contacts owe.

        :raises AccessError: for those who don't keep the books
        """
        self._clinic_check_statement()
        action = self.env["ir.actions.act_window"]._for_xml_id("partner_statement.outstanding_statement_wizard_action")
        # An invoice is owed by the contact that is billed.
        billed = self.commercial_partner_id
        return {**action, "context": {"active_model": "res.partner", "active_ids": billed.ids}}

    @api.model
    def _clinic_check_statement(self):
        if not (self.env.su or self.env.user.has_group("clinic.group_accountant")):
            raise AccessError(self.env._("Statements are made by accountants and managers."))

    @api.model
    def _clinic_statement_data(self, docids, data):
        """Return ``data`` of a statement's report, with what its dialog was asked for when it is printed to be sent."""
        asked = self.env.context.get(KEY)
        if not asked or (data or {}).get("company_id"):
            return dict(data or {})
        return {**(data or {}), **asked, "partner_ids": list(docids)}
