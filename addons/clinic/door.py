"""One door for input: what a public method is given is checked, and made what the method needs, before it runs.

Anyone who is signed in calls every public method with whatever they like. Each of ours says what it takes::

    @takes(patient=a_record("clinic.patient"), start=a_moment(), note=a_text(500, optional=True))
    def book(self, patient, start, note=None):

A value that does not fit is a ``UserError`` that says in words which one it is. Arguments whose default is None or
False may be left out or empty; ``optional`` says so of others. The rules of the clinic stay in the method: the door
knows kinds.
"""

import functools
import inspect
from datetime import date, datetime

from pytz import utc

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

MOST_ID = 2**31 - 1
MOST_NUMBER = 10**12
MOST_TEXT = 10_000
# Written text with its markup; pictures that are pasted into it are dropped by the method.
MOST_HTML = 20_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2200


class Unfit(Exception):
    """A value is not of the kind that is taken; says what would be.

    :param is_whole: whether the words say all, without the name of the argument
    """

    def __init__(self, hint, is_whole=False):
        super().__init__(hint)
        self.is_whole = is_whole


def is_clean(text):
    """Return whether ``text`` can be stored and sent: it has no NUL and no half of a character."""
    try:
        return "\0" not in text and bool(text.encode() or True)
    except UnicodeEncodeError:
        return False


def are_clean(data):
    """Return whether all texts in ``data``, as JSON has it, can be stored."""
    waiting = [data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str) and not is_clean(part):
            return False
        waiting += [*part, *part.values()] if isinstance(part, dict) else part if isinstance(part, list | tuple) else []
    return True


def takes(**kinds):
    """Declare the kind of each argument of a public method; see above.

    :param kinds: {name of the argument: its ``Kind``}, all of them
    """

    def decorate(method):
        signature = inspect.signature(method)
        parameters = dict(list(signature.parameters.items())[1:])
        if parameters.keys() != kinds.keys():
            raise TypeError(f"{method.__qualname__}: {sorted(parameters.keys() ^ kinds.keys())} undeclared or unknown")
        empty = {name for name, kind in kinds.items() if kind.optional or parameters[name].default in (None, False)}

        @functools.wraps(method)
        def checked(self, *args, **kwargs):
            try:
                given = signature.bind(self, *args, **kwargs)
            except TypeError as error:
                raise UserError(
                    self.env._("“%s” was called with too many or too few values.", name_of(method))
                ) from error
            for name, value in given.arguments.items():
                if name in kinds and not (name in empty and is_nothing(value)):
                    given.arguments[name] = _take(self.env, name, kinds[name], value)
            return method(*given.args, **given.kwargs)

        checked._clinic_takes = kinds
        return checked

    return decorate


def name_of(method):
    """Return the name of a method, or of an argument, as it is read."""
    name = method if isinstance(method, str) else method.__name__
    return name.replace("_", " ").strip().capitalize()


def _take(env, name, kind, value):
    try:
        return kind.check(env, value)
    except Unfit as error:
        hint = error.args[0]
        text = hint if error.is_whole else env._("%(what)s: %(hint)s", what=name_of(name), hint=hint)
        raise UserError(text) from error


class Kind:
    """What an argument may be."""

    def __init__(self, optional=False, says=None):
        """Make the kind.

        :param optional: whether None and False pass as they are
        :param says: what to say instead of the general words, a lazy translation
        """
        self.optional = optional
        self.says = says

    def take(self, env, value):
        """Return what the method gets for ``value``; raise ``Unfit`` when that is not of this kind."""
        raise NotImplementedError

    def check(self, env, value):
        """Take ``value`` and say what the declaration says where it does not fit; a part has its own words."""
        if self.optional and is_nothing(value):
            return value
        try:
            return self.take(env, value)
        except Unfit as error:
            if not self.says or error.is_whole:
                raise
            raise Unfit(env._(self.says), is_whole=True) from error


class Text(Kind):
    """Characters, at most ``most``."""

    def __init__(self, most=MOST_TEXT, **options):
        super().__init__(**options)
        self.most = most

    def take(self, env, value):
        if not isinstance(value, str):
            raise Unfit(env._("Give text."))
        if len(value) > self.most:
            raise Unfit(env._("That is too long: at most %s characters.", self.most))
        if not is_clean(value):
            raise Unfit(env._("The text has characters that cannot be stored. Type it again."))
        return value


class Choice(Kind):
    """One of ``values``."""

    def __init__(self, values, **options):
        super().__init__(**options)
        self.values = tuple(values)

    def take(self, env, value):
        if not isinstance(value, str) or value not in self.values:
            raise Unfit(env._("Choose one of: %s.", ", ".join(self.values)))
        return value


class Flag(Kind):
    """Yes or no."""

    def take(self, env, value):
        if not isinstance(value, bool):
            raise Unfit(env._("Answer yes or no."))
        return value


class Number(Kind):
    """A finite number from ``least`` to ``most``; with ``above``, more than that."""

    def __init__(self, least=-MOST_NUMBER, most=MOST_NUMBER, above=None, **options):
        super().__init__(**options)
        self.least, self.most, self.above = least, most, above

    def take(self, env, value):
        if not is_number(value):
            raise Unfit(env._("Give a number."))
        if self.above is not None and not self.above < value <= self.most:
            raise Unfit(env._("Give a number above %(least)s, at most %(most)s.", least=self.above, most=self.most))
        if not self.least <= value <= self.most:
            raise Unfit(env._("Give a number from %(least)s to %(most)s.", least=self.least, most=self.most))
        return value


