from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CARRIED, REASONS


class ClinicCampaignRecipient(models.Model):
    """One patient of a campaign, as marketing may know of it: a name and a channel.

    Odoo's mailing is sent to these rows. They carry nothing by which somebody was chosen.
    """

    _name = "clinic.campaign.recipient"
    _description = "Campaign Recipient"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin", "mail.thread"]
    _order = "id"
    _mailing_enabled = True
    _primary_email = "address"
    # Those of a whole campaign, by one statement.
    _clinic_logs_changes = False

    campaign_id = fields.Many2one("clinic.campaign", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True)
    patient_id = fields.Many2one(
        "clinic.patient",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        groups="clinic.group_manager",
    )
    name = fields.Char(compute="_compute_name", search="_search_name", compute_sudo=True)
    channel = fields.Selection(related="campaign_id.channel")
    address = fields.Char(readonly=True, groups="clinic.group_manager", help="As it was drawn, or written to.")
    state = fields.Selection(
        [("drawn", "Chosen"), ("sent", "Written to"), ("left_out", "Left out"), ("control", "Control group")],
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Selection(REASONS, readonly=True)
    sent_at = fields.Datetime("Sent On", readonly=True)

    _once_a_campaign = models.UniqueIndex(
        "(campaign_id, patient_id)", "This patient is a recipient of the campaign already."
    )
    _one_an_address = models.UniqueIndex(
        "(campaign_id, address) WHERE state IN ('drawn', 'sent')", "The campaign goes to this address already."
    )
    _sent_idx = models.Index("(patient_id, sent_at) WHERE state = 'sent'")
    _sent_has_a_time = models.Constraint(
        "CHECK (state != 'sent' OR sent_at IS NOT NULL)", "Who was written to has a time."
    )
    _left_out_has_a_reason = models.Constraint(
        "CHECK (state != 'left_out' OR reason IS NOT NULL)", "Who is left out has a reason."
    )

    @api.depends("patient_id.name")
    def _compute_name(self):
        for recipient in self:
            recipient.name = recipient.patient_id.name

    def _search_name(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        # A name is what marketing may know; of whom it is, this tells nobody.
        found = self.sudo()._search([("patient_id.partner_id.name", operator, value)])
        return Domain("id", "in", found)

    @api.model
    def mail_allowed_qweb_expressions(self):
        # All that a mailing may say of its recipient.
        return ("object.name",)

    def _movable_with_patient(self, kept):
        """Where both are recipients, the row of the one who is kept stands for them."""
        known = self.search([("patient_id", "=", kept.id)]).campaign_id
        return self.filtered(lambda recipient: recipient.campaign_id not in known)

    # -- Odoo's mailings ----------------------------------------------------------------------------------------------

    def _message_get_default_recipients(self, with_cc=False, all_tos=False):
        # Sent by those who may not read the address: given to the campaign's own mailing, and to nothing else.
        is_carried = self.env.context.get("clinic_carried") is CARRIED
        return {
            recipient.id: {
                "email_cc": "",
                "email_to": (recipient.address or "") if is_carried else "",
                "partner_ids": [],
            }
            for recipient in self.sudo()
        }

    def _phone_get_number_fields(self):
        return ["address"]

    def _mail_get_partners(self, introspect_fields=False):
        return {recipient.id: self.env["res.partner"] for recipient in self}

    # -- being written to ---------------------------------------------------------------------------------------------

    def _ask_again(self):
        """Leave out those who may not be written to any more, before a batch of them leaves; return the others."""
        if not self:
            return self
        self.env.flush_all()
        campaign = self.campaign_id
        campaign.ensure_one()
        found = self.env.execute_query(campaign._judged_sql(self._patients_sql()))
        judged = {patient_id: (address, reason) for patient_id, address, reason in found}
        for recipient in self:
            address, reason = judged.get(recipient.patient_id.id, (None, "merged"))
            taken = address != recipient.address and campaign._has_address(address)
            if reason := reason or ("same_address" if taken else None):
                recipient._leave_out(reason)
            elif address != recipient.address:
                recipient._clinic_writing().write({"address": address})
        return self.filtered(lambda recipient: recipient.state == "drawn")

    def _patients_sql(self):
        return SQL(
            "SELECT one.id FROM clinic_patient one WHERE one.id = ANY(%s) AND one.merged_into_id IS NULL",
            self.patient_id.ids,
        )

    def _write_to(self, moment):
        """Write down that these are written to at ``moment``."""
        self.sudo()._clinic_writing().write({"state": "sent", "reason": False, "sent_at": moment})

    def _take_again(self):
        """Let these be written to again, as nothing has left."""
        self.sudo()._clinic_writing().write({"state": "drawn", "reason": False, "sent_at": False})

    def _leave_out(self, reason):
        """Write down why these are not written to."""
        self.sudo()._clinic_writing().write({"state": "left_out", "reason": reason, "sent_at": False})

    def _quiet_ends(self):
        """Return {recipient: end of its quiet hours (naive UTC)} of those in whose quiet hours it is."""
        messages, now = self.env["clinic.message"], fields.Datetime.now()
        ends = {}
        # Read together.
        self.patient_id.mapped("tz")
        for recipient in self:
            message = messages.new({"patient_id": recipient.patient_id.id, "company_id": recipient.company_id.id})
            if end := message._quiet_until(now):
                ends[recipient] = end
        return ends
