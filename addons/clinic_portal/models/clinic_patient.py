from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

from ..const import HOURS_AT_DESK
from .res_users import DELETED


class ClinicPatient(models.Model):
    """How a patient gets a login to the portal: by an invitation at the desk."""

    _inherit = "clinic.patient"

    portal_state = fields.Selection(
        [("none", "No access"), ("invited", "Invited"), ("active", "Signs in"), ("staff", "Works here")],
        compute="_compute_portal_state",
        compute_sudo=True,
        string="Portal",
    )
    portal_message_ids = fields.One2many("clinic.portal.message", "patient_id", string="Portal Messages")
    portal_invited_at = fields.Datetime("Invited On", readonly=True, copy=False)
    portal_invited_by_id = fields.Many2one("res.users", "Invited By", readonly=True, copy=False, ondelete="restrict")

    has_portal_reader = fields.Boolean(
        compute="_compute_has_portal_reader",
        compute_sudo=True,
        help="The patient, or a guardian, signs in to the portal.",
    )

    @api.depends(
        "partner_id.user_ids.active",
        "partner_id.user_ids.login_date",
        "partner_id.signup_type",
        "portal_invited_at",
    )
    def _compute_portal_state(self):
        for patient in self:
            users = patient.partner_id.user_ids.filtered("active")
            if not users:
                patient.portal_state = "none"
            elif not all(users.mapped("share")):
                patient.portal_state = "staff"
            else:
                patient.portal_state = "invited" if patient._is_waited_for(users) else "active"

    def _is_waited_for(self, users):
        """Return whether this patient, of these logins, has not signed in since the last invitation."""
        last = max(filter(None, users.mapped("login_date")), default=None)
        is_newer = not last or (self.portal_invited_at and self.portal_invited_at > last)
        return bool(self.partner_id.signup_type) and is_newer

    @api.depends("portal_state", "guardianship_ids.is_current")
    def _compute_has_portal_reader(self):
        for patient in self:
            patient.has_portal_reader = bool(patient._portal_readers())

    def _portal_readers(self):
        """Return the contacts who read this patient's pages and sign in: the patient's own, else those of guardians."""
        self.ensure_one()
        if self.portal_state == "active":
            return self.partner_id
        guardians = self.guardianship_ids.filtered(lambda guardian: guardian._is_current()).partner_id
        return guardians.filtered(lambda partner: any(user.active and user.share for user in partner.user_ids))

    # -- the invitation -----------------------------------------------------------------------------------------------

    def action_portal_invite(self):
        """Let this patient sign in to the portal, and show how: by a code to scan, or by a message."""
        self.ensure_one()
        self._check_may_invite()
        self._invite()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Portal: %s", self.name),
            "res_model": "clinic.portal.invite",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_patient_id": self.id},
        }

    def action_portal_end(self):
        """Let this patient sign in no more."""
        self.ensure_one()
        self._check_may_invite()
        # The right to invite was checked; it does not reach other people's logins.
        users = self.sudo().partner_id.user_ids.filtered(lambda user: user.active and user.share)
        users.partner_id.signup_cancel()
        users._clinic_shut()
        users.active = False
        return True

    def action_portal_renew(self):
        """Let this patient, who has forgotten the password or lost the phone, choose a new password at the desk."""
        self.ensure_one()
        self._check_may_invite()
        # As above.
        users = self.sudo().partner_id.user_ids.filtered(lambda user: user.active and user.share)
        users._clinic_shut()
        if users:
            self._note_invited()
        return self.action_portal_invite()

    def _check_may_invite(self):
        """Raise unless the user may let this patient sign in."""
        if not (self.env.su or self.env.user.has_group("clinic_portal.group_invite")):
            raise AccessError(self.env._("You may not invite patients to the portal. Ask a manager."))
        self.check_access("write")
        if self.merged_into_id or not self.active:
            raise UserError(self.env._("%s is archived or was merged into another patient.", self.display_name))
        if self.portal_state == "staff":
            raise UserError(self.env._("%s works here and has a login already.", self.name))

    def _invite(self):
        """Give this patient a login to the portal, where there is none; it has no password until they choose one."""
        self.ensure_one()
        # The right to invite was checked; reception may not make users otherwise.
        patient = self.sudo()
        partner = patient.partner_id
        user = patient._portal_user()
        is_open = user.active and user._is_portal()
        if not user:
            partner.action_unarchive()
            company = patient.branch_id or self.env.company
            users = self.env["res.users"].sudo().with_context(no_reset_password=True)
            user = users._create_user_from_template(
                {
                    "login": patient._portal_login(),
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                }
            )
        elif not is_open:
            # Whatever opened it before it was ended opens it no more.
            user._clinic_shut()
            portal, public = self.env.ref("base.group_portal"), self.env.ref("base.group_public")
            user.write({"active": True, "group_ids": [(4, portal.id), (3, public.id)]})
        if not is_open or patient.portal_state == "invited":
            self._note_invited()
        return user

    def _portal_user(self):
        """Return the login of this patient, one that is open before one that was ended; none that its owner deleted."""
        users = self.sudo().partner_id.with_context(active_test=False).user_ids.filtered("share")
        gone = self.env["res.users.deletion"].sudo().search([("user_id", "in", users.ids)]).user_id
        users = (users - gone).filtered(lambda user: not user.login.startswith(DELETED))
        return users.sorted(lambda user: (not user.active, -user.id))[:1]

    def _note_invited(self):
        """Let the patient choose a password by the next link, and note who has said so."""
        # The callers have checked the right to invite.
        patient = self.sudo()
        patient.partner_id.signup_prepare()
        patient._clinic_writing().write(
            {"portal_invited_at": fields.Datetime.now(), "portal_invited_by_id": self.env.uid}
        )

    def _portal_login(self):
        """Return by what this patient signs in: the email, or the patient's number where another has that email."""
        email = email_normalize(self.email or "")
        users = self.env["res.users"].with_context(active_test=False)
        is_free = email and not users.search_count([("login", "=ilike", email)], limit=1)
        return email if is_free else self.number

    def _portal_address(self, hours=None):
        """Return where this patient signs in; the first time, by a link to choose a password.

        :param hours: for how long such a link is good, if not as long as Odoo says
        """
        self.ensure_one()
        # Called by our own messages, and by the dialog of who may invite.
        partner = self.sudo().partner_id
        base = partner.get_base_url()
        if self.portal_state != "invited" or not partner.signup_type:
            return f"{base}/my/clinic"
        token = partner._generate_signup_token(expiration=hours)
        return f"{base}/web/signup?token={token}&redirect=/my/clinic"

    def _portal_address_at_desk(self):
        """Return the address of the code that is shown at the desk, which is good for a while only."""
        return self._portal_address(HOURS_AT_DESK)

    # -- messages -----------------------------------------------------------------------------------------------------

    def _send_portal_message(self, code, key):
        """Write to this patient, in neutral words, by the way that reaches; return the messages."""
        self.ensure_one()
        # The callers have checked what they may do with the patient; the outbox is the clinic's.
        patient, queue = self.sudo(), self.env["clinic.message"].sudo()
        kind = queue.env["clinic.message.kind"].search([("code", "=", code)], limit=1)
        if not kind:
            return queue
        words = queue.env["clinic.message.consent"]._last_words(patient)
        channels = kind._channels()
        channels.sort(key=lambda channel: channel != patient.message_channel)
        rows = [queue._prepare_portal_message(kind, patient, channel, key, words) for channel in channels]
        # Where no way reaches, the history says why.
        reaching = [row for row in rows if row["state"] == "queued"] or rows
        messages = queue._enqueue(reaching[:1])
        self.env.ref("clinic_message.cron_send").sudo()._trigger()
        return messages
