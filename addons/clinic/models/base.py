import logging

from odoo import api, models
from odoo.exceptions import AccessError

from ..locked import KEY, NONE, guard, locked_fields

# By these a caller keeps changes from being written down.
UNTRACKED = ("tracking_disable", "mail_notrack", "mail_create_nolog")
_logger = logging.getLogger(__name__)


class Base(models.AbstractModel):
    """Locked fields of every model: see ``locked.py``."""

    _inherit = "base"

    # Set for each model of the registry from what its classes declare.
    _clinic_locked_fields = NONE
    _clinic_fixed_fields = NONE

    @api.model
    def _post_model_setup__(self):
        super()._post_model_setup__()
        model_class = self.env.registry[self._name]
        locked, fixed = locked_fields(self)
        model_class._clinic_locked_fields, model_class._clinic_fixed_fields = locked, fixed
        if (locked or fixed) and "create" not in vars(model_class):
            guard(model_class)

    @api.private
    def _clinic_writing(self):
        """Return these records such that their locked fields may be written, for our own methods."""
        return self.with_context(clinic_writing=KEY)

    @api.model
    def _clinic_may_write_locked(self):
        """Return whether this is our own writing, and not what a client asks for."""
        return self.env.su or self.env.context.get("clinic_writing") is KEY

    @api.model
    def _clinic_check_create(self, vals_list):
        """Return ``vals_list`` without empty values of locked fields; raise when one of them is given."""
        locked = self._clinic_locked_fields
        if self._clinic_may_write_locked() or not any(locked & vals.keys() for vals in vals_list):
            return vals_list
        for vals in vals_list:
            self._clinic_refuse([name for name in vals if name in locked and vals[name]])
        return [{name: value for name, value in vals.items() if name not in locked} for vals in vals_list]

    def _clinic_check_write(self, vals):
        """Return ``vals`` without the locked fields whose value stays as it is; raise when another is changed."""
        named = vals.keys() & (self._clinic_locked_fields | self._clinic_fixed_fields)
        if not named or not self or self._clinic_may_write_locked():
            return vals
        # First of all, as otherwise the answer would tell the value to those who may not read it.
        self.check_access("write")
        self._clinic_refuse([name for name in vals if name in named and not self._clinic_is_value(name, vals[name])])
        return {name: value for name, value in vals.items() if name not in named}

    def _clinic_is_value(self, name, value):
        """Return whether the field ``name`` of all these records has the ``value`` already, for who may know it."""
        field = self._fields[name]
        # What is not stored is nobody's input; a form that sends it along would be mistaken.
        if not field.store or not self._has_field_access(field, "read") or field.type in ("one2many", "many2many"):
            return False
        try:
            return all(
                record[name] == field.convert_to_record(field.convert_to_cache(value, record), record)
                for record in self
            )
        except (TypeError, ValueError):
            return False

    def _clinic_refuse(self, names):
        """Raise an ``AccessError`` when there is a locked field among the ``names``."""
        if not names:
            return
        _logger.info("Locked fields refused: uid %s, model %s, fields %s", self.env.uid, self._name, names)
        labels = [field["string"] for field in self.sudo().fields_get(names, ["string"]).values()]
        raise AccessError(
            self.env._(
                "“%(fields)s” of “%(model)s” is not entered or changed by hand: the clinic's own steps set it. Use the "
                "buttons of the form instead.",
                fields=", ".join(labels),
                model=self.env["ir.model"]._get(self._name).name,
            )
        )

    @api.model
    def _clinic_path_to_sql(self, path, query):
        """Return the SQL expression of the field at the end of ``path``; adds the joins to ``query`` on this model."""
        model, alias = self, query.table
        *links, name = path.split(".")
        for link in links:
            model, alias = model._fields[link].join(model, alias, query)
        return model._field_to_sql(alias, name, query)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Tell clients that locked fields are readonly, so that forms and imports do not offer them."""
        described = super().fields_get(allfields, attributes)
        if not attributes or "readonly" in attributes:
            for name in self._clinic_locked_fields & described.keys():
                described[name]["readonly"] = True
        return described

    @api.model
    def _clinic_traced(self):
        """Return these records, of a clinic's model, such that what is done with them is written down.

        No caller's context keeps a cancellation out of the log. Neither superuser nor our own writing counts: a
        client's context comes along.
        """
        if not self._name.startswith("clinic.") or not any(self.env.context.get(name) for name in UNTRACKED):
            return self
        return self.with_context(**dict.fromkeys(UNTRACKED, False))

    # -- what a client says without naming it -------------------------------------------------------------------------

    def _add_missing_default_values(self, values):
        """Take nothing for a locked field from the context or from a user's own defaults, when a record is made.

        A form may still show it: forms do not send readonly fields.
        """
        completed = super()._add_missing_default_values(values)
        locked = self._clinic_locked_fields
        if not locked or self.env.context.get("clinic_writing") is KEY:
            return completed
        said = {key.removeprefix("default_") for key in self.env.context if key.startswith("default_")}
        said.update(self.env["ir.default"]._get_model_defaults(self._name))
        for name in (locked & said & completed.keys()) - values.keys():
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                completed[name] = field.convert_to_write(value, self)
            else:
                del completed[name]
        return completed

    def copy_data(self, default=None):
        """Copy no locked field: what our methods have found out about one record says nothing about its duplicate."""
        vals_list = super().copy_data(default)
        locked = self._clinic_locked_fields
        if not locked or self._clinic_may_write_locked():
            return vals_list
        kept = locked - (default or {}).keys()
        return [vals and {name: value for name, value in vals.items() if name not in kept} for vals in vals_list]
