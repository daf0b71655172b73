from collections import defaultdict

from odoo import fields, models
from odoo.tools.misc import clean_context


class ClinicLotRecall(models.Model):
    """Who belongs on the list, in whatever branch."""

    _inherit = "clinic.lot.recall"

    def web_read(self, specification):
        """Anyone who opens an open recall sees what was logged or taken back since."""
        if len(self.ids) == 1 and self.has_access("write") and self.state == "open":
            self._find_patients()
        return super().web_read(specification)

    # The list may have to be written, so this does not read from a replica.
    web_read._readonly = False

    def action_refresh(self):
        """Bring the list of patients up to date."""
        self.check_access("write")
        self._check_open()
        self._find_patients()
        return self._write_facts({"refreshed_at": fields.Datetime.now()})

    def _find_patients(self):
        """Give each patient on whom the lot was used a line, and take off those on whom it was not after all.

        Anyone who has been told of it stays on the list, to be told that it was a mistake.
        """
        for recall in self:
            used = recall._used_on()
            lines = recall._all_lines()
            changed = recall._add_lines(used, lines) | recall._update_lines(used, lines)
            if changed:
                recall._write_facts({"refreshed_at": fields.Datetime.now()})
            recall._add_branches(used)
        # Each user reads again those whom they may see.
        self.invalidate_recordset(["line_ids"])

    def _all_lines(self):
        """Return the lines of all branches, with all rights."""
        # The right to work on this recall was checked on it. Its lines are written by nobody by hand, and it finds the
        # patients of all branches: a recall that misses somebody because of who opened it is none.
        return self.env["clinic.lot.recall.line"].sudo().search([("recall_id", "in", self.ids)])

    def _used_on(self):
        """Return {patient: the branches where the lot was used on them, the latest first}."""
        self.ensure_one()
        # As above.
        groups = (
            self.env["clinic.consumption"]
            .sudo()
            ._read_group(
                [("lot_id", "=", self.lot_id.id), ("state", "=", "used")], ["patient_id", "company_id"], ["id:max"]
            )
        )
        used = defaultdict(lambda: self.env["res.company"].sudo())
        for patient, branch, _last in sorted(groups, key=lambda group: -group[2]):
            used[patient] |= branch
        return dict(used)

    def _add_lines(self, used, lines):
        """Create the lines of who is not on the list yet; return whether there were any."""
        missing = used.keys() - set(lines.patient_id)
        lines.create(
            [
                {"recall_id": self.id, "patient_id": patient.id, "company_ids": used[patient].ids}
                for patient in used
                if patient in missing
            ]
        )
        return bool(missing)

    def _update_lines(self, used, lines):
        """Let the lines follow what was taken back, or used in another branch; return whether there was anything."""
        gone = lines.filtered(lambda line: line.state == "to_inform" and line.patient_id not in used)
        moved = (lines - gone).filtered(
            lambda line: line.patient_id in used and line.company_ids != used[line.patient_id]
        )
        for line in moved:
            line.company_ids = used[line.patient_id]
        gone.unlink()
        return bool(gone or moved)

    # -- branches -----------------------------------------------------------------------------------------------------

    def _add_branches(self, used):
        """Let the branches see the recall where the lot was used or lies, and tell their managers."""
        self.ensure_one()
        # As above.
        quants = self.env["stock.quant"].sudo()
        lying = [("lot_id", "=", self.lot_id.id), ("location_id.usage", "=", "internal"), ("quantity", ">", 0)]
        [(concerned,)] = quants._read_group(lying, aggregates=["company_id:recordset"])
        new = concerned.union(*used.values()) - self.sudo().company_ids
        if new:
            self.sudo()._write_facts({"company_ids": [fields.Command.link(branch.id) for branch in new]})
            self._tell_managers(new)

    def _tell_managers(self, branches):
        """Ask each manager of ``branches``, but the user, once to look at this recall; its number is all they read."""
        # Anyone who opens a recall need not know the managers, nor may they plan activities for them.
        everybody = self.env.ref("clinic.group_manager").sudo().all_user_ids
        managers = everybody.filtered(lambda user: user.active and user.company_ids & branches) - self.env.user
        managers -= self.sudo().activity_ids.user_id
        # No caller's context keeps the activity from being planned.
        recall = self.sudo().with_env(self.sudo().env(context=clean_context(self.env.context)))
        for manager in managers:
            told = recall.with_context(lang=manager.lang, mail_activity_quick_update=True)
            told.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=told.env._("Inform the patients of your branch: %s", recall.name),
                user_id=manager.id,
            )
