from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import html_translate

# Who published or retired it, and when, are facts: never taken from the caller.


class ClinicProtocol(models.Model):
    """How a treatment is performed: its steps, device parameters, items and what comes afterwards.

    A version is written as a draft and published; from then on nothing of it changes, because procedures refer to it.
    A new version takes its place.
    """

    _name = "clinic.protocol"
    _description = "Protocol"
    _inherit = "clinic.state.mixin"
    _order = "treatment_id, version desc, id desc"

    _transitions = {"draft": {"published"}, "published": {"retired"}, "retired": set()}

    name = fields.Char(compute="_compute_name", store=True, readonly=False, precompute=True, required=True)
    treatment_id = fields.Many2one(
        "product.template", required=True, ondelete="restrict", index=True, domain=[("is_treatment", "=", True)]
    )
    version = fields.Integer(readonly=True, copy=False, required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
        required=True,
        default="draft",
        copy=False,
        index=True,
    )
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    retired_at = fields.Datetime(readonly=True, copy=False)
    interval_least = fields.Integer(related="treatment_id.interval_least")
    interval_recommended = fields.Integer(related="treatment_id.interval_recommended")
    interval_latest = fields.Integer(related="treatment_id.interval_latest")
    note_required = fields.Boolean(
        string="Signed Note Required", default=True, help="Without a signed note the procedure cannot be closed."
    )
    note_template_id = fields.Many2one(
        "clinic.note.template", ondelete="restrict", help="What a new note of the procedure begins with."
    )
    step_ids = fields.One2many("clinic.protocol.step", "protocol_id", copy=True)
    parameter_ids = fields.One2many("clinic.protocol.parameter", "protocol_id", copy=True)
    item_ids = fields.One2many("clinic.protocol.item", "protocol_id", string="Items", copy=True)
    followup_ids = fields.One2many("clinic.protocol.followup", "protocol_id", string="Follow-ups", copy=True)
    aftercare = fields.Html(translate=html_translate, help="What the patient is told to do and to avoid afterwards.")

    _one_published = models.UniqueIndex(
        "(treatment_id) WHERE state = 'published'",
        "Another version of this treatment's protocol is published. Retire it, or publish with the button.",
    )
    _version_uniq = models.UniqueIndex("(treatment_id, version)", "This treatment's protocol has that version already.")

    @api.depends("treatment_id")
    def _compute_name(self):
        for protocol in self:
            protocol.name = protocol.name or protocol.treatment_id.name

    @api.depends("name", "version")
    def _compute_display_name(self):
        for protocol in self:
            protocol.display_name = self.env._(
                "%(name)s, version %(version)s", name=protocol.name or "", version=protocol.version
            )

    @api.constrains("treatment_id")
    def _check_is_treatment(self):
        """Only treatments have a protocol."""
        for protocol in self:
            if not protocol.treatment_id.is_treatment:
                raise ValidationError(
                    self.env._("%s is not a treatment. Choose a treatment.", protocol.treatment_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        last = self._last_versions({vals["treatment_id"] for vals in vals_list if vals.get("treatment_id")})
        prepared = []
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(self.env._("A new protocol is a draft. Publish it when it is complete."))
            treatment = vals.get("treatment_id")
            last[treatment] = last.get(treatment, 0) + 1
            # Also the state, which is else taken from the defaults in the caller's context.
            prepared.append({"state": "draft", **vals, "version": last[treatment]})
        return super().create(prepared)

    def _last_versions(self, treatment_ids):
        # Versions are counted no matter who may see them.
        groups = self.sudo()._read_group(
            [("treatment_id", "in", list(treatment_ids))], ["treatment_id"], ["version:max"]
        )
        return {treatment.id: version for treatment, version in groups}

    def write(self, vals):
        if vals.keys() - {"state"}:
            self._check_draft()
        if "treatment_id" in vals and any(protocol.treatment_id.id != vals["treatment_id"] for protocol in self):
            version = self._last_versions({vals["treatment_id"]}).get(vals["treatment_id"], 0) + 1
            vals = {**vals, "version": version}
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        self._check_draft()
        return super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        """What procedures refer to, or may refer to, stays."""
        self._check_draft()

    def _check_draft(self):
        """Raise ``UserError`` when a published or retired version would change."""
        for protocol in self:
            if protocol.state != "draft":
                raise UserError(
                    self.env._(
                        "%s has been published and never changes again. Press “New Version” to change it.",
                        protocol.display_name,
                    )
                )

    def _check_transition(self, new, vals):
        super()._check_transition(new, vals)
        if new == "published" and not (self.step_ids or self.parameter_ids or self.note_required):
            raise UserError(
                self.env._("%s asks for nothing yet: add its steps before you publish it.", self.display_name)
            )

    def _prepare_transition(self, new):
        now = fields.Datetime.now()
        values = {
            "published": {"published_at": now, "published_by_id": self.env.uid},
            "retired": {"retired_at": now},
        }
        return {**super()._prepare_transition(new), **values.get(new, {})}

    def action_publish(self):
        """Put these versions in force; those that were in force before them retire."""
        former = self.search([("treatment_id", "in", self.treatment_id.ids), ("state", "=", "published")])
        (former - self).action_retire()
        self.env.flush_all()
        return self.write({"state": "published"})

    def action_retire(self):
        """From now on procedures start without this protocol."""
        return self.write({"state": "retired"})

    def action_new_version(self):
        """Open a draft that begins as a copy of this version."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.protocol",
            "res_id": self.copy().id,
            "views": [[False, "form"]],
        }
