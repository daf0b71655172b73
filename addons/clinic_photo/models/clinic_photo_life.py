from odoo import models

from odoo.addons.clinic.door import a_flag, a_text, takes


class ClinicPhoto(models.Model):
    """What is done with a photo that is kept: deleted with a reason, brought back, shown to the patient."""

    _inherit = "clinic.photo"

    def _retention(self):
        return self.taken_at.date(), self._branch().clinic_photo_retention_years

    def _branch(self):
        return self.procedure_id.company_id or super()._branch()

    @takes(reason=a_text(200))
    def delete_photo(self, reason):
        """Take these photos out of sight, with a reason; they can be brought back for 30 days at least."""
        return self._delete_with_reason(reason, self.env._("Say why the photo is deleted."))

    def restore_photo(self):
        """Bring deleted photos back."""
        return self._restore()

    @takes(shared=a_flag())
    def share_photo(self, shared):
        """Show these photos to the patient on the portal, or take them away from there again."""
        return self._share(shared)

    def _prepare_erased(self):
        return {**super()._prepare_erased(), "marks": False}
