"""What visitors type of themselves: cleaned, and what is wrong with it."""

import re

from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.clinic.door import is_clean
from odoo.addons.clinic.people import is_phone, phone_key

from ..const import MOST_EMAIL, MOST_NAME, MOST_PHONE

FIELDS = ("name", "phone", "email")
# What no name has: it stands in messages that the clinic sends, where nobody else's words and addresses belong.
TITLE = re.compile(r"^(dr|mr|mrs|ms|prof)\.", re.IGNORECASE)
NO_NAME = re.compile(r"[\d@/<>:|\\]|www\.|\w\.\w{2}")


def read_contact(values, branch):
    """Return (contact, {field: what is wrong}) of a form's ``values``; the contact is ready for a patient."""
    typed = {name: _text(values.get(name)) for name in FIELDS}
    problems = {}
    if (
        not 2 <= len(typed["name"]) <= MOST_NAME
        or not typed["name"][0].isalpha()
        or NO_NAME.search(TITLE.sub("", typed["name"]))
    ):
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


def _text(value):
    """Return one line of text without anything that cannot be stored."""
    return " ".join(value.split())[:500] if isinstance(value, str) and is_clean(value) else ""
