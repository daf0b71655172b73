from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.clinic.door import a_record, takes

STAFF = "clinic.group_reception,clinic.group_cosmetologist"
# While a visit is one of these, something may still be signed for it.
OPEN = ("held", "booked", "arrived", "in_progress")


class ClinicVisit(models.Model):
    """What a visit's patient has still to sign, and how the page for it gets into the patient's hands."""

    _inherit = "clinic.visit"

    has_consents_due = fields.Boolean(compute="_compute_has_consents_due", string="To Sign")

    @api.depends("state", "procedure_ids.state", "procedure_ids.treatment_id", "procedure_ids.start")
    def _compute_has_consents_due(self):
        open_visits = self.filtered(lambda visit: visit._origin and visit.state in OPEN)
        procedures = open_visits._origin.procedure_ids.filtered(lambda procedure: procedure.state == "planned")
        ids = self._procedures_with_pages(procedures)
        for visit in self:
            visit.has_consents_due = bool(ids & set(visit._origin.procedure_ids.ids))

    @api.model
    def _procedures_with_pages(self, procedures):
        """Return the ids of those of ``procedures`` for which the patient has a page to go through.

        Other addons add what they ask the patient for.
        """
        return {row["number"] for row in self.env["clinic.consent.need"]._due(procedures._consent_asked())}

    def _has_pages_due(self):
        """Return whether the patient has anything to go through for this visit; other addons add their pages."""
        return bool(self._consents_due())

    def _consents_due(self):
        """Return [(consent form, procedure)] to be signed for this visit, mandatory ones first and each text once."""
        self.ensure_one()
        if self.state not in OPEN:
            return []
        procedures = self.procedure_ids.filtered(lambda procedure: procedure.state in ("planned", "in_progress"))
        templates, found, seen = self.env["clinic.consent.template"], [], set()
        rows = self.env["clinic.consent.need"]._due(procedures._consent_asked())
        for row in sorted(rows, key=lambda row: not row["mandatory"]):
            template = templates.browse(row["template_id"])
            procedure = procedures.browse(row["number"])
            key = (template, procedure.id if template._is_of_procedure() else None)
            if key not in seen:
                seen.add(key)
                found.append((template, procedure))
        return found

    # -- handing over -------------------------------------------------------------------------------------------------

    def _check_may_hand_over(self):
        self.ensure_one()
        if not self.env.user.has_groups(STAFF):
            raise AccessError(self.env._("Consents are handed over at the desk or in the treatment room."))
        self.check_access("read")

    def _check_hand_over(self):
        """Raise unless the user may hand over, there is something to sign, and no answer has stopped it.

        After such an answer those who treat hand over, once they have talked with the patient.
        """
        self._check_may_hand_over()
        # What is to be signed is found for all who may hand over; the dialog says only that there is something.
        if not self.sudo()._has_pages_due():
            raise UserError(self.env._("There is nothing to sign for this visit."))
        # As above.
        requests = self.env["clinic.consent.request"].sudo()
        stopped = requests.search([("visit_id", "=", self.id), ("stopped", "=", True), ("cleared_at", "=", False)])
        if stopped and not self.env.user.has_group("clinic.group_cosmetologist"):
            raise UserError(
                self.env._("An answer asks for a practitioner, who talks with them first and then hands it over.")
            )
        stopped._clear()

    def action_hand_over(self):
        """Hand the visit's consents over: to the branch's tablet where one waits, else as a QR code."""
        self._check_hand_over()
        devices = self.env["clinic.consent.device"].sudo()._awake_in(self.company_id)
        return self._hand_over(devices if len(devices) == 1 else None)

    @takes(device=a_record("clinic.consent.device", exists=True))
    def action_hand_over_to(self, device=None):
        """Hand the visit's consents over to the tablet ``device``, or as a QR code."""
        self._check_hand_over()
        if device:
            device._check_awake(self.company_id)
        return self._hand_over(device)

    def _hand_over(self, device):
        # The right to hand over was checked; who has it need not read what the patient has signed.
        request, address = self.env["clinic.consent.request"]._hand_over(self, "desk", device and device.sudo())
        devices = self.env["clinic.consent.device"].sudo()._awake_in(self.company_id)
        return {
            "type": "ir.actions.client",
            "tag": "clinic_consent.hand_over",
            "name": self.env._("To sign: %s", self.patient_id.name),
            "target": "new",
            "params": {
                "visit_id": self.id,
                "url": address or False,
                "qr": devices._qr(address) if address else False,
                "device": device.sudo().name if device else False,
                "devices": [
                    {"id": found.id, "name": found.name} for found in devices if not device or found.id != device.id
                ],
                "state": request._state(),
            },
        }

    @api.readonly
    def hand_over_state(self):
        """Return how far the patient has got with what was handed over last for this visit; False for nothing."""
        self._check_may_hand_over()
        # As above.
        requests = self.env["clinic.consent.request"].sudo()
        request = requests.search([("visit_id", "=", self.id)], order="id desc", limit=1)
        return request._state() if request else False
