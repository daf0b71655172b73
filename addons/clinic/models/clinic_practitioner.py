from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class ClinicPractitioner(models.Model):
    """An employee who performs procedures; time is reserved on the employee's resource."""

    _name = "clinic.practitioner"
    _description = "Practitioner"
    _order = "sequence, name, id"
    # With another employee it would be another person, with the authorizations and the history of this one.
    _clinic_fixed = ("employee_id",)

    employee_id = fields.Many2one("hr.employee", required=True, ondelete="restrict")
    name = fields.Char(related="employee_id.name", store=True)
    resource_id = fields.Many2one(related="employee_id.resource_id", store=True, index=True)
    user_id = fields.Many2one(related="employee_id.user_id", store=True, index="btree_not_null")
    company_ids = fields.Many2many(
        "res.company",
        string="Branches",
        compute="_compute_company_ids",
        store=True,
        readonly=False,
        precompute=True,
        help="The branches in which this practitioner can be booked.",
    )
    kind = fields.Selection(
        [("doctor", "Doctor"), ("cosmetologist", "Cosmetologist"), ("nurse", "Nurse")],
        required=True,
        default="doctor",
    )
    specialty = fields.Char(translate=True)
    color = fields.Integer()
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        compute="_compute_active", inverse="_inverse_active", store=True, precompute=True, compute_sudo=True
    )
    is_archived = fields.Boolean(
        copy=False, help="Archived as a practitioner, whether or not the employee still works here."
    )
    authorization_ids = fields.One2many("clinic.authorization", "practitioner_id")
    licence_ids = fields.One2many("clinic.licence", "practitioner_id")
    avatar_128 = fields.Image(related="employee_id.avatar_128")

    _employee_uniq = models.UniqueIndex("(employee_id)", "This employee is a practitioner already.")

    @api.depends("employee_id")
    def _compute_company_ids(self):
        for practitioner in self.filtered(lambda p: not p.company_ids):
            practitioner.company_ids = practitioner.employee_id.company_id

    @api.depends("is_archived", "employee_id.active")
    def _compute_active(self):
        for practitioner in self:
            practitioner.active = not practitioner.is_archived and practitioner.employee_id.active

    def _inverse_active(self):
        """Archive the practitioner alone; who has left as an employee comes back as one first."""
        for practitioner in self:
            # Anyone who may archive a practitioner need not be allowed to read employees.
            if practitioner.active and not practitioner.sudo().employee_id.active:
                raise UserError(
                    self.env._("%s is archived as an employee. Restore the employee first.", practitioner.name)
                )
            practitioner.is_archived = not practitioner.active

    def _check_granted_by_another(self):
        """Raise when somebody would be one of these practitioners who has granted or recorded what they rest on.

        Asked when the user of a practitioner changes; when something is granted, it is asked there.
        """
        for practitioner in self.filtered("user_id"):
            granted_by = practitioner.authorization_ids.granted_by_id | practitioner.licence_ids.granted_by_id
            if practitioner.user_id in granted_by:
                raise ValidationError(
                    self.env._(
                        "%(user)s has granted an authorization or recorded a licence of %(practitioner)s, and nobody "
                        "can authorize themselves. Have another manager grant it again first.",
                        user=practitioner.user_id.name,
                        practitioner=practitioner.name,
                    )
                )

    def _authorized_for(self, treatment, day):
        """Return those of these practitioners who may perform ``treatment`` on ``day``; nobody who is archived.

        An authorization counts for its treatment, or for its category and the categories below it.
        :param treatment: one ``product.template``
        :param day: a date in the branch's zone
        """
        domain = self._authorization_domain(treatment, day) & (
            Domain("valid_to", "=", False) | Domain("valid_to", ">=", day)
        )
        # Whether somebody may treat must not depend on who asks.
        found = self.env["clinic.authorization"].sudo().search(domain).practitioner_id
        return self.filtered(lambda practitioner: practitioner in found and practitioner.active)

    def _authorization_domain(self, treatment, day):
        """Return the domain of what was granted to these practitioners for ``treatment`` until ``day`` at least."""
        return (
            Domain("practitioner_id", "in", self.ids)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
            & (Domain("treatment_id", "=", treatment.id) | Domain("category_id", "parent_of", treatment.categ_id.ids))
        )

    def _lapsed_licence_text(self, treatment, day):
        """Return in brackets which licence has ended, if only that keeps this practitioner from ``treatment``."""
        self.ensure_one()
        domain = self._authorization_domain(treatment, day) & Domain("valid_to", "<", day)
        # As above; the licence is named to anyone who books, so that somebody renews it.
        licence = self.env["clinic.authorization"].sudo().search(domain, limit=1).licence_id
        if not licence:
            return ""
        return self.env._(
            " (%(licence)s ended on %(day)s)", licence=licence.display_name, day=format_date(self.env, licence.date_to)
        )
