from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import clean_context

from ..const import ACTIVITY, MOST_MESSAGES, MOST_TEXT


class ClinicPortalMessage(models.Model):
    """What a patient and the clinic have written to each other on the portal.

    It stays in the clinic's own tables: patients write about their health. Who is to answer gets an activity that says
    no word of it, and the patient a message that there is an answer.
    """

    _name = "clinic.portal.message"
    _description = "Portal Message"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "id desc"
    _clinic_fixed = ("text",)

    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True)
    direction = fields.Selection(
        [("in", "From the Patient"), ("out", "From the Clinic")], required=True, readonly=True, default="out"
    )
    text = fields.Text(required=True)
    author_id = fields.Many2one("res.users", string="Written By", required=True, readonly=True, ondelete="restrict")
    read_at = fields.Datetime(
        "Read On", readonly=True, copy=False, help="When the other side has opened it, or has answered."
    )

    _thread_idx = models.Index("(patient_id, id)")
    _unread_idx = models.Index("(company_id, id) WHERE read_at IS NULL")

    @api.depends("direction", "create_date")
    def _compute_display_name(self):
        # Neutral: names reach logs and activities.
        for message in self:
            message.display_name = self.env._("Portal message %s", message.id or "")

    @api.constrains("text")
    def _check_text(self):
        """A message says something, and no novel."""
        for message in self:
            if not message.text.strip():
                raise ValidationError(self.env._("Write the message first."))
            if len(message.text) > MOST_TEXT:
                raise ValidationError(self.env._("That is too long: at most %s characters.", MOST_TEXT))

    @api.model_create_multi
    def create(self, vals_list):
        """Write to a patient who signs in to the portal; a patient's own messages come by ``_receive``."""
        if self.env.su:
            return super().create(vals_list)
        ids = [vals.get("patient_id") for vals in vals_list]
        patients = self.env["clinic.patient"].browse([id_ for id_ in ids if isinstance(id_, int)]).exists()
        patients.check_access("read")
        if unable := patients.filtered(lambda patient: not patient.has_portal_reader)[:1]:
            raise UserError(
                self.env._("%s does not sign in to the portal, and would not read it. Invite them first.", unable.name)
            )
        rows = [{**vals, **self._prepare_ours(patients, vals)} for vals in vals_list]
        # Who may write to patients was checked; from whom and of which branch it is, is not the client's to say.
        messages = super(ClinicPortalMessage, self._clinic_writing()).create(rows).with_env(self.env)
        messages._settle_theirs()
        messages._tell_patient()
        return messages

    def _prepare_ours(self, patients, vals):
        patient = patients.filtered(lambda one: one.id == vals.get("patient_id"))
        return {
            "direction": "out",
            "author_id": self.env.uid,
            "company_id": (patient.branch_id or self.env.company).id,
            "read_at": False,
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was written to or by a patient stays."))

    # -- from the patient ---------------------------------------------------------------------------------------------

    @api.model
    def _clean(self, text):
        """Return ``text`` as it is stored; browsers send two characters for each end of a line."""
        return text.replace("\0", "").replace("\r\n", "\n").strip() if isinstance(text, str) else ""

    @api.model
    def _is_flood(self, patient):
        """Return whether this patient has written so much lately that it is no conversation any more."""
        since = fields.Datetime.now() - timedelta(hours=1)
        recent = [("patient_id", "=", patient.id), ("direction", "=", "in"), ("create_date", ">", since)]
        return self.sudo().search_count(recent) >= MOST_MESSAGES

    @api.model
    def _receive(self, patient, user, text, **values):
        """Keep what ``user`` has written for ``patient``, and have somebody answer it."""
        # The page has found out that the user acts for this patient.
        message = self.sudo().create(
            {
                **values,
                "patient_id": patient.id,
                "company_id": (patient.branch_id or self.env.company).id,
                "direction": "in",
                "author_id": user.id,
                "text": text,
            }
        )
        message._plan_answer()
        return message

    def _read_by_patient(self):
        """Note that the patient has opened what the clinic wrote."""
        unread = self.filtered(lambda message: message.direction == "out" and not message.read_at)
        unread.sudo().write({"read_at": fields.Datetime.now()})

    def _plan_answer(self):
        """Give who answers an activity on the patient, one at a time; it says no word of what was written."""
        self.ensure_one()
        # No caller's context keeps the activity from being planned.
        patient = self.patient_id.sudo().with_env(self.sudo().env(context=clean_context(self.env.context)))
        if patient.activity_search([ACTIVITY]):
            return
        user = self.company_id._clinic_portal_answers()
        told = patient.with_context(lang=user.lang, mail_activity_quick_update=True)
        told.activity_schedule(ACTIVITY, date_deadline=self.company_id._clinic_today(), user_id=user.id)

    # -- from the clinic ----------------------------------------------------------------------------------------------

    def action_reply(self):
        """Open the dialog for an answer to this patient."""
        self.ensure_one()
        self.browse().check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to %s", self.patient_id.name),
            "res_model": "clinic.portal.message",
            "views": [[self.env.ref("clinic_portal.clinic_portal_message_view_reply").id, "form"]],
            "target": "new",
            "context": {"default_patient_id": self.patient_id.id},
        }

    def action_settle(self):
        """Take these messages as read: they need no answer."""
        self.browse().check_access("create")
        self.check_access("read")
        self.filtered(lambda message: message.direction == "in")._settle()
        return True

    def _settle_theirs(self):
        """Take what the patients of these messages have written before as answered."""
        theirs = self.search([("patient_id", "in", self.patient_id.ids), ("direction", "=", "in")])
        theirs._settle()

    def _settle(self):
        unread = self.filtered(lambda message: not message.read_at)
        # That they may answer was checked; only this says so.
        unread.sudo()._clinic_writing().write({"read_at": fields.Datetime.now()})
        waiting = self.sudo().search([("patient_id", "in", self.patient_id.ids), ("direction", "=", "in")])
        answered = self.patient_id - waiting.filtered(lambda message: not message.read_at).patient_id
        # As above.
        answered.sudo().activity_feedback([ACTIVITY])

    def _tell_patient(self):
        """Write to those who read the patient's pages, in neutral words, that there is something to read.

        To a guardian as the patient who they are themselves; one who is none hears of it on the next look.
        """
        for message in self:
            # Who is written to does not depend on who asks.
            for reader in message.patient_id.sudo()._portal_readers()._clinic_patients().filtered("active"):
                reader._send_portal_message("portal_reply", f"portal_reply:{message.id}:{reader.id}")
