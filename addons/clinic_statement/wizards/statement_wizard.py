from odoo import models
from odoo.exceptions import UserError

from ..models.res_partner import KEY


class StatementWizard(models.AbstractModel):
    _inherit = "statement.common.wizard"

    def _prepare_statement(self):
        """Return what the statement is asked for.

        :raises UserError: if nobody was selected
        """
        if (
            not self.env.context.get("active_ids")
            or self.env.context.get("active_model", "res.partner") != "res.partner"
        ):
            raise UserError(self.env._("Select whom the statement is for."))
        return super()._prepare_statement()

    def button_clinic_send(self):
        """Send each of the contacts the statement, in their own language.

        :raises UserError: if one has no e-mail address; nothing is sent then
        """
        self.ensure_one()
        data = self._prepare_statement()
        partners = self.env["res.partner"].browse(data.pop("partner_ids"))
        partners._clinic_check_statement()
        partners.check_access("read")
        without = partners.filtered(lambda partner: not partner.email_normalized)
        if without:
            raise UserError(
                self.env._(
                    "No e-mail address is known of: %(names)s. Print their statements, or take them out of the "
                    "selection.",
                    names=", ".join(without.mapped("name")),
                )
            )
        self._clinic_send(partners, data)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Statements sent: %(count)s", count=len(partners)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _clinic_send(self, partners, data):
        """Mail each of ``partners`` the statement asked for by ``data``.

        The mail belongs to no record: on the contact, all employees would read what a patient owes.
        """
        dates = {key: value.isoformat() for key, value in data.items() if key in ("date_start", "date_end") and value}
        template = self.env.ref(self._clinic_mail_template).with_context(**{KEY: {**data, **dates}})
        template.send_mail_batch(
            partners.ids,
            email_values={"model": False, "res_id": False},
            email_layout_xmlid="mail.mail_notification_light",
        )
        for partner in partners:
            # Read access was checked; that a statement was sent is noted on contacts that accountants cannot write.
            partner.sudo()._message_log(body=self.env._("A statement of account was sent by e-mail."))


class OutstandingStatementWizard(models.TransientModel):
    _inherit = "outstanding.statement.wizard"
    _clinic_mail_template = "clinic_statement.mail_template_open_items"


class ActivityStatementWizard(models.TransientModel):
    _inherit = "activity.statement.wizard"
    _clinic_mail_template = "clinic_statement.mail_template_activity"
