"""A closed till: what was counted stays as it was, for accountants as well."""

from odoo.exceptions import UserError

from odoo.addons.clinic.locked import KEY

GONE = ("canceled", "rejected", "cancel")
POSTED = ("in_process", "paid", "posted")


def own_step(env):
    """Return whether a step of the closing itself is at work, which no client can say of itself."""
    return env.context.get("clinic_writing") is KEY


def refuse_closed(env, closing):
    """Raise the ``UserError`` for a change of what ``closing`` has counted."""
    raise UserError(
        env._(
            "This belongs to the closed till “%s” and is not changed any more. Correct it by a new payment or entry of "
            "today.",
            closing.sudo().display_name,
        )
    )


def check_not_before(records):
    """Raise ``UserError`` when one of ``records``, payments or entries, is cash of a day before the last closing."""
    cash = records.filtered(
        lambda one: one.journal_id.type == "cash" and one.date and one.state not in GONE and not one.clinic_till_id
    )
    for (journal, branch), own in cash.grouped(lambda one: (one.journal_id, one.company_id)).items():
        last = journal._clinic_last_closing(branch)
        if last and min(own.mapped("date")) < last.date:
            raise UserError(
                records.env._(
                    "The till “%(journal)s” was closed on %(day)s: no cash is entered before that day. Enter it today.",
                    journal=journal.sudo().name,
                    day=last.date,
                )
            )


def check_not_later(records):
    """Raise ``UserError`` when one of ``records``, payments or entries, is posted cash of a day that is still to come.

    Tonight's closing would find it in the till and not expect it.
    """
    for record in records:
        if record.journal_id.type != "cash" or not record.date or record.state not in POSTED:
            continue
        today = record.company_id.sudo()._clinic_today()
        if record.date > today:
            raise UserError(
                record.env._(
                    "In %(branch)s it is %(today)s: cash is entered on the day it is paid, not on %(day)s. Change the "
                    "date.",
                    branch=record.company_id.sudo().name,
                    today=today,
                    day=record.date,
                )
            )
