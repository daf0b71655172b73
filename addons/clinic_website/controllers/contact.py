"""What visitors type of themselves: cleaned, and what is wrong with it."""

import re

from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.clinic.door import is_clean
from odoo.addons.clinic.people import is_phone, phone_key

from ..const import MOST_EMAIL, MOST_NAME, MOST_PHONE
from .numbers import a_day

FIELDS = ("name", "phone", "email")
# What no name has: it stands in messages that the clinic sends, where nobody else's words and addresses belong.
TITLE = re.compile(r"^(dr|mr|mrs|ms|prof)\.", re.IGNORECASE)
NO_NAME = re.compile(r"[\d@/<>:|\\]|www\.|\w\.\w{2}")


def read_contact(values, branch):
    """Return (contact, {field: what is wrong}) of a form's ``values``; the contact is ready for a patient."""
    typed = {name: _text(values.get(name)) for name in FIELDS}
    problems = {}
    if not _is_name(typed["name"]):
        problems["name"] = request.env._("Please write your full name.")
    region = branch.sudo().country_id.code
    if not is_phone(typed["phone"]) or len(typed["phone"]) > MOST_PHONE or not phone_key(typed["phone"], [region]):
        problems["phone"] = request.env._(
            "Please write a phone number with digits only, and + and the country code if it is from abroad."
        )
    email = email_normalize(typed["email"]) if typed["email"] else ""
    if typed["email"] and (not email or len(email) > MOST_EMAIL):
        problems["email"] = request.env._("Please write an email address like name@example.com, or leave it empty.")
    return {**typed, "email": email or typed["email"]}, problems


def read_other(values, branch):
    """Return (contact, {field: what is wrong}) of who comes: a child or somebody else for whom the visitor books.

    Where the branch wants minors to be brought by somebody, the birth date is asked of everybody.
    """
    is_other = values.get("other") == "yes"
    asks_born = is_other or branch.clinic_online_guardian
    typed = {"child": _text(values.get("child"))} if is_other else {}
    problems = {}
    if is_other and not _is_name(typed["child"]):
        problems["child"] = request.env._("Please write the patient's full name.")
    if not asks_born:
        return typed, problems
    born = a_day(_text(values.get("born")), earliest=1900)
    typed["born"] = born.isoformat() if born else ""
    if not born or born > branch._clinic_today():
        problems["born"] = request.env._("Please write the patient's birth date.")
    elif not is_other and branch.clinic_online_guardian and request.env["clinic.online.hold"]._is_minor(born, branch):
        problems["born"] = request.env._("Please have a parent or guardian book for you, or call us.")
    return typed, problems


def _is_name(text):
    return 2 <= len(text) <= MOST_NAME and text[0].isalpha() and not NO_NAME.search(TITLE.sub("", text))


def read_address(text, branch):
    """Return the phone or email address that ``text`` is, as people are looked for by it; None if it is neither."""
    text = _text(text)
    if "@" in text:
        email = email_normalize(text)
        return email if email and len(email) <= MOST_EMAIL else None
    is_one = is_phone(text) and len(text) <= MOST_PHONE and phone_key(text, [branch.sudo().country_id.code])
    return text if is_one else None


def known_contact(patient, message=None):
    """Return the contact of a known ``patient``; what ``message`` has not proved is not shown whole."""
    if not patient:
        return {}
    contact = {name: patient[name] or "" for name in FIELDS}
    if not message:
        return contact
    hidden = "email" if message.channel == "sms" else "phone"
    return {**contact, hidden: _hide(contact[hidden])}


def _hide(text):
    """Return so much of ``text`` that its owner knows it, and nobody else.

    >>> _hide("sara.k@example.com"), _hide("0300 1234567"), _hide("")
    ('s•••@example.com', '•••567', '')
    """
    name, at, house = text.partition("@")
    if at:
        return f"{name[:1]}•••@{house}"
    return f"•••{text[-3:]}" if text else ""


def _text(value):
    """Return one line of text without anything that cannot be stored."""
    return " ".join(value.split())[:500] if isinstance(value, str) and is_clean(value) else ""
