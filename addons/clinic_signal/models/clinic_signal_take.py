from datetime import date

from odoo import api, fields, models

from odoo.addons.clinic.door import is_clean, is_id
from odoo.addons.clinic.people import is_phone
from odoo.addons.clinic_consent.words import page_lang

from ..const import MOST_NUMBER, MOST_WORDS, WHEN

MOST_SYMPTOMS = 50


class NotTaken(Exception):
    """A report lacks something; ``code`` is the key of the words that say what."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class ClinicSignal(models.Model):
    """Taking what a page has sent: nobody knows who wrote it, so all of it is looked at."""

    _inherit = "clinic.signal"

    @api.model
    def _take(self, link, data):
        """Return the report that ``data``, from the page of ``link``, is; the link is used up.

        :raises NotTaken: when something is missing or does not fit
        """
        signals = self.sudo()
        quiet = signals._clinic_writing().with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        signal = quiet.create(signals._prepare_signal(link, data))
        link._use()
        signal._after_report()
        return signal

    @api.model
    def _prepare_signal(self, link, data):
        """Return the values of the report that ``data`` is."""
        procedures = self._chosen(link, data.get("procedure"))
        symptoms, words = self._told(data)
        return {
            "patient_id": link.patient_id._kept().id,
            "company_id": self._branch_of(link, procedures).id,
            "link_id": link.id,
            "page_key": str(data.get("key") or "")[:64],
            "lang": page_lang(data.get("lang") if isinstance(data.get("lang"), str) else None),
            "reported_at": fields.Datetime.now(),
            "procedure_ids": [fields.Command.set(procedures.ids)],
            "symptom_ids": [fields.Command.set(symptoms.ids)],
            "is_urgent": any(symptoms.mapped("is_urgent")),
            "words": words or False,
            "since_on": self._since(procedures, data.get("since")),
            **self._wanted_call(data),
        }

    @api.model
    def _branch_of(self, link, procedures):
        """Return the branch that looks at the report: where the procedure was, else the link's own."""
        return procedures.company_id if len(procedures.company_id) == 1 else link.company_id

    @api.model
    def _chosen(self, link, procedure_id):
        """Return the procedure that was chosen; 0: the patient is not sure, and it may be any of them."""
        offered = link._procedures()
        if procedure_id == 0 and type(procedure_id) is int and len(offered) > 1:
            return offered
        chosen = offered.filtered(lambda procedure: is_id(procedure_id) and procedure.id == procedure_id)
        if not chosen:
            raise NotTaken("report_procedure")
        return chosen

    @api.model
    def _told(self, data):
        """Return (what was ticked, the patient's own words); one of the two is there."""
        ids, words = data.get("symptoms"), data.get("words")
        ids = [id_ for id_ in ids if is_id(id_)][:MOST_SYMPTOMS] if isinstance(ids, list) else []
        symptoms = self.env["clinic.signal.symptom"].search([("id", "in", ids)])
        words = words.strip()[:MOST_WORDS] if isinstance(words, str) and is_clean(words) else ""
        if not symptoms and not words:
            raise NotTaken("report_symptom")
        return symptoms, words

    @api.model
    def _since(self, procedures, text):
        """Return the day on which it began: from the first of ``procedures`` until today."""
        first = min(procedure.company_id._clinic_local(procedure.start).date() for procedure in procedures)
        try:
            day = date.fromisoformat(text)
        except (TypeError, ValueError):
            raise NotTaken("report_day") from None
        # The patient may be where the next day has begun.
        if not first <= day <= fields.Date.add(procedures[:1].company_id._clinic_today(), days=1):
            raise NotTaken("report_day")
        return day

    @api.model
    def _wanted_call(self, data):
        """Return whether, at which number and when the patient wants to be called."""
        if data.get("call") is not True:
            return {}
        number = data.get("number")
        number = number.strip() if isinstance(number, str) else ""
        if len(number) > MOST_NUMBER or not is_clean(number) or not is_phone(number):
            raise NotTaken("report_phone")
        when = data.get("when") if data.get("when") in dict(WHEN) else "any"
        return {"wants_call": True, "call_number": number, "call_when": when}
