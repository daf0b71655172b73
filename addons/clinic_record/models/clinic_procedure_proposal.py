from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.clinic.door import MOST_HTML, a_flag, a_form, a_number, a_table, a_text, takes


class ClinicProcedure(models.Model):
    """What is proposed for the record of a procedure: as in the last session of the same treatment.

    A proposal is nobody's record: it is written down once somebody has confirmed what was shown.
    """

    _inherit = "clinic.procedure"

    def _last_session_with(self, domain):
        """Return the last earlier session of the same treatment with what ``domain`` asks for, by anyone.

        It is for those who may open the patient's record: that is all of it, whatever branch it was written in.
        """
        self.ensure_one()
        same = self._earlier_domain() & Domain("treatment_id", "=", self.treatment_id.id)
        return self.sudo().search(same & Domain(domain), order="start desc, id desc", limit=1)

    def _session_text(self, session):
        """Return the words for where a proposal comes from."""
        return self.env._("as on %s", format_date(self.env, session._local_day()))

    def _propose_values(self):
        """Return {parameter: (value, where it comes from)} for those not recorded yet; other addons add theirs.

        What would need a reason today is not proposed.
        """
        self.ensure_one()
        empty = self.parameter_ids.filtered(lambda parameter: not parameter.recorded_at)
        last = self._last_session_with([("parameter_ids.recorded_at", "!=", False)]) if empty else self.browse()
        if not last:
            return {}
        text = self._session_text(last)
        known = {parameter._identity(): parameter.value for parameter in last.parameter_ids if parameter.recorded_at}
        return {
            parameter: (known[parameter._identity()], text)
            for parameter in empty
            if parameter._identity() in known and parameter._allows(known[parameter._identity()])
        }

    def _propose_note(self):
        """Return the text of the last session's note and where it comes from, or None where a note is there already."""
        self.ensure_one()
        if self.note_ids or not (last := self._last_session_with([("note_ids.state", "=", "signed")])):
            return None
        # As it stands now: what was amended is behind its amendment.
        notes = last.note_ids.filtered(lambda note: note.state == "signed" and not note.amendment_ids)
        note = notes.sorted("signed_at")[-1:]
        return {"text": note.body, "from": self._session_text(last)}

    def _propose_map(self):
        """Return the pins of the last body map and where they come from, or None where pins are set already.

        ``fits`` says whether they are today's as well, as far as anything else is known; else they are not confirmed
        with the rest.
        """
        self.ensure_one()
        if self.pin_ids or not (last := self.previous_map_id):
            return None
        names = ("view", "x", "y", "kind", "quantity")
        return {"pins": last.pin_ids.read(names, load=None), "from": self._session_text(last), "fits": True}

    @takes(
        shown=a_form(
            values=a_table(a_number(optional=True), optional=True),
            note=a_text(MOST_HTML, optional=True),
            map=a_flag(optional=True),
        ),
    )
    def action_confirm_proposals(self, shown):
        """Record what was proposed and shown: all of it, or nothing.

        What has been recorded meanwhile stays as it is.

        :param shown: {"values": {id of a parameter, as text: value}, "note": text or False, "map": whether the pins of
            the last map are set}, as far as it was shown
        :raises UserError: when ``shown`` is none, or cannot be recorded like that
        """
        self.ensure_one()
        self.check_access("write")
        values, text = shown.get("values") or {}, shown.get("note")
        for parameter in self.parameter_ids.filtered(lambda parameter: not parameter.recorded_at):
            if str(parameter.id) in values:
                parameter.write({"value": values[str(parameter.id)]})
        if shown.get("map") and not self.pin_ids:
            self.action_copy_pins()
        if text and not self._own_drafts():
            self.env["clinic.note"].create({"procedure_id": self.id, "body": text})
        return True
