from datetime import timedelta

from odoo import api, fields, models

from ..const import PER_PAGE

# Who comes a little late still sees where to.
LATE = timedelta(hours=2)
MOST_COMING = 50


class ClinicPortal(models.AbstractModel):
    """What stands on a patient's own pages.

    Called by these pages alone, as superuser, with a patient whom ``_clinic_portal_patients`` has given: everything
    here is asked for by that patient. Other addons add what they know.
    """

    _name = "clinic.portal"
    _description = "Patient Portal"

    # -- the first page -----------------------------------------------------------------------------------------------

    @api.model
    def _prepare_home(self, patient):
        """Return what the first page of ``patient`` shows; other addons add their sections."""
        coming = self._coming(patient)
        money = self._invoices(patient, limit=3)
        following = coming.filtered(lambda visit: visit.state == "booked")[:1] or coming[:1]
        return {
            "row": self._prepare_visit(following) if following else None,
            "more": max(len(coming) - 1, 0),
            "todo": self._prepare_todo(patient, coming),
            "invoices": [self._prepare_invoice(invoice) for invoice in money],
            "book": self._book_address(patient.env.company),
        }

    @api.model
    def _prepare_todo(self, patient, coming):
        """Return [{"title", "text", "label", "address", "is_post"}] of what ``patient`` is asked to do.

        :param coming: the visits of ``patient`` to come
        """
        rows = [self._prepare_deposit(visit) for visit in coming if visit.deposit_due > 0]
        rows += [self._prepare_debt(patient, invoice) for invoice in self._invoices(patient, self._open_domain())]
        return [row for row in rows if row]

    @api.model
    def _prepare_deposit(self, visit):
        moment = visit._patient_moment_text(visit.start)
        return {
            "title": self.env._("Pay a deposit"),
            "text": f"{moment}: {visit.currency_id.format(visit.deposit_due)}",
            "label": self.env._("Pay"),
            "address": f"/my/clinic/{visit.patient_id.id}/pay/{visit.id}",
            "is_post": True,
        }

    @api.model
    def _prepare_debt(self, patient, invoice):
        row = self._prepare_invoice(invoice)
        if not row["due"]:
            return None
        return {
            "title": self.env._("Pay invoice %s", invoice.name),
            "text": row["due"] if row["pay"] else self.env._("%s: please pay at the desk", row["due"]),
            "label": self.env._("Pay"),
            "address": f"/my/clinic/{patient.id}/pay/{row['pay']}" if row["pay"] else None,
            "is_post": True,
        }

    @api.model
    def _book_address(self, branch, treatments=()):
        """Return the address at which ``treatments``, or any, are booked in ``branch``; None where nothing is."""
        online = self.env["clinic.online"]._branch(branch.id)
        if not online:
            return None
        offered = [treatment for treatment in treatments if treatment.is_online]
        if treatments and len(offered) != len(treatments):
            return None
        words = "&".join(f"t={treatment.id}" for treatment in offered)
        return f"/book/{branch.id}/who?{words}" if words else f"/book/{branch.id}"

    # -- visits -------------------------------------------------------------------------------------------------------

    @api.model
    def _coming(self, patient):
        """Return the visits of ``patient`` that are to come, the next one first."""
        domain = [
            ("patient_id", "=", patient.id),
            ("state", "in", ("held", "booked", "arrived", "in_progress")),
            ("start", ">", fields.Datetime.now() - LATE),
        ]
        visits = self.env["clinic.visit"].search(domain, order="start, id", limit=MOST_COMING)
        return visits.filtered(lambda visit: not visit._is_hold_over(visit.state, visit.expires_at))

    @api.model
    def _prepare_visits(self, patient, page):
        """Return the visits to come, and the ``page``-th part of those that were."""
        coming = self._coming(patient)
        domain = [
            ("patient_id", "=", patient.id),
            ("id", "not in", coming.ids),
            # A time that was kept and not booked was no visit.
            ("state", "!=", "held"),
            "|",
            ("state", "!=", "cancelled"),
            ("told_start", "!=", False),
        ]
        visits = self.env["clinic.visit"]
        count = visits.search_count(domain)
        pages = max((count + PER_PAGE - 1) // PER_PAGE, 1)
        page = min(page, pages)
        past = visits.search(domain, order="start DESC, id DESC", limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        return {
            "coming": [self._prepare_visit(visit) for visit in coming],
            "past": [self._prepare_visit(visit) for visit in past],
            "page": page,
            "pages": pages,
            "book": self._book_address(patient.env.company),
        }

    @api.model
    def _state_name(self, visit):
        """Return how it stands with ``visit``, in the patient's words; nothing where nobody has said how it went."""
        if visit.state in ("booked", "arrived", "in_progress") and visit.stop < fields.Datetime.now() - LATE:
            return ""
        return {
            "held": self.env._("Kept for you"),
            "booked": self.env._("Booked"),
            "arrived": self.env._("You are here"),
            "in_progress": self.env._("You are being treated"),
            "done": self.env._("Done"),
            "cancelled": self.env._("Cancelled"),
            "no_show": self.env._("Missed"),
        }[visit.state]

    @api.model
    def _prepare_visit(self, visit):
        """Return what the pages show of ``visit``; other addons add theirs."""
        branch = visit.company_id
        procedures = visit._told_procedures()
        start = visit.start
        is_ahead = visit.state == "booked" and start > fields.Datetime.now()
        return {
            "id": visit.id,
            "number": visit.name,
            "state": visit.state,
            "state_name": self._state_name(visit),
            "start": fields.Datetime.to_string(start),
            "moment": visit._patient_moment_text(start),
            "day": self.env["clinic.message"]._day_text(branch._clinic_local(start).date(), self.env.lang),
            "branch": branch.name,
            "phone": branch.phone or "",
            "place": branch.partner_id._clinic_address_line(),
            "people": ", ".join(procedures.practitioner_id.mapped("name")),
            "treatments": [procedure.treatment_id.name for procedure in procedures],
            "directions": branch.clinic_portal_directions or "",
            "bring": branch.clinic_portal_bring or "",
            "is_ahead": is_ahead,
            "is_coming": visit.state in ("held", "booked") and start > fields.Datetime.now(),
            "until": visit.state == "held" and branch._clinic_patient_moment_text(visit.expires_at),
            "is_confirmed": visit._is_confirmed(),
            "may_change": is_ahead and visit._patient_may_change(),
            "pay": visit.deposit_due > 0 and visit.currency_id.format(visit.deposit_due),
            "texts": [],
        }

    # -- money --------------------------------------------------------------------------------------------------------

    @api.model
    def _invoices(self, patient, domain=(), limit=None):
        """Return the posted invoices and credit notes of ``patient``, the last ones first.

        Those from before a merge stay with the contact for whom they were made.
        """
        return self.env["account.move"].search(
            [
                ("partner_id", "in", patient._united_partners().ids),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                *domain,
            ],
            order="invoice_date DESC, id DESC",
            limit=limit,
        )

    @api.model
    def _open_domain(self):
        return [("move_type", "=", "out_invoice"), ("amount_residual_signed", ">", 0)]

    @api.model
    def _prepare_money(self, patient):
        """Return the invoices of ``patient``, and what is still to be paid of them."""
        rows = [self._prepare_invoice(invoice) for invoice in self._invoices(patient)]
        totals = {}
        for row in rows:
            if row["owed"]:
                totals[row["currency"]] = totals.get(row["currency"], 0.0) + row["owed"]
        return {
            "invoices": rows,
            "owed": [currency.format(amount) for currency, amount in totals.items()],
        }

    @api.model
    def _prepare_invoice(self, invoice):
        """Return what the pages show of ``invoice``."""
        visit = invoice.clinic_visit_id
        owed = invoice._clinic_amount_due() if invoice.move_type == "out_invoice" else 0.0
        by_link = bool(owed and visit and visit.invoice_id == invoice)
        return {
            "id": invoice.id,
            "name": invoice.name,
            "day": self.env["clinic.message"]._day_text(invoice.invoice_date or invoice.date, self.env.lang),
            "total": invoice.currency_id.format(invoice.amount_total),
            "is_credit": invoice.move_type == "out_refund",
            "owed": owed,
            "currency": invoice.company_currency_id,
            "due": owed and invoice.company_currency_id.format(owed),
            "pay": visit.id if by_link else None,
        }

    # -- messages -----------------------------------------------------------------------------------------------------

    @api.model
    def _thread(self, patient):
        """Return what ``patient`` and the clinic have written to each other, in its order."""
        return self.env["clinic.portal.message"].search([("patient_id", "=", patient.id)], order="id")

    @api.model
    def _count_unread(self, patient):
        """Return how many messages of the clinic ``patient`` has not opened."""
        domain = [("patient_id", "=", patient.id), ("direction", "=", "out"), ("read_at", "=", False)]
        return self.env["clinic.portal.message"].search_count(domain)

    @api.model
    def _prepare_message(self, message):
        """Return what the page shows of ``message``."""
        branch = message.company_id
        return {
            "is_ours": message.direction == "out",
            "who": branch.name if message.direction == "out" else message.author_id.name,
            "at": branch._clinic_patient_moment_text(message.create_date),
            "text": message.text,
            "is_new": message.direction == "out" and not message.read_at,
        }
