from datetime import timedelta

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# What is compared, in the order in which it is shown.
CHECKS = [
    ("online", "Online payments: the providers' word and our payments"),
    ("under_way", "Online payments under way"),
    ("entries", "Payments and their entries in the books"),
    ("open", "What is open of payments"),
    ("deposits", "Deposits for visits to come"),
    ("credits", "Other credits of patients"),
    ("refunds", "Refunds and their credit notes"),
    ("deferred", "Sessions not performed yet"),
]
STATES = [("ok", "Agrees"), ("explained", "Explained"), ("differs", "Differs")]
# What a difference comes from, and how it is mended. Those of EXPLAINED mend themselves, or are as they should be.
CAUSES = [
    ("being_entered", "Paid just now, and being entered"),
    ("not_entered", "Paid online, and not in the books"),
    ("taken_back", "Paid online, and its payment was taken back"),
    ("not_confirmed", "Payment of an online transaction that is not done"),
    ("other_amount", "The payment has another amount than the provider says"),
    ("no_transaction", "Entered as an online payment that no provider has reported"),
    ("pending", "The provider has not decided yet"),
    ("pending_long", "The provider has not decided for a week"),
    ("by_statement", "The bank's statement will make its entry"),
    ("no_entry", "Payment without an entry"),
    ("entry_not_posted", "The entry of a payment is not posted"),
    ("entry_of_none", "Posted entry of a payment that does not count"),
    ("entry_amount", "The entry has another amount than the payment"),
    ("open_amount", "What is open is not the amount less what was set off"),
    ("deposit_amount", "What the visit counts as paid is not what is open for it"),
    ("by_hand", "A credit that no payment, credit note or statement explains"),
    ("refund_note", "The credit note is not what was approved"),
    ("waiting_entry", "Performed since yesterday; the day's entry comes"),
    ("session_no_entry", "Performed, and no entry was made"),
    ("deferred_entry", "Entry on deferred revenue that the sessions do not explain"),
]
EXPLAINED = {"being_entered", "pending", "by_statement", "waiting_entry"}
MEND = {
    "being_entered": _lt("Nothing to do: the scheduled action enters it within ten minutes."),
    "not_entered": _lt(
        "Open it and look at its messages. The scheduled action “Clinic: use what was paid online” tries again every "
        "ten minutes; if a closed period or a missing journal is in the way, mend that. Else enter the payment by "
        "hand in the provider's journal."
    ),
    "taken_back": _lt(
        "The provider has the money. Confirm the payment again; or, if it was paid back, refund the transaction."
    ),
    "not_confirmed": _lt(
        "Look at the provider whether this was paid. If it was not, cancel the payment; if it was, ask the provider "
        "for a notification."
    ),
    "other_amount": _lt(
        "Set the payment back to draft, correct its amount and confirm it, or refund what is too much."
    ),
    "no_transaction": _lt(
        "Look at the provider whether it has received this. If it came another way, cancel the payment and enter it "
        "again by that way of paying."
    ),
    "pending": _lt("Nothing to do: the provider is asked again. Cancel a transfer that will not come."),
    "pending_long": _lt("Ask the provider. If nothing was paid, cancel the transaction."),
    "by_statement": _lt("Nothing to do: the entry is made when the bank's statement is reconciled."),
    "no_entry": _lt("Set the payment back to draft and confirm it again: that makes its entry."),
    "entry_not_posted": _lt("Post the entry, or cancel the payment if nothing was paid."),
    "entry_of_none": _lt("Confirm the payment again if it was made; else set its entry back to draft and cancel it."),
    "entry_amount": _lt(
        "Look which one is right. Set the payment back to draft, correct it and confirm it again: its entry follows."
    ),
    "open_amount": _lt("Undo the reconciliation of its entries and reconcile them again."),
    "deposit_amount": _lt(
        "Look at the payments of this visit. One that was set against something else is taken off there; one that was "
        "paid back by hand belongs to a cancelled visit: cancel it, or take the deposit again."
    ),
    "by_hand": _lt(
        "Look at the entry. If the patient has paid, enter the payment instead; if it is right, e.g. an opening "
        "balance, explain it; else reverse it."
    ),
    "refund_note": _lt("Post the credit note of this refund as it was approved; what was changed is reversed first."),
    "waiting_entry": _lt("Nothing to do: the scheduled action posts one entry a day."),
    "session_no_entry": _lt(
        "Open the period or set up the accounts that keep the entry from being posted; the scheduled action posts it "
        "then."
    ),
    "deferred_entry": _lt(
        "Reverse the entry if it was made by hand. Sessions change this account by themselves: sell, perform or refund "
        "them on the course."
    ),
}
# So many differences of a kind are listed; all are counted.
LISTED = 50
# In the night of the branch, when nobody is at work.
NIGHT = 2
# So long it may take until what is done is entered.
FRESH = timedelta(minutes=30)
ASK_AFTER, TOO_LONG = timedelta(days=1), timedelta(days=7)
# So many are asked about in one night.
MOST_ASKED = 50
# The states of payments that count.
POSTED = ("in_process", "paid")
# In the context: the rates of the branch that is compared, asked for once.
RATES = "clinic_agreement_rates"
