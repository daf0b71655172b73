from odoo import models


class IrAttachment(models.Model):
    """Files of attachments that nobody needs any more are deleted later while a backup stores them."""

    _inherit = "ir.attachment"

    def _gc_file_store_unsafe(self):
        """Delete nothing while a backup is at work: what its database still knows must be in it."""
        if self.env["clinic.backup"]._is_storing():
            return
        super()._gc_file_store_unsafe()
