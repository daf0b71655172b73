from odoo import api, fields, models
from odoo.exceptions import UserError

TIMES = {"start", "stop", "start_date", "stop_date", "duration", "allday"}
# What the procedure says; only its times can be changed from the calendar.
FROM_PROCEDURE = {"name", "partner_ids", "attendee_ids", "user_id", "active", "show_as", "recurrency", "allday"}


class CalendarEvent(models.Model):
    """A procedure in its practitioner's calendar: busy time under the visit's number, and nothing else."""

    _inherit = "calendar.event"
    _clinic_locked = ("clinic_procedure_id",)

    clinic_procedure_id = fields.Many2one(
        "clinic.procedure", ondelete="cascade", index="btree_not_null", copy=False, groups="clinic.group_staff"
    )

    _clinic_procedure_uniq = models.UniqueIndex(
        "(clinic_procedure_id) WHERE clinic_procedure_id IS NOT NULL AND active", "A procedure has one event only."
    )

    # What the slot engine asks for: appointments that are no procedures, ahead.
    _clinic_appointment_idx = models.Index("(stop) WHERE clinic_procedure_id IS NULL")

    def write(self, vals):
        # Everybody may have the calendar; whether it stands for a procedure only the clinic's staff may read.
        treated = self.sudo().filtered("clinic_procedure_id")
        if treated and not self.env.su and vals.keys() & FROM_PROCEDURE:
            raise UserError(
                self.env._("%s is part of a clinic visit: here only its time can be changed.", treated[0].name)
            )
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            treated._let_go()
        elif vals.keys() & TIMES:
            for event in treated:
                event.with_env(self.env)._move_procedure()
        return result

    def _let_go(self):
        """Part these events, which another calendar has archived, from their procedures, which get new ones.

        An archived event stays as it is: what the other calendar has deleted does not come back to life there.
        """
        self.clinic_procedure_id.calendar_stale = True
        self.clinic_procedure_id = False

    def _move_procedure(self):
        """Let the procedure follow the time of its event, by the rules and with the rights of the user who moves it.

        A synchronisation with another calendar must not fail for one event: there, what the rules refuse is put back.
        """
        self.ensure_one()
        procedure = self.sudo().clinic_procedure_id.with_env(self.env)
        if (self.start, self.stop) == (procedure.sudo().start, procedure.sudo().stop):
            return
        if not self.env.su:
            procedure.move(start=self.start, stop=self.stop)
            return
        try:
            with self.env.cr.savepoint():
                procedure.move(start=self.start, stop=self.stop)
        except UserError:
            procedure.calendar_stale = True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_procedure(self):
        """What another calendar deletes comes back; people cancel the visit."""
        treated = self.sudo().filtered("clinic_procedure_id")
        if treated and not self.env.su:
            raise UserError(self.env._("%s is part of a clinic visit: cancel the visit instead.", treated[0].name))
        treated.clinic_procedure_id.calendar_stale = True
