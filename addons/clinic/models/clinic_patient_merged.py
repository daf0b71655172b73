from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

TWIN = """
EXISTS (
    SELECT FROM clinic_patient twin
     WHERE twin.id != %(patient)s.id
       AND twin.active
       AND (twin.phone_key = %(patient)s.phone_key
            OR twin.national_id_key = %(patient)s.national_id_key
            OR (twin.name_key = %(patient)s.name_key AND twin.birth_date = %(patient)s.birth_date))
)
"""


class ClinicPatient(models.Model):
    """Two entries of one person that became one: the other number leads to the one who is kept."""

    _inherit = "clinic.patient"

    merged_into_id = fields.Many2one(
        "clinic.patient",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The patient who is kept; a merged one is never merged into another merged one.",
    )
    merged_from_ids = fields.One2many(
        "clinic.patient", "merged_into_id", string="Merged Patients", context={"active_test": False}
    )
    merge_id = fields.Many2one(
        "clinic.patient.merge", compute="_compute_merge_id", compute_sudo=True, help="By which this one was merged."
    )
    can_undo_merge = fields.Boolean(compute="_compute_merge_id", compute_sudo=True)
    has_duplicates = fields.Boolean(
        compute="_compute_has_duplicates", search="_search_has_duplicates", string="Possible Duplicate"
    )

    _not_merged_into_itself = models.Constraint(
        "CHECK (merged_into_id != id)", "A patient cannot be merged into itself."
    )

    @api.depends("merged_into_id")
    def _compute_merge_id(self):
        for patient in self:
            merges = self.env["clinic.patient.merge"]
            last = patient.merged_into_id and merges.search(
                [("merged_id", "=", patient.id), ("undone_at", "=", False)], limit=1
            )
            patient.merge_id = last or merges
            patient.can_undo_merge = bool(last) and last._is_young()

    @api.depends("duplicate_ids")
    def _compute_has_duplicates(self):
        for patient in self:
            patient.has_duplicates = bool(patient.duplicate_ids)

    def _search_has_duplicates(self, operator, value):
        if operator != "in":
            return NotImplemented

        def has_twin(_model, alias, _query):
            return SQL(TWIN, patient=SQL.identifier(alias))

        found = Domain.custom(to_sql=has_twin, predicate=lambda patient: bool(patient.duplicate_ids))
        return found if True in value else ~found

    # -- who is meant -------------------------------------------------------------------------------------------------

    def _kept(self):
        """Return the patients who are meant by these: a merged one stands for the one who is kept."""
        return self.env["clinic.patient"].union(*(patient.merged_into_id or patient for patient in self))

    def _united(self):
        """Return these patients and those who were merged into them: whose rows of closed ledgers are theirs."""
        return self | self.with_context(active_test=False).merged_from_ids.with_env(self.env)

    def _united_partners(self):
        """Return the contacts of these patients and of those who were merged into them."""
        return self._united().partner_id

    def _prepare_search_keys(self):
        """The number, name and phone of a merged patient lead to the one who is kept."""
        keys = super()._prepare_search_keys()
        for merged in self.merged_from_ids:
            keys += merged._prepare_search_keys()
        return keys

    @api.depends(
        "merged_from_ids.name_key",
        "merged_from_ids.number",
        "merged_from_ids.phone_key",
        "merged_from_ids.national_id_key",
    )
    def _compute_search_key(self):
        super()._compute_search_key()

    # -- merged is closed ---------------------------------------------------------------------------------------------

    def write(self, vals):
        """Refuse to change a patient who was merged."""
        if not self.env.su:
            # Who may not write is refused, and logged, as one who wanted to write.
            self.check_access("write")
            if merged := self.filtered("merged_into_id")[:1]:
                raise UserError(
                    self.env._(
                        "%(number)s was merged into %(kept)s. Change that patient instead.",
                        number=merged.number,
                        kept=merged.merged_into_id.display_name,
                    )
                )
        return super().write(vals)

    def action_open_record(self):
        """Open the record of the patient who is kept."""
        kept = self._kept()
        return super(ClinicPatient, kept).action_open_record()

    def action_open_kept(self):
        """Open the patient into whom this one was merged."""
        self.ensure_one()
        return self._kept().action_open_record()

    def action_undo_merge(self):
        """Make two patients of what was merged by mistake."""
        self.ensure_one()
        if not self.merge_id:
            raise UserError(self.env._("%s was not merged into anybody.", self.display_name))
        return self.merge_id.sudo(False).action_undo()

    def action_merge(self):
        """Ask which of two patients is kept, and what of the contact data."""
        patients = self if len(self) > 1 else self | self.duplicate_ids[:1]
        return self.env["clinic.patient.merge.wizard"]._action_open(patients)
