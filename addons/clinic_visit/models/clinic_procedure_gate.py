from odoo import api, fields, models

from ..exceptions import GateClosed

BLOCKING = ("stop", "ask")


class ClinicProcedure(models.Model):
    """The gate: the one place that tells why a procedure may not go on, to each as much as they may know.

    A reason is a dict: ``key`` (the same for the same reason), ``kind``, ``level``, ``text`` for those who treat,
    ``neutral`` for everybody else, ``way_out``. The level is "stop", "ask" (goes on once somebody has given a reason)
    or "info".
    """

    _inherit = "clinic.procedure"

    gate_reasons = fields.Json(compute="_compute_gate_reasons", string="Before You Start")

    @api.depends("state", "visit_id.state", "treatment_id", "practitioner_id", "start")
    @api.depends_context("uid")
    def _compute_gate_reasons(self):
        for procedure in self:
            procedure.gate_reasons = procedure._origin.gate() if procedure._origin else []

    def gate(self):
        """Return what stands in this procedure's way, or should be known before, as the user may see it.

        :return: a list of dicts ready for JSON: ``key``, ``kind``, ``level``, ``text``, ``way_out``, ``overridden``,
            ``can_override`` and ``procedure_id``; the gravest first
        """
        self.ensure_one()
        self.check_access("read")
        return self._shown_reasons(self._open_reasons())

    def _open_reasons(self):
        """Return the reasons that matter in the procedure's present state; other addons add to those in treatment."""
        self.ensure_one()
        if self.state != "planned" or self.visit_state in ("done", "cancelled", "no_show"):
            return []
        return self._gate_reasons()

    def _shown_reasons(self, reasons):
        """Return ``reasons`` as the user may see them; what sounds the same to them is told once."""
        overridden = self._gate_overrides() if reasons else ()
        levels = [*BLOCKING, "info"]
        shown = {}
        for reason in sorted(reasons, key=lambda reason: levels.index(reason["level"])):
            text = self._reason_text(reason)
            entry = {
                **{name: reason[name] for name in ("key", "kind", "level", "way_out")},
                "text": text,
                "overridden": reason["key"] in overridden,
                "can_override": reason["key"] not in overridden and self._may_override(reason),
                "procedure_id": self.id,
            }
            shown.setdefault((text, reason["level"], entry["overridden"]), entry)
        return list(shown.values())

    def _reason_text(self, reason):
        return reason["text"] if self._may_know_why() else reason["neutral"]

    def _may_know_why(self):
        """Return whether the user may know what is on record of the patient; other addons ask more."""
        return self._has_clinical_eyes()

    @api.model
    def _has_clinical_eyes(self):
        """Return whether the user treats patients."""
        return self.env.user.has_group("clinic.group_cosmetologist")

    def _gate_overrides(self):
        """Return the keys of the reasons that somebody has overridden for this procedure; other addons know them."""
        self.ensure_one()
        return set()

    def _may_override(self, reason):
        """Return whether the user may override ``reason``; other addons make it possible."""
        return False

    def _check_gate(self, reasons):
        """Raise ``GateClosed`` while one of ``reasons`` stands in the way."""
        self.ensure_one()
        closed = [reason for reason in reasons if reason["level"] in BLOCKING]
        overridden = self._gate_overrides() if closed else ()
        closed = [reason for reason in closed if reason["key"] not in overridden]
        if closed:
            shown = self._shown_reasons(closed)
            raise GateClosed(
                "\n".join(" ".join(filter(None, (reason["text"], reason["way_out"]))) for reason in shown),
                "\n".join(dict.fromkeys(reason["neutral"] for reason in closed)),
                self.id,
                shown,
            )
