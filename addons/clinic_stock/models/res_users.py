from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _clinic_mail(self, subject, template, values, company, button):
        """Put a mail to this user, rendered from the QWeb ``template`` in the user's language, into the outbox.

        ``button`` is the title and the address of what the mail asks to open. Nothing is sent to nobody's address.
        """
        self.ensure_one()
        if not self.email:
            return self.env["mail.mail"]
        title, path = button
        renderer = self.env["mail.render.mixin"].with_context(lang=self.lang)
        body = renderer.env["ir.qweb"]._render(template, values)
        layout = {
            "company": company,
            "subtitles": [subject],
            "has_button_access": True,
            "button_access": {"title": title, "url": f"{self.get_base_url()}{path}"},
        }
        return self.env["mail.mail"].create(
            {
                "subject": subject,
                "body_html": renderer._render_encapsulate("mail.mail_notification_layout", body, add_context=layout),
                "email_from": company.email_formatted or self.email_formatted,
                "recipient_ids": [(4, self.partner_id.id)],
                "auto_delete": True,
            }
        )
