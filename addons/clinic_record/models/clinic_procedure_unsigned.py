from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

MANAGER = "clinic.group_manager"


class ClinicProcedure(models.Model):
    """Whether a note waits for its author's signature: for managers, who may not read the note."""

    _inherit = "clinic.procedure"

    has_unsigned_note = fields.Boolean(
        compute="_compute_has_unsigned_note",
        search="_search_has_unsigned_note",
        groups=MANAGER,
        string="Note Not Signed",
    )

    @api.depends("note_ids.state")
    def _compute_has_unsigned_note(self):
        found = self.search([("id", "in", self._origin.ids), ("has_unsigned_note", "=", True)])
        for procedure in self:
            procedure.has_unsigned_note = procedure._origin in found

    def _search_has_unsigned_note(self, operator, value):
        if operator != "in":
            return NotImplemented
        # A field that is searched by a method of its own is not checked for its groups.
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Which notes are not signed is for managers."))
        # Whether there is a draft tells nothing of what it says.
        drafts = self.env["clinic.note"].sudo()._search([("state", "=", "draft"), ("procedure_id", "!=", False)])
        unsigned = Domain("id", "in", drafts.subselect("procedure_id"))
        return unsigned if True in value else ~unsigned
