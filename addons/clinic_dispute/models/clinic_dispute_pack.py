import re
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

# Banks read it, wherever the patient comes from.
ENGLISH = "en_US"
# What stands where a treatment is named.
LEFT_OUT = "(…)"


class Case(NamedTuple):
    """What belongs to a disputed document, as superuser."""

    document: models.Model  # account.payment or account.move
    branch: models.Model
    partner: models.Model
    patients: models.Model
    visits: models.Model
    invoices: models.Model
    payments: models.Model
    transactions: models.Model


class ClinicDisputePack(models.AbstractModel):
    """What a clinic hands to a bank when a payment or an invoice is disputed: who booked what time and how, what was
    agreed to and when, what was said, what was paid and paid back.

    Nothing of it tells what was or would be done: no treatment, no note, no reason, no free text of the staff or the
    patient. It is always English.
    """

    _name = "clinic.dispute.pack"
    _description = "Dispute Pack"

    # -- who may ------------------------------------------------------------------------------------------------------

    @api.model
    def _check_may_print(self, documents):
        """Raise unless the user keeps the books and works in the branch of all that a pack of ``documents`` shows."""
        if not self.env.user.has_group("clinic.group_accountant"):
            raise AccessError(self.env._("Dispute packs are made by accountants and managers."))
        if not documents.exists():
            raise UserError(self.env._("This is not there any more."))
        documents.sudo(False).check_access("read")
        for document in documents:
            self._check_branches(self._prepare_case(document))

    @api.model
    def _check_branches(self, case):
        branches = case.document.company_id | case.visits.company_id | case.invoices.company_id
        if foreign := branches - self.env(su=False).companies:
            raise AccessError(
                self.env._("This belongs to %s as well. Switch to that branch first.", foreign[:1].sudo().name)
            )

    # -- what belongs to it -------------------------------------------------------------------------------------------

    @api.model
    def _prepare_packs(self, documents):
        """Return a pack for each of ``documents``: {"title", "branch", "about", "sections"}; write down who prints it.

        :raises AccessError: for those who don't keep the books, and for those of other branches
        """
        self._check_may_print(documents)
        packs = []
        for document in documents:
            case = self._prepare_case(document)
            if not case.patients:
                raise UserError(self.env._("A dispute pack is made of what a patient paid or has to pay."))
            self.env["clinic.access.log"]._log(case.patients, "print", model=document._name)
            packs.append(self.with_context(lang=ENGLISH)._prepare_pack(case))
        return packs

    @api.model
    def _prepare_case(self, document):
        """Return the ``Case`` of ``document``: all documents of the visits that it is about.

        Who keeps the books reads no visit: the rights were checked, and what is shown of a visit is chosen here.
        """
        document = document.sudo()
        if document._name == "account.payment":
            invoices = document.reconciled_invoice_ids | document.invoice_ids
            invoices |= document.payment_transaction_id.invoice_ids
            payments = document
        else:
            invoices, payments = document, self._payments_of(document)
        visits = payments.clinic_visit_id | payments.payment_transaction_id.clinic_visit_id | invoices.clinic_visit_id
        visits |= visits.search([("rebooked_as_id", "in", visits.ids)])
        invoices |= invoices.search([("clinic_visit_id", "in", visits.ids), ("state", "=", "posted")])
        invoices = invoices.filtered(lambda move: move.state == "posted")
        payments |= visits.deposit_payment_ids | self._payments_of(invoices)
        refunds = payments.payment_transaction_id.child_transaction_ids
        partner = document.partner_id
        return Case(
            document=document,
            branch=document.company_id,
            partner=partner,
            patients=visits.patient_id | partner.clinic_patient_ids,
            visits=visits.sorted("start"),
            invoices=invoices.sorted(lambda move: (move.date, move.id)),
            payments=payments.sorted(lambda payment: (payment.date, payment.id)),
            transactions=(payments.payment_transaction_id | refunds).sorted("id"),
        )

    @api.model
    def _payments_of(self, invoices):
        payments = invoices._get_reconciled_payments() | invoices.matched_payment_ids
        return payments | invoices.clinic_refund_id.payment_ids

    # -- the pages ----------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_pack(self, case):
        return {
            "id": case.document.id,
            "title": self.env._("Dispute Pack: %s", case.document.name),
            "about": self._prepare_about(case),
            "sections": [section for section in self._prepare_sections(case) if section],
        }

    @api.model
    def _prepare_about(self, case):
        """Return the lines at the top: whose document it is, who made the pack, and in which zone its times are."""
        return [
            (self.env._("Clinic"), case.branch.name),
            (self.env._("Customer"), case.partner.name),
            (self.env._("Made on"), self._moment(case, fields.Datetime.now())),
            (self.env._("Made by"), self.env.user.name),
            (self.env._("Time zone"), case.branch._clinic_timezone().zone),
        ]

    @api.model
    def _prepare_sections(self, case):
        """Return the parts of the pack in their order (see ``_section``); other addons add theirs, e.g. of a fee."""
        return [
            *(self._prepare_booking(case, visit) for visit in case.visits),
            *(self._prepare_agreed(case, visit) for visit in case.visits),
            self._prepare_paid_from(case),
            self._prepare_messages(case),
            self._prepare_steps(case),
            self._prepare_payments(case),
            self._prepare_online(case),
            self._prepare_refunds(case),
            self._prepare_invoices(case),
        ]

    @api.model
    def _section(self, title, rows=(), columns=(), lines=(), none=""):
        """Return a part of the pack: a heading with labelled ``rows``, or with a table of ``lines``.

        :param rows: (label, text); those without a text are left out
        :param none: what is said when there are no lines
        """
        rows = [(label, text) for label, text in rows if text]
        return {"title": title, "rows": rows, "columns": list(columns), "lines": list(lines), "none": none}

    # -- words --------------------------------------------------------------------------------------------------------

    @api.model
    def _moment(self, case, moment):
        return case.branch.with_env(self.env)._clinic_moment_text(moment) if moment else ""

    @api.model
    def _day(self, day):
        return format_date(self.env, day) if day else ""

    @api.model
    def _label(self, record, name):
        """Return the English label of the selection ``name`` of ``record``."""
        return dict(record.with_env(self.env)._fields[name]._description_selection(self.env)).get(record[name], "")

    @api.model
    def _who(self, user):
        """Return by whom something was done: one of the staff by name."""
        if not user:
            return ""
        if user == self.env.ref("base.user_root"):
            return self.env._("System")
        return self.env._("Patient, online") if user.share else user.name

    @api.model
    def _neutral(self, visits, text):
        """Return ``text`` without the names of the treatments of ``visits``, in whatever language they stand in it.

        The terms of a rule are the clinic's own words, which should name none.
        """
        treatments = visits.procedure_ids.treatment_id
        codes = {ENGLISH, *(code for code, _name in self.env["res.lang"].get_installed())}
        names = {name for code in codes for name in treatments.with_context(lang=code).mapped("name") if name}
        for name in sorted(names, key=len, reverse=True):
            text = re.sub(re.escape(name), LEFT_OUT, text or "", flags=re.IGNORECASE)
        return text or ""
