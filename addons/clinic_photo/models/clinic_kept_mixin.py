from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.clinic.reasons import check_reason

# What was deleted by mistake can be brought back for so long, also after its retention.
DAYS_TO_RESTORE = 30
BATCH = 100


class ClinicKeptMixin(models.AbstractModel):
    """How long a file of a patient is kept: deleted with a reason, brought back, retained, held, and erased in the end.

    The files lie in the vault under the record's ``uuid``. A model has ``patient_id``, ``author_id`` and
    ``received_at``, says in ``_retention`` how long, and has public methods of its own that say what is deleted.
    """

    _name = "clinic.kept.mixin"
    _description = "Kept for Years"

    active = fields.Boolean(default=True, readonly=True, copy=False)
    deleted_at = fields.Datetime(readonly=True, copy=False)
    deleted_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    delete_reason = fields.Char(readonly=True, copy=False)
    retain_until = fields.Date(readonly=True, index=True, help="It is kept until this day, deleted or not.")
    erased_at = fields.Datetime(
        readonly=True, copy=False, help="Its data key was destroyed: it cannot be opened again."
    )
    is_shared = fields.Boolean(
        string="On the Portal", readonly=True, copy=False, help="The patient sees it on the portal."
    )
    shared_at = fields.Datetime("Released On", readonly=True, copy=False)
    shared_by_id = fields.Many2one("res.users", "Released By", readonly=True, copy=False, ondelete="restrict")

    _deleted_with_reason = models.Constraint(
        "CHECK (active OR (deleted_at IS NOT NULL AND delete_reason IS NOT NULL))",
        "What is deleted says why.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            day, years = record._retention()
            record.retain_until = day + relativedelta(years=years)
        return records

    def _retention(self):
        """Return the day from which on this is kept, and for how many years."""
        raise NotImplementedError

    def _branch(self):
        """Return the branch whose day and rules hold."""
        return self.patient_id.branch_id or self.env.company

    # -- deleting -----------------------------------------------------------------------------------------------------

    def _delete_with_reason(self, reason, question):
        """Take these out of sight, with a reason; they can be brought back for 30 days at least.

        :param question: what was asked, for when no reason is given
        :raises UserError: without a reason, or when one is held
        """
        check_reason(self.env, reason, question)
        self._check_may_delete()
        if held := self.patient_id.sudo().filtered("photo_hold_reason"):
            raise UserError(
                self.env._(
                    "The photos and documents of %s are under legal hold and cannot be deleted. Ask a manager.",
                    held[0].display_name,
                )
            )
        values = {"active": False, "deleted_by_id": self.env.uid, "delete_reason": reason.strip(), "is_shared": False}
        self._clinic_writing().write({**values, "deleted_at": fields.Datetime.now()})
        return True

    def _restore(self):
        """Bring these back."""
        self._check_may_delete()
        if self.filtered("erased_at"):
            raise UserError(self.env._("This was erased and cannot be brought back."))
        self._clinic_writing().write(
            {"active": True, "deleted_at": False, "deleted_by_id": False, "delete_reason": False}
        )
        return True

    def _check_may_delete(self):
        """Practitioners delete what is of their patients; the user who added it takes it back on the same day."""
        self.check_access("write")
        if self.env.user.has_group("clinic.group_practitioner"):
            return
        if any(not record._is_own_of_today() for record in self):
            raise AccessError(
                self.env._("This is deleted by a practitioner, or on the same day by the user who added it.")
            )

    def _is_own_of_today(self):
        """Return whether the user has added this on this day of its branch."""
        self.ensure_one()
        branch = self._branch()
        received = branch._clinic_local(self.received_at).date()
        return self.author_id == self.env.user and received == branch._clinic_today()

    def _may_restore(self):
        """Return whether the user, who may see these, may bring them back, and so look at them deleted."""
        try:
            self._check_may_delete()
        except AccessError:
            return False
        return not any(self.mapped("erased_at"))

    def _share(self, shared):
        """Show these to the patient on the portal, or take them away from there again."""
        if not self.env.user.has_group("clinic.group_practitioner"):
            raise AccessError(self.env._("Practitioners decide what a patient sees on the portal."))
        self.check_access("write")
        if shared and self.filtered(lambda record: not record.active):
            raise UserError(self.env._("This is deleted. Restore it first."))
        by = {"shared_at": fields.Datetime.now(), "shared_by_id": self.env.uid} if shared else {}
        self._clinic_writing().write({"shared_at": False, "shared_by_id": False, **by, "is_shared": shared})
        return True

    # -- the end ------------------------------------------------------------------------------------------------------

    @api.model
    def _due_domain(self):
        """Return the domain of what may be erased: deleted, past its retention, and not held."""
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
        records, after = self.sudo().with_context(active_test=False), 0
        # Asked again for each batch: meanwhile one may be brought back, or put under hold.
        while due := records.search(self._due_domain() & Domain("id", ">", after), order="id", limit=BATCH):
            after = due[-1].id
            held = due.patient_id - due.patient_id.try_lock_for_update()
            due.filtered(lambda record, held=held: record.patient_id not in held).try_lock_for_update()._erase()
            if not self.env["ir.cron"]._commit_progress(len(due)):
                break

    def _erase(self):
        """Destroy the data keys of these; that they were there, and why they went, stays."""
        for record in self:
            self.env["clinic.vault.file"]._of(record.uuid)._erase()
        self._clinic_writing().write(self._prepare_erased())

    def _prepare_erased(self):
        """Return what is written when the files are gone."""
        return {"erased_at": fields.Datetime.now()}
