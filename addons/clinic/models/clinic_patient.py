import importlib

from dateutil.relativedelta import relativedelta
from stdnum.exceptions import ValidationError as StdnumValidationError

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..const import ADULT, NATIONAL_ID_MODULES
from ..door import a_text, takes


class ClinicPatient(models.Model):
    """A person under care.

    Contact data lives on the partner, which every internal user may read; all that concerns the
    person's health or identity lives here, behind the clinic's own access rights.
    """

    _name = "clinic.patient"
    _description = "Patient"
    _inherits = {"res.partner": "partner_id"}
    _inherit = ["clinic.confidential.mixin", "mail.thread", "mail.activity.mixin"]
    # With another contact the record would be another person's.
    _clinic_fixed = ("partner_id",)
    _order = "number desc, id desc"
    # A directory, in which people are looked up.
    _clinic_logs_lists = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="restrict", bypass_search_access=True)
    number = fields.Char(
        string="Patient Number",
        required=True,
        copy=False,
        readonly=True,
        index="trigram",
        default=lambda self: self.env._("New"),
    )
    active = fields.Boolean(default=True)
    birth_date = fields.Date()
    age = fields.Integer(compute="_compute_age", help="Age in completed years.")
    sex = fields.Selection([("female", "Female"), ("male", "Male"), ("other", "Other")])
    national_id = fields.Char(
        string="National ID",
        copy=False,
        index="btree_not_null",
        help="Personal identity number, checked where the country has a known format "
        "(CNIC in Pakistan, BSN in the Netherlands …).",
    )
    national_id_country_id = fields.Many2one(
        "res.country",
        string="Country of the ID",
        default=lambda self: self.env.company.country_id,
        help="The country that issued the national ID.",
    )
    branch_id = fields.Many2one(
        "res.company",
        string="Home Branch",
        default=lambda self: self.env.company,
        help="The branch that registered the patient. Patients are known to every branch.",
    )
    emergency_contact = fields.Char(help="Name and phone of the person to call in an emergency.")
    duplicate_ids = fields.Many2many("clinic.patient", compute="_compute_duplicate_ids", string="Possible Duplicates")

    break_glass_ids = fields.One2many("clinic.break.glass", "patient_id", groups="base.group_system")
    emergency_user_ids = fields.Many2many(
        "res.users",
        string="Admitted for a While",
        compute="_compute_emergency_user_ids",
        search="_search_emergency_user_ids",
        help="Who may open the record at this moment although the patient belongs to another branch.",
    )

    _partner_uniq = models.UniqueIndex("(partner_id)", "This contact is a patient already.")
    _number_uniq = models.UniqueIndex("(number)", "This patient number is taken already.")

    @api.depends("birth_date")
    def _compute_age(self):
        today = self.env.company._clinic_today()
        for patient in self:
            patient.age = relativedelta(today, patient.birth_date).years if patient.birth_date else 0

    def _is_minor(self):
        """Return whether this patient is known to be under age, today in the patient's branch."""
        self.ensure_one()
        today = (self.branch_id or self.env.company)._clinic_today()
        return bool(self.birth_date) and relativedelta(today, self.birth_date).years < ADULT

    @api.depends("phone_key", "national_id_key", "name_key", "birth_date")
    def _compute_duplicate_ids(self):
        for patient in self:
            domain = patient._duplicate_domain()
            patient.duplicate_ids = self.search(domain, limit=5) if domain else self.browse()

    def _compute_emergency_user_ids(self):
        # Who was admitted is asked by the record rules, on behalf of people who may not read the admissions.
        admissions = self.env["clinic.break.glass"].sudo()
        now = fields.Datetime.now()
        found = admissions._read_group(
            [("patient_id", "in", self.ids), ("until", ">", now)], ["patient_id"], ["user_id:recordset"]
        )
        admitted = {patient.id: users for patient, users in found}
        for patient in self:
            patient.emergency_user_ids = admitted.get(patient.id, self.env["res.users"])

    def _search_emergency_user_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        # As above.
        admissions = self.env["clinic.break.glass"].sudo()
        current = admissions.search([("user_id", "in", list(value)), ("until", ">", fields.Datetime.now())])
        admitted = current.patient_id.ids
        # What stayed with a merged patient is read by anyone who was admitted to the one who is kept.
        return Domain("id", "in", admitted) | Domain("merged_into_id", "in", admitted)

    def _confidential_patients(self):
        return self._origin.exists()

    def _duplicate_domain(self):
        """Return the domain of other patients who may be the same person, or None.

        The same phone, the same national ID, or the same name and birth date.
        """
        self.ensure_one()
        same = []
        if self.phone_key:
            same.append(Domain("phone_key", "=", self.phone_key))
        if self.national_id_key:
            same.append(Domain("national_id_key", "=", self.national_id_key))
        if self.name_key and self.birth_date:
            same.append(Domain("name_key", "=", self.name_key) & Domain("birth_date", "=", self.birth_date))
        if not same:
            return None
        return Domain.OR(same) & Domain("id", "!=", self._origin.id or 0) & Domain("merged_into_id", "=", False)

    @api.depends("name", "number", "phone", "birth_date")
    @api.depends_context("formatted_display_name", "lang")
    def _compute_display_name(self):
        # Where a patient is chosen among others, two of one name are told apart by phone and birth date.
        is_chosen = self.env.context.get("formatted_display_name")
        for patient in self:
            name = f"{patient.name or ''} ({patient.number})"
            born = patient.birth_date and format_date(self.env, patient.birth_date)
            details = " · ".join(filter(None, [patient.phone, born])) if is_chosen else ""
            patient.display_name = f"{name} \t --{details}--" if details else name

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        vals_list = [dict(vals) for vals in vals_list]
        contacts = [self._take_staff_contact(vals) for vals in vals_list]
        for vals in vals_list:
            if not vals.get("number") or vals["number"] == self.env._("New"):
                vals["number"] = sequence.next_by_code("clinic.patient")
            self._normalise_national_id(vals)
        patients = super().create(vals_list)
        for patient, contact in zip(patients, contacts, strict=True):
            if contact:
                patient.partner_id.write(contact)
        return patients

    @api.model
    def _take_staff_contact(self, vals):
        """Take what concerns the contact of a colleague out of ``vals`` and return it.

        It is written once the colleague is a patient: see ``res.partner``.
        """
        partner = self.env["res.partner"].browse(vals.get("partner_id") or ())
        if self.env.su or not partner._clinic_has_other_login():
            return {}
        return {name: vals.pop(name) for name in list(vals) if self._fields[name].inherited}

    def write(self, vals):
        if "national_id" not in vals:
            return super().write(vals)
        for patient in self:
            own = dict(vals)
            own.setdefault("national_id_country_id", patient.national_id_country_id.id)
            patient._normalise_national_id(own)
            super(ClinicPatient, patient).write(own)
        return True

    def _normalise_national_id(self, vals):
        """Store the compact form of the national ID, so that equal numbers compare equal."""
        if vals.get("national_id"):
            country = (
                self.env["res.country"].browse(vals["national_id_country_id"])
                if "national_id_country_id" in vals
                else self.env.company.country_id
            )
            vals["national_id"] = self._compact_national_id(vals["national_id"], country)

    @api.model
    def _national_id_module(self, country):
        """Return the python-stdnum module that checks ``country``'s national ID, or None."""
        name = NATIONAL_ID_MODULES.get(country.code or "")
        return importlib.import_module(name) if name else None

    @api.model
    def _compact_national_id(self, number, country):
        """Return ``number`` without separators, as python-stdnum writes it for ``country``."""
        module = self._national_id_module(country)
        return module.compact(number) if module else number.strip()

    @api.constrains("national_id", "national_id_country_id")
    def _check_national_id(self):
        """A national ID must be valid by its country's own rules (python-stdnum)."""
        for patient in self.filtered("national_id"):
            module = self._national_id_module(patient.national_id_country_id)
            if not module:
                continue
            try:
                module.validate(patient.national_id)
            except StdnumValidationError as error:
                raise ValidationError(
                    self.env._(
                        "%(number)s is not a valid national ID of %(country)s. Check the digits, "
                        "or choose the country that issued it.",
                        number=patient.national_id,
                        country=patient.national_id_country_id.name,
                    )
                ) from error

    @api.constrains("birth_date")
    def _check_birth_date(self):
        """A patient cannot be born in the future."""
        today = self.env.company._clinic_today()
        for patient in self:
            if patient.birth_date and patient.birth_date > today:
                raise ValidationError(
                    self.env._(
                        "The birth date %(date)s lies in the future. Enter the patient's real birth date.",
                        date=format_date(self.env, patient.birth_date),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_access_log(self):
        """A patient whom the access log mentions stays."""
        self.env["clinic.access.log"]._check_unmentioned("patient_id", self)

    @takes(reason=a_text(optional=True))
    def break_glass(self, reason):
        """Admit the asking user to this patient's record for some hours; the privacy officers are told.

        :param reason: why the record of another branch's patient is needed now
        """
        self.ensure_one()
        self.env["clinic.break.glass"].create({"patient_id": self.id, "reason": reason})
        return True

    def action_break_glass(self):
        """Ask for the reason, and open the record of another branch's patient."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open in an Emergency"),
            "res_model": "clinic.break.glass",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_patient_id": self.id},
        }

    def action_open_record(self):
        """Open this patient's record."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.patient",
            "views": [[False, "form"]],
            "res_id": self.id,
        }

    def action_view_duplicates(self):
        """Open the patients who may be the same person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Possible duplicates of %s", self.name),
            "res_model": "clinic.patient",
            "view_mode": "list,form",
            "domain": [("id", "in", (self | self.duplicate_ids).ids)],
        }
