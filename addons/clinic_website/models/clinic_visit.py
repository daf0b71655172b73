from odoo import api, fields, models


class ClinicVisit(models.Model):
    """A visit that the patient has booked online; who that is, reception makes sure of."""

    _inherit = "clinic.visit"

    is_booked_online = fields.Boolean("Booked Online", copy=False, readonly=True)
    online_terms = fields.Text("Terms Agreed", copy=False, readonly=True, help="What the patient ticked online.")
    online_agreed_at = fields.Datetime("Agreed On", copy=False, readonly=True)
    online_known_by = fields.Selection(
        [("code", "A code sent to the patient"), ("login", "The patient's login")],
        "Identified Online By",
        copy=False,
        readonly=True,
        help="Empty: nobody has shown who it is; reception asks.",
    )
    online_again = fields.Boolean(
        "May Be Offered Again", copy=False, readonly=True, help="Ticked online: write once if it is not paid in time."
    )
    may_be_known = fields.Boolean(compute="_compute_may_be_known", string="Possible Duplicate")

    @api.depends("is_booked_online", "online_known_by", "patient_id.duplicate_ids")
    def _compute_may_be_known(self):
        """Whether somebody booked online whom the clinic may have twice: identified ones by the same name."""
        for visit in self:
            twins = visit.patient_id.duplicate_ids if visit.is_booked_online else visit.patient_id.browse()
            if visit.online_known_by:
                # Others of the family share the phone.
                twins = twins.filtered(lambda twin, name=visit.patient_id.name_key: twin.name_key == name)
            visit.may_be_known = bool(twins)

    def _after_transition(self, new):
        """What was held for its deposit is told as soon as it is booked."""
        super()._after_transition(new)
        if new == "booked":
            self.filtered("is_booked_online")._tell_now()

    def _tell_others(self, trigger, queued):
        """What patients book online, and what becomes of it, is told to those whom the branch has chosen, each once."""
        super()._tell_others(trigger, queued)
        kind = self.env.ref(f"clinic_message.kind_{trigger}").sudo()
        rows, told = [], {(row.visit_id, row.address) for row in queued if row.recipient != "patient"}
        for visit in self.filtered("is_booked_online"):
            for recipient, users in visit._told_online().items():
                for user in users:
                    row = queued._prepare_message(kind, visit, recipient, "email", user=user)
                    if (visit, row["address"]) not in told:
                        told.add((visit, row["address"]))
                        rows.append(row)
        queued._enqueue(rows)

    def _told_online(self):
        """Return {recipient: users} of who, beside the patient, hears of this visit that was booked online."""
        self.ensure_one()
        # Whom a branch has chosen is no secret of its own.
        visit, branch = self.sudo(), self.company_id.sudo()
        people = visit._told_procedures().practitioner_id.user_id if branch.clinic_online_tell_practitioner else None
        told = {"practitioner": people or branch.env["res.users"], "manager": branch.clinic_online_tell_ids}
        return {recipient: users.filtered("active") for recipient, users in told.items()}

    def _prepare_again(self):
        """What was booked online stays so when its time is booked again."""
        names = ("is_booked_online", "online_terms", "online_agreed_at", "online_known_by")
        return {**super()._prepare_again(), **{name: self[name] for name in names}}

    def action_view_duplicates(self):
        """Open the patients who may be the one who has booked online."""
        self.ensure_one()
        return self.patient_id.action_view_duplicates()
