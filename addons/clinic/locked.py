"""Locked fields: what only our own methods write.

``readonly`` is an attribute of a view: over RPC every stored field can be written. So ``create`` and ``write`` of each
model that has locked fields are guarded outside of all overrides: what a caller hands over is checked, what our
overrides add to it is not.

Locked by themselves are the readonly fields (computed without inverse and related ones among them) of every
``clinic.*`` model, and those that our addons add to native models. A model names what else is locked::

    _clinic_locked = ("partner_id",)  # written by our methods only
    _clinic_fixed = ("company_id",)  # given when the record is made, afterwards as above
    _clinic_unlocked_fields = {"lot_ids": "handed over by the button that opens the dialog"}

Our methods write through ``records._clinic_writing()``, or with ``sudo()`` after a check of their own. Superuser
passes, because data files, migrations, scheduled actions and recomputations are it and no client can be; but what a
client says by its context (``default_*``) or by its own defaults (``ir.default``) is taken for no locked field, not
even then.
"""

import functools

from odoo import api
from odoo.orm.models import MAGIC_COLUMNS

# In the context of our own writing. An object, so that nobody can hand it over from outside.
KEY = object()
NONE = frozenset()


def declared(model, attribute):
    """Return what the classes of ``model`` name in ``attribute``, all of them together."""
    return {name for cls in type(model).mro() for name in vars(cls).get(attribute, ())}


def is_ours(model, field):
    """Return whether our addons have made ``model`` or, on a native one, ``field``."""
    return model._name.startswith("clinic.") or (bool(field._modules) and field._modules[0].startswith("clinic"))


def locked_fields(model):
    """Return the names of the locked fields of ``model``, and of those that are fixed once the record is made."""
    if model._abstract:
        return NONE, NONE
    by_themselves = {name for name, field in model._fields.items() if field.readonly and is_ours(model, field)}
    by_themselves -= {*MAGIC_COLUMNS, "display_name", "parent_path", *declared(model, "_clinic_unlocked_fields")}
    return frozenset(by_themselves | declared(model, "_clinic_locked")), frozenset(declared(model, "_clinic_fixed"))


def guard(model_class):
    """Put the guards around ``create`` and ``write`` of the registry's ``model_class``, outside of all overrides."""
    create, write = model_class.create, model_class.write

    @api.model_create_multi
    @functools.wraps(create)
    def guarded_create(self, vals_list):
        if type(self) is model_class:
            vals_list = self._clinic_check_create(vals_list)
            # Our own may be made quietly: a new visit needs no message that says so.
            traced = self if self.env.context.get("clinic_writing") is KEY else self._clinic_traced()
            records = super(model_class, traced).create(vals_list)
            return records if traced is self else records.with_env(self.env)
        return super(model_class, self).create(vals_list)

    @functools.wraps(write)
    def guarded_write(self, vals):
        if type(self) is model_class:
            vals = self._clinic_check_write(vals)
            self = self._clinic_traced()
        return super(model_class, self).write(vals)

    model_class.create, model_class.write = guarded_create, guarded_write
