from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import get_lang

from ..people import id_key, is_phone, name_key, phone_key, phone_parts, typed_date, with_phone


class ClinicPatient(models.Model):
    """How a patient is recognised and found, however name, phone and identity number were written or are typed."""

    _inherit = "clinic.patient"
    _rec_names_search = ["name", "number"]

    phone_key = fields.Char(compute="_compute_phone_key", store=True, index="btree_not_null", exportable=False)
    name_key = fields.Char(compute="_compute_name_key", store=True, index="btree_not_null", exportable=False)
    national_id_key = fields.Char(
        compute="_compute_national_id_key", store=True, index="btree_not_null", exportable=False
    )
    search_key = fields.Char(
        compute="_compute_search_key",
        store=True,
        index="trigram",
        exportable=False,
        help="All by which the patient is looked for, as it is compared.",
    )

    @api.depends("phone", "country_id", "branch_id")
    def _compute_phone_key(self):
        for patient in self:
            patient.phone_key = phone_key(patient.phone, patient._phone_regions()) or False

    @api.depends("name")
    def _compute_name_key(self):
        for patient in self:
            patient.name_key = name_key(patient.name) or False

    @api.depends("national_id")
    def _compute_national_id_key(self):
        for patient in self:
            patient.national_id_key = id_key(patient.national_id) or False

    @api.depends("name_key", "number", "phone_key", "national_id_key", "birth_date")
    def _compute_search_key(self):
        for patient in self:
            patient.search_key = " | ".join(filter(None, patient._prepare_search_keys()))

    def _prepare_search_keys(self):
        """Return the texts among which a patient is looked for, as they are compared; other addons add theirs."""
        self.ensure_one()
        born = fields.Date.to_string(self.birth_date)
        return [self.name_key, (self.number or "").casefold(), self.phone_key, self.national_id_key, born]

    def _phone_regions(self):
        """Return the countries whose numbers are written without a prefix: the branch's, then the patient's."""
        # Which country a branch is in, its patients' keys must know in any case.
        branch = (self.branch_id or self.env.company).sudo()
        countries = branch.country_id | self.country_id
        return countries.mapped("code")

    @api.constrains("partner_id")
    def _check_phone(self):
        """A phone number is one that can be dialled; the partner asks for it when the number changes."""
        for patient in self.filtered("phone"):
            if not is_phone(patient.phone):
                raise ValidationError(
                    self.env._(
                        "%s is not a phone number. Write its digits only, with + and the country's code for a number "
                        "from abroad.",
                        patient.phone,
                    )
                )

    # -- finding ------------------------------------------------------------------------------------------------------

    @api.model
    def _search_display_name(self, operator, value):
        """Find people by what was typed: parts of the name in any order, phone, number, identity number, birth date."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator not in ("ilike", "like") or not isinstance(value, str) or not value.strip():
            return super()._search_display_name(operator, value)
        return Domain.OR(
            Domain.AND(Domain("search_key", "ilike", part) for part in parts) for parts in self._typed_parts(value)
        )

    @api.model
    def _typed_parts(self, text):
        """Return the readings of ``text``, each a list of what must all be found in the search key."""
        numbers = phone_parts(text, self._phone_regions())
        if any(char.isdigit() for char in text):
            numbers.add(id_key(text))
            if born := typed_date(text, get_lang(self.env).date_format):
                numbers.add(fields.Date.to_string(born))
        words = name_key(text).split() or [text.strip()]
        readings = [[number] for number in sorted(numbers)]
        # Figures alone are one number: their groups may stand anywhere in another one.
        return readings if phone_parts(text, []) else [words, with_phone(words), *readings]
