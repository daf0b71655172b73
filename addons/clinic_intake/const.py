"""What an intake is made of, and how much of each is taken."""

from odoo.addons.clinic_record.models.clinic_risk_kind import TYPES

FORMAT = "clinic-intake/1"
SECTIONS = [
    ("history", "Medical history"),
    ("allergies", "Allergies"),
    ("medication", "Medication"),
    ("pregnancy", "Pregnancy"),
    ("implants", "Implants"),
    ("skin", "Skin"),
    ("earlier", "Earlier treatments"),
    ("wishes", "Wishes"),
]
KINDS = [
    ("yes_no", "Yes or no"),
    ("tick", "A box to tick"),
    ("choice", "One of several"),
    ("text", "Text"),
    ("lines", "A list, one a line"),
]
# What an answer may become in the record; an answer about nothing is only shown.
ABOUT = [*TYPES, ("problem", "Skin problem"), ("skin_type", "Skin type")]
RISK_TYPES = {value for value, _label in TYPES}
# The answers that say that there is something.
POSITIVE = {"yes_no": "yes", "tick": "yes"}
MOST_TEXT = 2000
MOST_LINES, MOST_LINE = 20, 200
# Half-filled pages hold as much as a full one.
MOST_DRAFT = 200
