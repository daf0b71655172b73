"""Campaigns: one that was sent some weeks ago, with what came of it, and one for marketing to write."""

from contextlib import suppress
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from .chance import chance
from .clock import to_utc

# So many in a hundred of those with an email address have agreed to news and offers.
AGREED = 70
SENT_BEFORE = 28  # days
SPRING = (
    '<div class="o_layout o_basic_theme"><p>Dear <t t-out="object.name"></t>,</p>'
    "<p>This month there is more room for you: we are open until nine in the evening. "
    'Book by phone, or reply to this mail.</p><p style="font-size: 12px;">'
    '<a href="/unsubscribe_from_list">Unsubscribe</a></p></div>'
)


def prepare_campaigns(env, patients):
    """Let many patients have agreed to news and offers when they registered."""
    rng = chance("campaigns")
    consents = env["clinic.message.consent"]
    asked = patients.filtered("email") - consents.search([("purpose", "=", "marketing")]).patient_id
    consents.create(
        [
            {
                "patient_id": patient.id,
                "channel": channel,
                "purpose": "marketing",
                "is_given": True,
                "source": "form",
                "evidence": "Registration form",
            }
            for patient in asked
            if rng.randrange(100) < AGREED
            for channel in ("email", "sms")
        ]
    )


def campaigns(env, branch, today):
    """A life: a campaign is drawn, with a control group, and sent on the next day."""
    yield to_utc(today - timedelta(days=SENT_BEFORE), 10)
    segment = env["clinic.segment"].create(
        {"name": "Grown-ups up to 65", "company_id": branch.id, "age_from": 21, "age_to": 65}
    )
    campaign = env["clinic.campaign"].create(
        {"name": "Longer Evenings", "segment_id": segment.id, "company_id": branch.id, "control_percent": 20}
    )
    campaign.action_draw()
    campaign.mailing_id.write({"subject": "More room for you", "body_arch": SPRING, "body_html": SPRING})
    yield to_utc(today - timedelta(days=SENT_BEFORE - 1), 11)
    _send_in_trial(campaign.mailing_id)


def draft_campaign(env, branch):
    """Let a campaign to those who have paid most wait for marketing."""
    segment = env["clinic.segment"].create({"name": "VIP: paid 60,000 in a year", "company_id": branch.id})
    segment.paid_from = 60_000
    campaign = env["clinic.campaign"].create(
        {"name": "Invitation to the Open Evening", "segment_id": segment.id, "company_id": branch.id}
    )
    # After few weeks nobody has paid so much.
    with suppress(UserError):
        campaign.action_draw()


def _send_in_trial(mailing):
    """Let ``mailing`` have been sent in trial operation; the scheduled action would commit after each mail."""
    now = fields.Datetime.now()
    messages = mailing.env["clinic.message"]
    written = mailing.clinic_campaign_id.recipient_ids.filtered(lambda recipient: recipient.state == "drawn")
    for recipient in written:
        rows, _reason, _quiet = mailing._clinic_gate("email", recipient.address, recipient)
        messages._claim_mailed(rows)._settle_mailed("sent")
    written._write_to(now)
    mailing.env["mailing.trace"].create(
        [
            {
                "trace_type": "mail",
                "email": recipient.address,
                "model": recipient._name,
                "res_id": recipient.id,
                "mass_mailing_id": mailing.id,
                "trace_status": ("sent", "open", "open")[number % 3],
                "sent_datetime": now,
            }
            for number, recipient in enumerate(written)
        ]
    )
    mailing.write({"state": "done", "sent_date": now})
