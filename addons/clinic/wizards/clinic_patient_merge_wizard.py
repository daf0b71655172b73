from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ..models.res_partner import CONTACT_FIELDS

# What is chosen together: (name, fields).
PARTS = {
    "name": ("name",),
    "phone": ("phone",),
    "email": ("email",),
    "birth_date": ("birth_date",),
    "sex": ("sex",),
    "national_id": ("national_id", "national_id_country_id"),
    "address": ("street", "street2", "city", "zip", "state_id", "country_id"),
    "emergency_contact": ("emergency_contact",),
    "lang": ("lang",),
    "branch_id": ("branch_id",),
}
# Of these the entry that was made last knows better.
NEWER_IS_BETTER = {"phone", "email", "address", "emergency_contact", "lang"}
# Alone, they say that somebody registered the patient, not that there is an address or a national ID.
FILLED_BY_DEFAULT = {"country_id", "national_id_country_id"}


class ClinicPatientMergeWizard(models.TransientModel):
    """Asks which of two patients is kept, and what of the contact data in which they differ."""

    _name = "clinic.patient.merge.wizard"
    _description = "Merge Two Patients"

    kept_id = fields.Many2one("clinic.patient", string="First: Is Kept", required=True, ondelete="cascade")
    merged_id = fields.Many2one("clinic.patient", string="Second: Is Merged", required=True, ondelete="cascade")
    choice_ids = fields.One2many(
        "clinic.patient.merge.choice", "wizard_id", compute="_compute_choice_ids", store=True, readonly=False
    )
    kept_login = fields.Char(compute="_compute_logins")
    merged_login = fields.Char(compute="_compute_logins")
    login = fields.Selection(
        [("kept", "The first"), ("merged", "The second")],
        string="Portal Login",
        required=True,
        default="kept",
    )
    kept_summary = fields.Char(compute="_compute_summaries")
    merged_summary = fields.Char(compute="_compute_summaries")

    @api.model
    def _action_open(self, patients):
        """Return the action that opens this dialog for two ``patients``."""
        self.env["clinic.patient.merge"]._check_manager()
        if len(patients) != 2:
            raise UserError(self.env._("Select the two patients who are the same person."))
        kept = self._propose_kept(patients)
        wizard = self.create({"kept_id": kept.id, "merged_id": (patients - kept).id})
        return wizard._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Two Patients"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    @api.model
    def _propose_kept(self, patients):
        """Return which of ``patients`` had better be kept: a colleague, one who logs in, who was here most, first."""
        return patients.sorted(self._propose_key)[:1]

    @api.model
    def _propose_key(self, patient):
        merges = self.env["clinic.patient.merge"]
        # Whether somebody logs in is all that is asked of the users.
        logs_in = bool(patient.sudo().partner_id.user_ids)
        return (not merges._internal_users(patient), not logs_in, -self._count_past(patient), patient.id)

    @api.model
    def _count_past(self, patient):
        """Return how much there is of ``patient``; other addons count."""
        return 0

    @api.depends("kept_id", "merged_id")
    def _compute_choice_ids(self):
        for wizard in self:
            names = [name for name in wizard._parts() if wizard._differs(name)]
            wizard.choice_ids = [Command.clear(), *(Command.create(wizard._prepare_choice(name)) for name in names)]

    @api.depends("kept_id", "merged_id")
    def _compute_logins(self):
        for wizard in self:
            # As above.
            for name in ("kept", "merged"):
                users = wizard[f"{name}_id"].sudo().partner_id.user_ids
                wizard[f"{name}_login"] = users[:1].login

    @api.depends("kept_id", "merged_id")
    def _compute_summaries(self):
        for wizard in self:
            wizard.kept_summary = ", ".join(self._summary(wizard.kept_id)) or False
            wizard.merged_summary = ", ".join(self._summary(wizard.merged_id)) or False

    @api.model
    def _summary(self, patient):
        """Return what there is of ``patient``, in words and without health values; other addons add theirs."""
        if not patient:
            return []
        registered = patient.company_id or self.env.company
        day = registered._clinic_local(patient.create_date).date()
        return [self.env._("registered on %s", format_date(self.env, day))]

    # -- contact data -------------------------------------------------------------------------------------------------

    def _parts(self):
        """Return the names of the data that can be chosen; name and e-mail of a colleague belong to the login."""
        patients = self.env["clinic.patient"]
        if not self.env["clinic.patient.merge"]._internal_users(self.kept_id):
            return list(PARTS)
        return [
            name
            for name, names in PARTS.items()
            if all(part in CONTACT_FIELDS or not patients._fields[part].inherited for part in names)
        ]

    def _is_filled(self, patient, name):
        return any(patient[part] for part in PARTS[name] if part not in FILLED_BY_DEFAULT)

    def _differs(self, name):
        """Return whether both patients have the data ``name``, and not the same."""
        kept, merged = self.kept_id, self.merged_id
        if not (kept and merged and self._is_filled(kept, name) and self._is_filled(merged, name)):
            return False
        if name == "phone":
            return kept.phone_key != merged.phone_key
        return any((kept[part] or False) != (merged[part] or False) for part in PARTS[name])

    def _prepare_choice(self, name):
        newer = (self.merged_id.create_date, self.merged_id.id) > (self.kept_id.create_date, self.kept_id.id)
        label = self.env._("Address") if name == "address" else self.kept_id._fields[name]._description_string(self.env)
        return {
            "name": name,
            "label": label,
            "kept_text": self._text(self.kept_id, name),
            "merged_text": self._text(self.merged_id, name),
            "take_merged": newer and name in NEWER_IS_BETTER,
        }

    @api.model
    def _text(self, patient, name):
        values = []
        for part in PARTS[name]:
            field, value = patient._fields[part], patient[part]
            if field.type == "many2one":
                value = value.display_name
            elif field.type == "selection" and value:
                value = dict(field._description_selection(self.env)).get(value, value)
            elif field.type == "date" and value:
                value = format_date(self.env, value)
            values.append(value)
        return ", ".join(value for value in values if value)

    def _prepare_values(self):
        """Return what is written on the patient who is kept: what was chosen, and what only the other one has."""
        chosen = set(self.choice_ids.filtered("take_merged").mapped("name"))
        values = {}
        for name in self._parts():
            only_theirs = self._is_filled(self.merged_id, name) and not self._is_filled(self.kept_id, name)
            if only_theirs or (name in chosen and self._differs(name)):
                for part in PARTS[name]:
                    values[part] = self.merged_id._fields[part].convert_to_write(self.merged_id[part], self.merged_id)
        return values

    # -- merging ------------------------------------------------------------------------------------------------------

    def action_swap(self):
        """Keep the other patient."""
        self.ensure_one()
        self.write({"kept_id": self.merged_id.id, "merged_id": self.kept_id.id})
        return self._reopen()

    def action_merge(self):
        """Make one patient of the two and open that one."""
        self.ensure_one()
        merges = self.env["clinic.patient.merge"]
        merges._merge(self.kept_id, self.merged_id, self._prepare_values(), self.login)
        return self.kept_id.action_open_record()
