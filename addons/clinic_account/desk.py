"""The desk and the books: what those who work with patients and keep no books may do to invoices and payments.

They sell, confirm what was prepared, and take payments of today. What stands in the books is changed by accountants and
managers, who have a right to it: by a credit note, not by a change.
"""

from odoo.exceptions import AccessError

from odoo.addons.clinic.locked import KEY

# What sending, printing and messages write down on a document; none of it says anything about money.
FREE = {
    "invoice_pdf_report_file",
    "invoice_pdf_report_id",
    "is_manually_modified",
    "is_move_sent",
    "is_sent",
    "made_sequence_gap",
    "sending_data",
}
FREE_ADDONS = {"mail", "portal"}


def at_desk(env):
    """Return whether the user works with patients and keeps no books, and none of our own steps is at work.

    Such a step has checked what the desk asked for, e.g. a payment that Odoo then posts and reconciles.
    """
    if env.su or env.context.get("clinic_writing") is KEY:
        return False
    return env.user.has_group("clinic.group_staff") and not env.user.has_group("clinic.group_accountant")


def changes(records, vals):
    """Return the names of what ``vals`` would change of documents: all but traces of sending and messages."""
    return {
        name
        for name in vals
        if name not in FREE and getattr(records._fields.get(name), "_module", None) not in FREE_ADDONS
    }


def refuse(env):
    """Raise the ``AccessError`` for a change of what stands in the books."""
    raise AccessError(
        env._(
            "Invoices and payments are not changed at the desk. Ask the accountant or a manager: what is wrong is "
            "taken back by a credit note, and the visit is then checked out again."
        )
    )
