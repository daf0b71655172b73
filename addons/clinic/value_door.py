"""The values of fields that come from outside: checked by the kind of each field before a record gets them.

Odoo leaves what does not fit to the database or to whatever stumbles over it. That is a traceback for who sent it.
"""

import base64
import binascii
import json

from odoo.exceptions import UserError
from odoo.fields import Command

from .door import (
    MOST_HTML,
    MOST_ID,
    Count,
    Day,
    Flag,
    Id,
    Kind,
    List,
    Moment,
    Number,
    Text,
    Unfit,
    are_clean,
    is_id,
    is_nothing,
)

# Methods of Odoo's whose first argument are values.
TAKING = {"create", "write", "web_save", "web_save_multi", "copy"}
SEVERAL = {"create", "web_save_multi"}
MOST_COMMANDS = 10_000


class Switch(Flag):
    """Yes or no; programs also say 1 or 0."""

    def take(self, env, value):
        return super().take(env, bool(value) if type(value) is int and value in (0, 1) else value)


class File(Kind):
    """The content of a file, in base64."""

    def take(self, env, value):
        try:
            base64.b64decode(value if isinstance(value, bytes) else Text(10**9).take(env, value))
        except (binascii.Error, ValueError) as error:
            raise Unfit(env._("That is not a file.")) from error
        return value


class Json(Kind):
    """What can be stored as JSON."""

    def take(self, env, value):
        try:
            text = json.dumps(value, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise Unfit(env._("That cannot be stored.")) from error
        if len(text) > MOST_HTML or not are_clean(value):
            raise Unfit(env._("That cannot be stored."))
        return value


KINDS = {
    **dict.fromkeys(("char", "text", "html", "reference"), Text(MOST_HTML)),
    **dict.fromkeys(("float", "monetary"), Number()),
    **dict.fromkeys(("many2one", "many2one_reference"), Id()),
    **dict.fromkeys(("binary", "image"), File()),
    "json": Json(),
    "integer": Count(-MOST_ID - 1),
    "boolean": Switch(),
    "date": Day(),
    "datetime": Moment(),
}


def check_taken(env, model, name, arguments):
    """Check the values in the ``arguments`` with which Odoo's method ``name`` is called on ``model``.

    :param arguments: the values of the method's arguments in their order
    :raises UserError: in words that name the field
    """
    if name not in TAKING or not arguments or (name == "copy" and is_nothing(arguments[0])):
        return
    many = name in SEVERAL and isinstance(arguments[0], list | tuple)
    for values in arguments[0] if many else arguments[:1]:
        check_values(env, model, values)


def check_values(env, model, values):
    """Raise ``UserError`` unless ``values`` are ones that fields of ``model`` can have."""
    if not isinstance(values, dict):
        raise UserError(env._("Give the values by the names of their fields."))
    fields = env[model]._fields
    for name, value in values.items():
        if not isinstance(name, str) or name not in fields:
            raise UserError(env._("%s has no such field.", env[model]._description))
        if is_nothing(value):
            continue
        try:
            _check_value(env, fields[name], value)
        except Unfit as error:
            label = fields[name]._description_string(env) or name
            raise UserError(env._("%(what)s: %(hint)s", what=label, hint=error.args[0])) from error


def _check_value(env, field, value):
    if field.type in ("one2many", "many2many"):
        _check_commands(env, field.comodel_name, value)
    elif field.type == "selection":
        if value not in (field.get_values(env) or ()):
            raise Unfit(env._("Choose one of the values offered."))
    elif kind := KINDS.get(field.type):
        kind.take(env, value)


def _check_commands(env, model, commands):
    if not isinstance(commands, list | tuple) or len(commands) > MOST_COMMANDS:
        raise Unfit(env._("Give a list of changes."))
    if all(map(is_id, commands)):
        return
    for command in commands:
        if (
            not isinstance(command, list | tuple)
            or not 1 <= len(command) <= 3
            or type(command[0]) is not int
            or command[0] not in list(Command)
        ):
            raise Unfit(env._("Give a list of changes."))
        _check_command(env, model, *command, *[None] * (3 - len(command)))


def _check_command(env, model, code, id_, more):
    if code in (Command.UPDATE, Command.DELETE, Command.UNLINK, Command.LINK):
        Id().take(env, id_)
    if code == Command.SET:
        List(Id(), most=MOST_COMMANDS).take(env, more)
    if code in (Command.CREATE, Command.UPDATE):
        check_values(env, model, more)
