from odoo import api, models
from odoo.exceptions import UserError

# What reception changes of a colleague who comes as a patient. Name, e-mail and language belong to the login.
CONTACT_FIELDS = {"phone", "street", "street2", "city", "zip", "state_id", "country_id"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.constrains("phone")
    def _check_patient_phone(self):
        """A patient's phone number is one that can be dialled, wherever it is written."""
        self._clinic_patients()._check_phone()

    def _clinic_patients(self):
        """Return the patients whose contacts these are, with all rights."""
        # Who keeps contacts need not know who is a patient.
        patients = self.env["clinic.patient"].sudo().with_context(active_test=False)
        return patients.search([("partner_id", "in", self.ids)])

    # -- colleagues who come as patients ------------------------------------------------------------------------------

    def write(self, vals):
        """Let reception register a colleague as a patient, and keep phone and address.

        Odoo lets nobody write on the contact of a user who may not change users, because the e-mail is the way to a
        password; and to make it a patient writes empty properties on it.
        """
        colleagues = self._clinic_colleagues()
        patients = colleagues and colleagues & colleagues._clinic_patients().partner_id.sudo(False)
        same = (colleagues - patients).filtered(lambda partner: not partner._clinic_changes(vals))
        if not (patients or same):
            return super().write(vals)
        if others := self - patients - same:
            super(ResPartner, others).write(dict(vals))
        for partner in patients:
            partner._clinic_write_contact(vals)
        return True

    def _clinic_colleagues(self):
        """Return those of these contacts who log in, and whom the user may not change for that reason alone."""
        if self.env.su or not self.env.user.has_group("clinic.group_reception"):
            return self.browse()
        return self.browse() if self.env["res.users"].has_access("write") else self._clinic_has_other_login()

    def _clinic_has_other_login(self):
        """Return those of these contacts who log in as internal users, the asking user left out."""
        # As Odoo asks; who logs in is nobody's secret from the check that protects them.
        users = self.sudo().user_ids.filtered(lambda user: user._is_internal() and user != self.env.user)
        return users.partner_id.sudo(False) & self

    def _clinic_write_contact(self, vals):
        """Write what differs of ``vals``; raise ``UserError`` when it is more than phone and address."""
        self.check_access("write")
        changed = self._clinic_changes(vals)
        if refused := changed.keys() - CONTACT_FIELDS:
            labels = (self._fields[name]._description_string(self.env) for name in sorted(refused))
            raise UserError(
                self.env._(
                    "%(name)s works here and has a login: only phone and address are changed at the desk. Ask an "
                    "administrator to change: %(fields)s.",
                    name=self.name,
                    fields=", ".join(labels),
                )
            )
        # Checked above: a contact that the user may change, a patient, and nothing that leads to the login.
        self.sudo().write(changed)

    def _clinic_changes(self, vals):
        """Return what of ``vals`` differs from what this contact has."""
        return {name: value for name, value in vals.items() if self._clinic_differs(name, value)}

    def _clinic_differs(self, name, value):
        if not value and not self[name]:
            return False
        field = self._fields[name]
        return field.convert_to_cache(value, self, validate=False) != field.convert_to_cache(self[name], self, False)