class Count(Number):
    """A whole number from ``least`` to ``most``."""

    def __init__(self, least=0, most=MOST_ID, **options):
        super().__init__(least, most, **options)

    def take(self, env, value):
        if not isinstance(value, int):
            raise Unfit(env._("Give a whole number."))
        return super().take(env, value)


class Moment(Kind):
    """A date and time: a datetime or an ISO string, with an offset or in UTC; the method gets it in naive UTC."""

    def take(self, env, value):
        if isinstance(value, str):
            value = self._parse(env, value)
        if not isinstance(value, datetime):
            raise Unfit(env._("Choose the date and time."))
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise Unfit(env._("That day is too far away. Check the date."))
        return value.astimezone(utc).replace(tzinfo=None) if value.tzinfo else value

    def _parse(self, env, text):
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            hint = env._("“%s” is not a date and time. Write it like 2026-03-31 14:30.", shown(text))
            raise Unfit(hint) from error


class Day(Kind):
    """A day: a date or an ISO string; the method gets a date."""

    def take(self, env, value):
        if isinstance(value, str):
            value = self._parse(env, value)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise Unfit(env._("Choose the day."))
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise Unfit(env._("That day is too far away. Check the date."))
        return value

    def _parse(self, env, text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise Unfit(env._("“%s” is not a day. Write it like 2026-03-31.", shown(text))) from error


class Id(Kind):
    """The id of a record; whether there is one, and the user may read it, the method finds out."""

    def take(self, env, value):
        if not is_id(value):
            raise Unfit(env._("Choose an existing record, by its number."))
        return value


class Record(Kind):
    """A record of ``model``, or its id; the method gets the record.

    :param many: whether a list of ids, or several records, are taken as well
    :param exists: whether the door looks if it exists; else reading it says so
    :param missing: what to say when there is none, a lazy translation
    """

    def __init__(self, model, many=False, exists=False, missing=None, **options):
        super().__init__(**options)
        self.model, self.many, self.exists, self.missing = model, many, exists, missing

    def take(self, env, value):
        records = value if isinstance(value, models.BaseModel) else env[self.model].browse(self._ids(env, value))
        if not records and self.missing:
            raise Unfit(env._(self.missing))
        # Whether it exists is all that is asked here; the user's rights are the method's to check.
        gone = self.exists and len(records.sudo().exists()) != len(records)
        if records._name != self.model or not records or gone or (len(records) > 1 and not self.many):
            raise Unfit(env._("Choose an existing %s.", env[self.model]._description))
        return records

    def _ids(self, env, value):
        ids = value if self.many and isinstance(value, list | tuple) else [value] if value else []
        if not all(map(is_id, ids)):
            raise Unfit(env._("Choose an existing %s, by its number.", env[self.model]._description))
        return ids


class List(Kind):
    """Values of one ``kind``, at most ``most`` and at least ``least``."""

    def __init__(self, kind, least=0, most=1000, **options):
        super().__init__(**options)
        self.kind, self.least, self.most = kind, least, most

    def take(self, env, value):
        if not isinstance(value, list | tuple):
            raise Unfit(env._("Give a list."))
        if not self.least <= len(value) <= self.most:
            raise Unfit(env._("Give a list of %(least)s to %(most)s values.", least=self.least, most=self.most))
        return [self.kind.check(env, part) for part in value]


class Table(Kind):
    """Values of one ``kind`` by their keys, which are text."""

    def __init__(self, kind, most=1000, **options):
        super().__init__(**options)
        self.kind, self.most = kind, most

    def take(self, env, value):
        if not isinstance(value, dict) or not all(isinstance(key, str) and len(key) <= 100 for key in value):
            raise Unfit(env._("Give the values by their names."))
        if len(value) > self.most:
            raise Unfit(env._("Give at most %s values.", self.most))
        return {key: self.kind.check(env, part) for key, part in value.items()}


class Form(Kind):
    """Values by the names of their fields, each of its own kind; what is optional may be missing."""

    def __init__(self, options=None, **kinds):
        super().__init__(**(options or {}))
        self.kinds = kinds

    def take(self, env, value):
        if not isinstance(value, dict) or value.keys() - self.kinds.keys():
            raise Unfit(env._("Give the values by their names: %s.", ", ".join(self.kinds)))
        missing = [name for name, kind in self.kinds.items() if name not in value and not kind.optional]
        if missing:
            raise Unfit(env._("These values are missing: %s.", ", ".join(missing)))
        return {name: self.kinds[name].check(env, part) for name, part in value.items()}


class OneOf(Kind):
    """What the first of ``kinds`` makes of it that takes it at all."""

    def __init__(self, *kinds, **options):
        super().__init__(**options)
        self.kinds = kinds

    def take(self, env, value):
        unfit = None
        for kind in self.kinds:
            try:
                return kind.check(env, value)
            except Unfit as error:
                unfit = error
        raise unfit


# As they are declared: @takes(note=a_text(500)).
a_text = Text
a_choice = Choice
a_flag = Flag
a_number = Number
a_count = Count
a_moment = Moment
a_day = Day
an_id = Id
a_record = Record
a_list = List
a_table = Table
a_form = Form
one_of = OneOf


def is_nothing(value):
    """Return whether ``value`` says that there is none: no record, None or False; 0 and "" are values."""
    return value is None or value is False or (isinstance(value, models.BaseModel) and not value)


def is_number(value):
    """Return whether ``value`` is a number that can be stored."""
    return type(value) in (int, float) and -MOST_NUMBER <= value <= MOST_NUMBER


def is_id(value):
    """Return whether ``value`` can be the id of a record in the database."""
    return type(value) is int and 0 < value <= MOST_ID


def shown(text):
    """Return so much of ``text``, in which nothing of a patient stands, as a message repeats."""
    return text[:40].encode(errors="replace").decode().replace("\0", "?")
