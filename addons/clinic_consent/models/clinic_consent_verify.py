import base64
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..evidence import canonical, digest
from ..strokes import draw

MAY_VERIFY = "clinic.group_manager,clinic.group_privacy_officer"
BATCH = 200


class ClinicConsent(models.Model):
    """The proof that consents are as they were signed: texts, answers, signatures, and the rows beside them.

    What a release may print or draw otherwise is not compared with what is signed: the hash of the evidence says
    whether it is the same. Only where it is not, drawing and rendering tell which part of it was changed.
    """

    _inherit = "clinic.consent"

    @api.model
    def verify(self):
        """Verify all consents, and the log whose chain seals them.

        :return: {"ok": bool, "count": how many, "flaws": what is wrong, in words, "notes": what else there is to know,
            "text": all of it as one text}
        """
        if not (self.env.su or self.env.user.has_groups(MAY_VERIFY)):
            raise AccessError(self.env._("Only the manager and the privacy officer verify the consents."))
        # The rows are not shown: only what is wrong with them, by their numbers.
        everything = self.sudo().with_context(active_test=False)
        ids, flaws = everything.search([], order="id").ids, []
        for start in range(0, len(ids), BATCH):
            flaws += everything.browse(ids[start : start + BATCH])._flaws()
            everything.env.invalidate_all()
        flaws += everything._flaws_of_log() + everything._flaws_of_locks()
        log = self.env["clinic.access.log"].sudo().verify()
        if not log["ok"]:
            flaws.append(log["text"])
        return self._verdict(len(ids), flaws, everything._notes())

    def _verify_chosen(self):
        """Verify these consents and their places in the chain; return as ``verify``."""
        # Where the log is written to now is no part of it.
        self.env["clinic.change"]._seal()
        flaws = self._flaws() + self._flaws_of_log() + self._flaws_of_locks()
        return self._verdict(len(self), flaws, self._notes())

    @api.model
    def _verdict(self, count, flaws, notes):
        if flaws:
            lines = [self.env._("Consents were tampered with:"), *flaws]
        elif count == 1:
            lines = [self.env._("This consent is as it was signed, and so are its text, signature and PDF.")]
        else:
            told = self.env._("All %s consents are as they were signed, and so are texts, signatures and PDFs.", count)
            lines = [told]
        return {"ok": not flaws, "count": count, "flaws": flaws, "notes": notes, "text": "\n".join([*lines, *notes])}

    def action_verify(self):
        """Verify these consents, or all of them where none is chosen, and show what was found."""
        if self:
            self.check_access("read")
            # Reading the evidence of what the user may read.
            result = self.sudo()._verify_chosen()
        else:
            result = self.verify()
        # The result is nobody's to write; the asker alone reads it.
        found = self.env["clinic.consent.verification"].sudo()._clinic_writing()
        found = found.create({"is_whole": result["ok"], "text": result["text"]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verification of Consents"),
            "res_model": found._name,
            "res_id": found.id,
            "view_mode": "form",
            "target": "new",
        }

    def _flaws(self):
        """Return in words what is not as it was signed, consent by consent."""
        return [self._flaw(consent.id, what) for consent in self for what in consent._own_flaws()]

    @api.model
    def _flaw(self, number, what):
        return self.env._("Consent %(number)s: %(what)s", number=number, what=what)

    def _own_flaws(self):
        """Yield in words what is wrong with this consent; it is named, not only counted."""
        try:
            evidence = self._evidence()
        except UserError as error:
            yield self.env._("the evidence does not open (%s)", error)
        else:
            if evidence is None:
                yield self.env._("the evidence is missing")
            else:
                yield from self._evidence_flaws(evidence)
        yield from self._text_flaws()
        yield from self._document_flaws()

    def _evidence_flaws(self, evidence):
        """Yield what is wrong with the evidence, and which columns do not say what it says."""
        if digest(evidence) == self.evidence_hash:
            yield from self._row_flaws(json.loads(evidence))
            return
        yield self.env._("the evidence is not what was signed")
        try:
            facts = json.loads(evidence)
            yield from [*self._changed_parts(facts), *self._row_flaws(facts)]
        except (ValueError, KeyError, TypeError, AttributeError):
            # Nothing of which the parts could be told.
            return

    # -- what was changed in the evidence -----------------------------------------------------------------------------

    def _changed_parts(self, facts):
        """Yield which parts of ``facts`` were changed: by the copy in the PDF, else by what they follow from."""
        copy = self._evidence_in_document()
        if copy is not None and digest(copy) == self.evidence_hash:
            original = json.loads(copy)
            names = [name for name in sorted({*facts, *original}) if facts.get(name) != original.get(name)]
        else:
            names = list(self._odd_parts(facts))
        labels = {
            "text": self.env._("the text that was read"),
            "answers": self.env._("the answers"),
            "scopes": self.env._("what photos may be used for"),
            "signature": self.env._("the signature"),
            "witness": self.env._("the witness"),
        }
        for name in names:
            yield self.env._("in the evidence was changed: %s", labels.get(name, name))

    def _odd_parts(self, facts):
        if facts["text"] and facts["text"] != str(self.version_id._render_body(facts["values"])):
            yield "text"
        for name, drawing in (("signature", facts.get("signature")), ("witness", facts.get("witness"))):
            part = drawing.get("drawing", drawing) if drawing else None
            if part and base64.b64encode(draw(part)).decode() != part["png"]:
                yield name

    # -- the row beside it --------------------------------------------------------------------------------------------

    def _row_flaws(self, facts):
        """Yield which columns do not say what the evidence says."""
        labels = self.fields_get(attributes=["string"])
        known = self._known_by(facts)
        changed = [name for name in known if canonical([self[name] or None]) != canonical([known[name] or None])]
        for name in changed + self._moved(facts):
            yield self.env._("“%s” was changed", labels[name]["string"])

    def _known_by(self, facts):
        """Return {column: what it said when it was written} by the evidence."""
        known = {
            "uuid": facts["uuid"],
            "kind": facts["kind"],
            "lang": facts["version"]["lang"],
            "version_hash": facts["version"]["sha256"],
            "signer_name": facts["signer"]["name"],
            "signer_relation": facts["signer"].get("relation"),
            "witness_name": (facts.get("witness") or {}).get("name"),
            "identified": facts["identified"]["how"],
            "ip": facts.get("ip"),
            "user_agent": facts.get("user_agent"),
        }
        if facts["kind"] == "signed":
            known["answers"] = {str(answer["id"]): answer["answer"] for answer in facts["answers"]}
            known["scopes"] = facts["scopes"]
            known["validity"] = facts["terms"]["validity"]
            known["product_key"] = facts["procedure"]["product"]
        else:
            known["reason"] = facts["reason"]
        return known

    def _moved(self, facts):
        """Return the columns that hold a moment or a record, and not the one of the evidence."""
        ids = {
            "patient_id": facts["patient"]["id"],
            "template_id": facts["form"]["id"],
            "version_id": facts["version"]["id"],
            "procedure_id": facts["procedure"]["id"],
            "user_id": facts["identified"]["user"],
        }
        if facts["kind"] == "signed":
            ids["treatment_id"] = facts["procedure"]["treatment_id"]
        moved = [name for name, value in ids.items() if (self[name].id or None) != (value or None)]
        if (self.withdraws_id.uuid or None) != (facts.get("withdraws") or {}).get("uuid"):
            moved.append("withdraws_id")
        if fields.Datetime.to_string(self.signed_at) != facts["signed_at"][:19].replace("T", " "):
            moved.append("signed_at")
        if (fields.Date.to_string(self.valid_until) or None) != facts["valid_until"]:
            moved.append("valid_until")
        return moved

    def _text_flaws(self):
        version = self.version_id
        if self.version_hash != version.text_hash or version._hash_of_text() != version.text_hash:
            yield self.env._("the text of “%s” is not what was published", version.display_name)
