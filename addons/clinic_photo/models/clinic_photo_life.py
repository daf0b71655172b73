from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.clinic.door import a_flag, a_text, takes
from odoo.addons.clinic.reasons import check_reason

# What was deleted by mistake can be brought back for so long, also after its retention.
DAYS_TO_RESTORE = 30
BATCH = 100


class ClinicPhoto(models.Model):
    """How long a photo is kept: deleted with a reason, brought back, retained, held, and erased in the end."""

    _inherit = "clinic.photo"

    active = fields.Boolean(default=True, readonly=True, copy=False)
    deleted_at = fields.Datetime(readonly=True, copy=False)
    deleted_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    delete_reason = fields.Char(readonly=True, copy=False)
    retain_until = fields.Date(readonly=True, index=True, help="It is kept until this day, deleted or not.")
    erased_at = fields.Datetime(
        readonly=True, copy=False, help="Its data key was destroyed: it cannot be opened again."
    )

    _deleted_with_reason = models.Constraint(
        "CHECK (active OR (deleted_at IS NOT NULL AND delete_reason IS NOT NULL))",
        "A photo is deleted with a reason.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        photos = super().create(vals_list)
        for photo in photos:
            years = photo._branch().clinic_photo_retention_years
            photo.retain_until = photo.taken_at.date() + relativedelta(years=years)
        return photos

    def _branch(self):
        return self.procedure_id.company_id or self.patient_id.branch_id or self.env.company

    @takes(reason=a_text(200))
    def delete_photo(self, reason):
        """Take these photos out of sight, with a reason; they can be brought back for 30 days at least.

        :raises UserError: without a reason, or when one is held
        """
        check_reason(self.env, reason, self.env._("Say why the photo is deleted."))
        self._check_may_delete()
        if held := self.patient_id.sudo().filtered("photo_hold_reason"):
            raise UserError(
                self.env._(
                    "The photos of %s are under legal hold and cannot be deleted. Ask a manager.", held[0].display_name
                )
            )
        values = {"active": False, "deleted_by_id": self.env.uid, "delete_reason": reason.strip(), "is_shared": False}
        self._clinic_writing().write({**values, "deleted_at": fields.Datetime.now()})
        return True

    def restore_photo(self):
        """Bring deleted photos back."""
        self._check_may_delete()
        if self.filtered("erased_at"):
            raise UserError(self.env._("This photo was erased and cannot be brought back."))
        self._clinic_writing().write(
            {"active": True, "deleted_at": False, "deleted_by_id": False, "delete_reason": False}
        )
        return True

    def _check_may_delete(self):
        """Practitioners delete photos of their patients; the user who added one takes it back on the same day."""
        self.check_access("write")
        if self.env.user.has_group("clinic.group_practitioner"):
            return
        if any(not photo._is_own_of_today() for photo in self):
            raise AccessError(
                self.env._("Photos are deleted by a practitioner, or on the same day by the user who added them.")
            )

    def _is_own_of_today(self):
        """Return whether the user has added this photo on this day of its branch."""
        self.ensure_one()
        branch = self._branch()
        received = branch._clinic_local(self.received_at).date()
        return self.author_id == self.env.user and received == branch._clinic_today()

    def _may_restore(self):
        """Return whether the user, who may see these photos, may bring them back, and so look at them deleted."""
        try:
            self._check_may_delete()
        except AccessError:
            return False
        return not any(self.mapped("erased_at"))

    @takes(shared=a_flag())
    def share_photo(self, shared):
        """Show these photos to the patient on the portal, or take them away from there again."""
        if not self.env.user.has_group("clinic.group_practitioner"):
            raise AccessError(self.env._("Practitioners decide what a patient sees on the portal."))
        self.check_access("write")
        if shared and self.filtered(lambda photo: not photo.active):
            raise UserError(self.env._("This photo is deleted."))
        self._clinic_writing().is_shared = shared
        return True

    # -- the end ------------------------------------------------------------------------------------------------------

    @api.model
    def _due_domain(self):
        """Return the domain of the photos that may be erased: deleted, past their retention, and not held."""
        now = fields.Datetime.now()
        return (
            Domain("active", "=", False)
            & Domain("erased_at", "=", False)
            & Domain("deleted_at", "<", now - relativedelta(days=DAYS_TO_RESTORE))
            & Domain("retain_until", "<", now.date())
            & Domain("patient_id.photo_hold_reason", "=", False)
        )

    @api.model
    def _cron_erase(self):
        """Erase what is due."""
        photos, after = self.sudo().with_context(active_test=False), 0
        # Asked again for each batch: meanwhile one may be brought back, or put under hold.
        while due := photos.search(self._due_domain() & Domain("id", ">", after), order="id", limit=BATCH):
            after = due[-1].id
            held = due.patient_id - due.patient_id.try_lock_for_update()
            due.filtered(lambda photo, held=held: photo.patient_id not in held).try_lock_for_update()._erase()
            if not self.env["ir.cron"]._commit_progress(len(due)):
                break

    def _erase(self):
        """Destroy the data keys of these photos; that they were there, and why they went, stays."""
        for photo in self:
            self.env["clinic.vault.file"]._of(photo.uuid)._erase()
        self._clinic_writing().write({"erased_at": fields.Datetime.now(), "marks": False})
