from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import MAILING_TYPES


class ClinicCampaign(models.Model):
    """One message to the patients of a segment: who gets it, who is compared with them, and what came of it.

    Who may see by what they were chosen draws the recipients; marketing writes the mailing, and finds names alone.
    """

    _name = "clinic.campaign"
    _description = "Campaign"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _clinic_fixed = ("company_id",)

    name = fields.Char(
        required=True,
        default=lambda self: self.env._("New"),
        help="Read by marketing, and in the mailing's statistics: say nothing here of why the patients were chosen.",
    )
    number = fields.Char(readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, default=lambda self: self.env.company, index=True
    )
    segment_id = fields.Many2one(
        "clinic.segment",
        ondelete="restrict",
        index="btree_not_null",
        groups="clinic.group_manager,clinic.group_practitioner",
        help="The patients it is for. Marketing does not see it.",
    )
    channel = fields.Selection([("email", "Email"), ("sms", "SMS")], required=True, default="email")
    control_percent = fields.Integer(
        "Control Group (%)",
        help="So many in a hundred, drawn by lot, are not written to: what they book without it shows what it brought.",
    )
    state = fields.Selection(
        [("new", "New"), ("ready", "Recipients Drawn"), ("sending", "Being Sent"), ("done", "Sent")],
        compute="_compute_state",
        compute_sudo=True,
        store=True,
        tracking=True,
    )
    drawn_at = fields.Datetime("Drawn On", readonly=True, copy=False)
    recipient_ids = fields.One2many("clinic.campaign.recipient", "campaign_id", copy=False)
    mailing_ids = fields.One2many("mailing.mailing", "clinic_campaign_id", copy=False)
    mailing_id = fields.Many2one("mailing.mailing", compute="_compute_mailing_id")
    utm_campaign_id = fields.Many2one(
        "utm.campaign", string="UTM Campaign", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )

    _number_uniq = models.UniqueIndex("(number)", "There is a campaign with this number already.")
    _utm_uniq = models.UniqueIndex("(utm_campaign_id)", "This UTM campaign belongs to another campaign.")
    _control_share = models.Constraint(
        "CHECK (COALESCE(control_percent, 0) BETWEEN 0 AND 50)",
        "The control group is between none and half of the recipients.",
    )

    @api.depends("drawn_at", "mailing_ids.state")
    def _compute_state(self):
        for campaign in self:
            sent = campaign.mailing_ids[:1].state
            if not campaign.drawn_at:
                campaign.state = "new"
            elif sent in ("in_queue", "sending"):
                campaign.state = "sending"
            else:
                campaign.state = "done" if sent == "done" else "ready"

    @api.depends("mailing_ids")
    def _compute_mailing_id(self):
        for campaign in self:
            campaign.mailing_id = campaign.mailing_ids[:1]

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        numbers = [sequence.next_by_code("clinic.campaign") for _vals in vals_list]
        # Named by its number: a UTM campaign stands in every link.
        sources = self.env["utm.campaign"].sudo().create([{"title": number} for number in numbers])
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name") or vals["name"] == self.env._("New"):
                vals["name"] = self.env._("Campaign %s", number)
        campaigns = super().create(vals_list)
        for campaign, number, source in zip(campaigns, numbers, sources, strict=True):
            campaign.sudo()._clinic_writing().write({"number": number, "utm_campaign_id": source.id})
        return campaigns

    def write(self, vals):
        drawing = {"segment_id", "channel", "control_percent", "company_id"} & vals.keys()
        if drawing and not self.env.su:
            self._check_may_draw()
            if self.filtered("drawn_at"):
                raise UserError(self.env._("The recipients are drawn already. Take the draw back to change this."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drawn(self):
        if self.filtered("drawn_at"):
            raise UserError(self.env._("Take the draw back before you delete a campaign; one that was sent stays."))

    def _check_may_draw(self):
        """Raise ``AccessError`` for those who may not see by what patients are chosen."""
        self.check_access("write")
        self.env["clinic.segment"].check_access("read")

    # -- the mailing --------------------------------------------------------------------------------------------------

    def _prepare_mailing(self):
        """Return what the mailing of this campaign always is; its words are marketing's."""
        self.ensure_one()
        branch = self.company_id.sudo()
        return {
            "mailing_type": MAILING_TYPES[self.channel],
            "mailing_model_id": self.env["ir.model"]._get_id("clinic.campaign.recipient"),
            "campaign_id": self.utm_campaign_id.id,
            # Answers go to the branch, never to a page that marketing reads.
            "reply_to_mode": "new",
            "reply_to": branch.email_formatted or branch.catchall_formatted or False,
            "use_exclusion_list": True,
            "keep_archives": False,
            "sms_allow_unsubscribe": True,
            "sms_force_send": False,
            "ab_testing_enabled": False,
        }

    def _ensure_mailing(self):
        """Make the mailing of this campaign for marketing to write, or take the one of an earlier draw."""
        self.ensure_one()
        branch = self.company_id.sudo()
        mailings = self.env["mailing.mailing"].sudo()
        if self.mailing_ids:
            self.mailing_ids.write(self._prepare_mailing())
            return
        mailings._clinic_writing().create(
            {
                **self._prepare_mailing(),
                "clinic_campaign_id": self.id,
                "subject": self.name,
                "email_from": branch.email_formatted or branch.catchall_formatted or self.env.user.email_formatted,
                "user_id": self.env.uid,
                "body_arch": mailings._clinic_first_body(),
                "body_html": mailings._clinic_first_body(),
            }
        )

    def _has_address(self, address):
        """Return whether this campaign goes to ``address``, or has gone there."""
        taken = [("campaign_id", "=", self.id), ("address", "=", address), ("state", "in", ("drawn", "sent"))]
        return bool(self.env["clinic.campaign.recipient"].sudo().search_count(taken, limit=1))

    def action_open_mailing(self):
        """Open the mailing, to write it and to send it."""
        self.ensure_one()
        view = {"email": "mass_mailing.view_mail_mass_mailing_form"}.get(self.channel)
        view = view or "mass_mailing_sms.mailing_mailing_view_form_sms"
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "mailing.mailing",
            "res_id": self.mailing_id.id,
            "views": [[self.env.ref(view).id, "form"]],
            "context": {"default_mailing_type": MAILING_TYPES[self.channel]},
        }

    def action_recipients(self):
        """Open the list of those it goes to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recipients: %s", self.name),
            "res_model": "clinic.campaign.recipient",
            "views": [[False, "list"]],
            "domain": [("campaign_id", "=", self.id)],
        }
