from datetime import timedelta
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_message.models.clinic_message_queue import LATE as TOO_OLD

from ..const import AGAIN, AGAIN_DAYS

LINK = "{again}"


class ClinicMessage(models.Model):
    """Who left online booking at the payment, and has ticked that they may be written to, is offered another time."""

    _inherit = "clinic.message"

    @api.model
    def _due_sql(self, kind):
        if kind.trigger != AGAIN:
            return super()._due_sql(kind)
        self.env["res.company"].flush_model(["clinic_online_again"])
        self.env["clinic.patient"].flush_model(["phone_key"])
        self.env["res.partner"].flush_model(["email_normalized"])
        now = fields.Datetime.now()
        return SQL(
            """
            (v.online_again AND v.state = 'cancelled' AND v.cancel_reason_id = %(expired)s AND v.deposit_state = 'due'
             AND v.rebooked_as_id IS NULL AND v.late_money_at IS NULL
             AND v.expires_at <= %(until)s AND v.expires_at > %(since)s
             AND EXISTS (SELECT FROM res_company b WHERE b.id = v.company_id AND b.clinic_online_again)
             AND NOT EXISTS (
                SELECT FROM clinic_patient mine
                  JOIN res_partner my_contact ON my_contact.id = mine.partner_id
                  JOIN clinic_patient same ON TRUE
                  JOIN res_partner contact ON contact.id = same.partner_id
                 WHERE mine.id = v.patient_id
                   -- Who comes back without a code is another patient, of the same phone or email.
                   AND (same.id = mine.id OR same.phone_key = mine.phone_key
                        OR contact.email_normalized = my_contact.email_normalized)
                   AND (EXISTS (SELECT FROM clinic_visit other
                                 WHERE other.patient_id = same.id AND other.id > v.id
                                   AND other.state NOT IN ('cancelled', 'no_show'))
                        OR EXISTS (SELECT FROM clinic_message said
                                    WHERE said.patient_id = same.id AND said.kind_id = %(kind)s
                                      AND said.create_date > %(lately)s))))
            """,
            expired=self.env.ref("clinic_visit.cancel_reason_hold_expired").id,
            until=now - timedelta(hours=kind.hours),
            since=now - TOO_OLD,
            kind=kind.id,
            lately=now - timedelta(days=AGAIN_DAYS),
        )

    @api.model
    def _expiry(self, kind, start):
        if kind.trigger == AGAIN:
            return fields.Datetime.now() + TOO_OLD
        return super()._expiry(kind, start)

    def _why_outdated(self, now):
        outdated = super()._why_outdated(now)
        if outdated or self.kind_id.trigger != AGAIN or self.visit_id.online_again:
            return outdated
        return self.env._("The visit is not what it was when this was written.")

    def _links(self):
        links = super()._links()
        if LINK in f"{self.subject or ''}{self.body or ''}" and self.visit_id:
            links["again"] = self._again_address()
        return links

    def _again_address(self):
        """Return where the same treatments are booked: nothing in it says by whom, or what the visit was."""
        visit = self.visit_id.sudo()
        online = visit.env["clinic.online"]._at(visit.company_id)
        chosen = online._treatments(visit.company_id, visit.procedure_ids.treatment_id.ids)
        words = urlencode([("t", treatment.id) for treatment in chosen])
        step = f"/who?{words}" if words else ""
        return f"{online.get_base_url()}/book/{visit.company_id.id}{step}"
