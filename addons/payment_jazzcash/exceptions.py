from odoo.exceptions import ValidationError


class NotAnswered(ValidationError):
    """Nothing is known of what JazzCash has made of a request: it may have been carried out."""


class Rejected(ValidationError):
    """The request has not reached JazzCash's payments, so nothing was carried out."""
