from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

UNDO_WITHIN = timedelta(days=1)


class ClinicPatientMerge(models.Model):
    """Two patients again: for a day, and while it can be said whose is what."""

    _inherit = "clinic.patient.merge"

    def action_undo(self):
        """Make two patients of one again, as they were; only for a day, and while nothing new depends on the merge.

        :raises UserError: why it is not possible any more
        """
        self.ensure_one()
        self._check_manager()
        self.check_access("read")
        # The right was checked; what was merged is put back wherever it is.
        merge = self.sudo()
        self.env.flush_all()
        self._take_hold(merge.kept_id | merge.merged_id)
        merge._check_undo()
        merge._undo()
        self.env.flush_all()
        self.env.invalidate_all()
        kept, merged = merge.kept_id, merge.merged_id
        reason = f"{merged.number} ← {kept.number}"
        self.env["clinic.access.log"]._log((kept | merged).sudo(False), "unmerge", reason=reason)
        return merged.sudo(False).action_open_record()

    def _is_young(self):
        self.ensure_one()
        return fields.Datetime.now() - self.merged_at <= UNDO_WITHIN

    def _check_undo(self):
        """Raise ``UserError`` with the reason when the merge can't be undone."""
        if self.undone_at:
            raise UserError(self.env._("This merge was undone already."))
        if not self._is_young():
            raise UserError(
                self.env._(
                    "A merge can be undone for one day. Register the other patient again, and book what comes for them."
                )
            )
        if self.kept_id.merged_into_id:
            raise UserError(
                self.env._(
                    "%(patient)s was merged into %(kept)s since. Undo that first.",
                    patient=self.kept_id.number,
                    kept=self.kept_id.merged_into_id.display_name,
                )
            )
        if added := self._added_since():
            raise UserError(
                self.env._(
                    "This merge can't be undone any more, because it can't be said to whom belongs what was added to "
                    "%(patient)s since: %(what)s.",
                    patient=self.kept_id.name,
                    what=", ".join(added),
                )
            )

    def _added_since(self):
        """Return the kinds of what was added for the patient since the merge, in words."""
        found = []
        for name, domain in self._watched().items():
            model = self.env[name].with_context(active_test=False)
            if model.search_count([*domain, ("id", ">", self.marks.get(name, 0))], limit=1):
                found.append(self._added_text(model))
        return list(dict.fromkeys(found))

    @api.model
    def _added_text(self, model):
        """Return what is said of a record of ``model`` that was added; others say less of what is confidential."""
        return self.env["ir.model"]._get(model._name).name

    def _undo(self):
        self.ensure_one()
        # First, because nothing is put back to a patient who is merged.
        self.merged_id.write({"merged_into_id": False})
        self.merged_id.flush_recordset(["merged_into_id"])
        for model, name, before, after in self.changes[::-1]:
            self._put_back(self.env[model].browse(map(int, before)).exists(), name, before, after)
        self._follow()
        self.write({"undone_at": fields.Datetime.now(), "undone_by_id": self.env.uid})

    def _put_back(self, records, name, before, after):
        """Give ``records`` the values ``before``; what was written by the ORM only where it still is as ``after``."""
        for record in records:
            value = before[str(record.id)]
            if after is None:
                self._set_column(record, name, value or None)
            elif len(before) > 1 or self._values_of(record, name)[record.id] == after["value"]:
                record.write({name: value})
