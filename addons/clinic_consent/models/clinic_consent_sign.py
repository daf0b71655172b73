import base64
from datetime import UTC

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import html2plaintext

from odoo.addons.clinic.const import ADULT

from ..const import MOST_NAME, OF_AGE, RELATIONS, SCOPES
from ..evidence import FORMAT
from ..strokes import BadStrokes, clean, draw


class NotSigned(Exception):
    """What was sent is not signed as it should be; ``code`` says what is missing, in ``words``.

    :param question: the question whose answer stops
    """

    def __init__(self, code, question=None):
        super().__init__(code)
        self.code, self.question = code, question


class ClinicConsentRequest(models.Model):
    """Takes what a patient has signed: nothing of it is believed, and nothing is stored unless all of it is right."""

    _inherit = "clinic.consent.request"

    def _sign(self, data, ip=None, user_agent=None):
        """Store the consent that stands next in line, as ``data`` says that it was signed.

        :param data: what the page sends: version, procedure, seen, answers, scopes, signer, signature, witness
        :raises NotSigned: with the code of the words that tell the patient why
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                # Two browsers with one link: the second waits here, and is asked again when the first is through.
                self._clinic_writing().signed_count = self.signed_count + 1
                self.flush_recordset()
                return self._take(data, ip, user_agent)
        except NotSigned as error:
            if error.question:
                self._stop(error.question)
            raise

    def _has_signed(self, data):
        """Return whether the page that sends ``data`` has signed already, and only its answer was lost."""
        key = data.get("page")
        return isinstance(key, str) and bool(key) and key in self.consent_ids.mapped("page_key")

    def _take(self, data, ip, user_agent):
        """Check all of ``data`` and store it."""
        template, procedure, version = self._expected(data)
        if data.get("skip") is True and not template.mandatory:
            self._clinic_writing().skipped = [*(self.skipped or []), template.id]
            return self.env["clinic.consent"]
        if data.get("seen") is not True:
            raise NotSigned("unread")
        signer = self._take_signer(data.get("signer"))
        answers = self._take_answers(version, data.get("answers"))
        scopes = self._take_scopes(template, data.get("scopes"))
        drawing = self._take_drawing(data.get("signature"))
        witness = self._take_witness(template, data.get("witness"))
        facts = self._prepare_facts(version, procedure, answers, scopes, signer, drawing, witness)
        facts.update(ip=ip, user_agent=user_agent)
        return self.env["clinic.consent"]._record(
            {
                **self._prepare_consent(version, procedure, facts),
                "answers": {str(answer["id"]): answer["answer"] for answer in answers},
                "scopes": scopes,
                "page_key": data["page"][:64] if isinstance(data.get("page"), str) else False,
                "ip": ip,
                "user_agent": user_agent,
            },
            facts,
        )

    def _expected(self, data):
        """Return form, procedure and text of what stands next in line, if it is what ``data`` is about."""
        if not isinstance(data, dict) or not self._is_open():
            raise NotSigned("gone")
        due = self._due()
        if not due:
            raise NotSigned("gone")
        template, procedure = due[0]
        version = template.version_ids.filtered(lambda version: version.id == data.get("version"))
        if not version or version.state != "published" or procedure.id != data.get("procedure"):
            raise NotSigned("changed")
        # A price, a practitioner, a date may be another one since the page was opened: then it is read again.
        if data.get("reading") != self._reading_hash(version, procedure):
            raise NotSigned("changed")
        return template, procedure, version

    # -- what was sent ------------------------------------------------------------------------------------------------

    def _relations(self):
        """Return as what somebody may sign: nothing to choose for an adult, a guardian for a minor.

        Where the clinic does not know how old the patient is, who signs says so.
        """
        if not self.patient_id.birth_date:
            return (OF_AGE, *RELATIONS)
        return RELATIONS if self.patient_id._is_minor() else ()

    def _take_signer(self, signer):
        signer = signer if isinstance(signer, dict) else {}
        relations, relation = self._relations(), signer.get("relation")
        if not relations or (relation == OF_AGE and OF_AGE in relations):
            # The patient, by whatever name a changed page says.
            return {"name": self.patient_id.name or "", "relation": None, "says_of_age": bool(relations)}
        if relation not in relations:
            raise NotSigned("guardian")
        name = self.guardian_id.name if self.guardian_id else self._take_name(signer.get("name"), "guardian")
        return {"name": name, "relation": relation, "says_of_age": False}

    @api.model
    def _take_name(self, name, code):
        name = " ".join(name.split()) if isinstance(name, str) else ""
        if not name:
            raise NotSigned(code)
        if len(name) > MOST_NAME:
            raise NotSigned("name_long")
        return name

    def _take_answers(self, version, given):
        given = given if isinstance(given, dict) else {}
        taken = []
        for question in version.question_ids:
            try:
                answer = question._take(given.get(str(question.id)))
            except ValueError:
                raise NotSigned("answer") from None
            if answer is None and question.mandatory:
                raise NotSigned("unanswered")
            if answer is not None and answer == question.stop_answer:
                raise NotSigned("stop", question)
            taken.append({"id": question.id, "label": question.label, "kind": question.kind, "answer": answer})
        return taken

    @api.model
    def _take_scopes(self, template, given):
        if template.kind != "photo":
            return None
        given = given if isinstance(given, dict) else {}
        if any(type(given.get(scope)) is not bool for scope in SCOPES):
            raise NotSigned("scopes")
        return {scope: given[scope] for scope in SCOPES}

    @api.model
    def _take_drawing(self, data):
        try:
            return clean(data)
        except BadStrokes as error:
            raise NotSigned("drawing_big" if error.code == "big" else "drawing") from error

    def _take_witness(self, template, witness):
        if template.witness == "none":
            return None
        witness = witness if isinstance(witness, dict) else {}
        return {
            "kind": template.witness,
            "name": self._take_name(witness.get("name"), "witness"),
            "drawing": self._take_drawing(witness.get("signature")),
        }

    # -- what is kept -------------------------------------------------------------------------------------------------

    def _prepare_facts(self, version, procedure, answers, scopes, signer, drawing, witness):
        """Return what is evidence of a signature, ready for JSON; the time is the server's."""
        patient, template = self.patient_id, version.template_id
        values = version._values_for(patient, procedure)
        body = version._render_body(values)
        now = fields.Datetime.now()
        return {
            "format": FORMAT,
            "kind": "signed",
            "clinic": self.company_id.name,
            "patient": self.env["clinic.consent"]._patient_facts(patient),
            "form": {"id": template.id, "name": template.name, "kind": template.kind},
            "terms": {"validity": template.validity, "months": template.validity_months, "witness": template.witness},
            "version": {"id": version.id, "number": version.number, "lang": version.lang, "sha256": version.text_hash},
            "title": version._render_title(values),
            "text": str(body),
            "plain": html2plaintext(body),
            "values": values,
            "answers": answers,
            "scopes": scopes,
            "signer": signer,
            "signature": self._prepare_signature(drawing),
            "witness": witness and {**witness, "drawing": self._prepare_signature(witness["drawing"])},
            "identified": {"how": self.identified, "by": self.user_id.name, "user": self.user_id.id},
            "visit": self.visit_id.name,
            "procedure": {
                "id": procedure.id,
                "treatment": procedure.treatment_id.name,
                "treatment_id": procedure.treatment_id.id,
                "product": version._product_key(procedure.treatment_id),
            },
            "signed_at": now.replace(tzinfo=UTC).isoformat(),
            "valid_until": fields.Date.to_string(self._valid_until(template, signer, now)) or None,
        }

    @api.model
    def _prepare_signature(self, drawing):
        return {**drawing, "png": base64.b64encode(draw(drawing)).decode()}

    def _valid_until(self, template, signer, now):
        """Return the last day on which what is signed now holds; None where only its withdrawal ends it.

        What a guardian has signed ends when the patient comes of age.
        """
        ends = []
        if template.validity == "months":
            months = relativedelta(months=template.validity_months, days=-1)
            ends.append(self.company_id._clinic_local(now).date() + months)
        if signer["relation"] and self.patient_id.birth_date:
            ends.append(self.patient_id.birth_date + relativedelta(years=ADULT, days=-1))
        return min(ends, default=None)

    def _prepare_consent(self, version, procedure, facts):
        """Return the values of the row that ``facts`` are evidence of."""
        template = version.template_id
        now = fields.Datetime.to_datetime(facts["signed_at"][:19].replace("T", " "))
        return {
            "patient_id": self.patient_id.id,
            "company_id": self.company_id.id,
            "kind": "signed",
            "template_id": template.id,
            "version_id": version.id,
            "version_hash": version.text_hash,
            "lang": version.lang,
            "procedure_id": procedure.id,
            "treatment_id": procedure.treatment_id.id,
            "product_key": facts["procedure"]["product"],
            "validity": template.validity,
            "request_id": self.id,
            "signed_at": now,
            "valid_until": facts["valid_until"],
            "signer_name": facts["signer"]["name"],
            "signer_relation": facts["signer"]["relation"],
            "witness_name": facts["witness"] and facts["witness"]["name"],
            "identified": self.identified,
            "user_id": self.user_id.id,
        }
