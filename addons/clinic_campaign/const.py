# Why somebody whom a segment finds is not written to.
REASONS = [
    ("no_address", "No address"),
    ("no_consent", "Has not agreed to news and offers"),
    ("opted_out", "Wants no more messages"),
    ("over_cap", "Has had enough messages this week"),
    ("same_address", "Has the same address as another one"),
    ("merged", "Was merged into another patient"),
    ("control", "Control group"),
]
# A booking within so many days after it was sent is counted as brought by a campaign.
RESULT_DAYS = 7
# Visits in these states are no bookings that a campaign brought.
NOT_BOOKED = ("held", "cancelled", "no_show")
# Of fewer people than these, what they did would tell marketing what one of them did.
FEW = 10
# The channel of a campaign -> the type of Odoo's mailing
MAILING_TYPES = {"email": "mail", "sms": "sms"}
# A mailing's link by which a recipient says no to more of them.
UNSUBSCRIBE = "/unsubscribe_from_list"
# In the context of what Odoo's lists and the clinic's consents tell each other. An object, so that nobody can hand it
# over from outside.
TOLD = object()
# Likewise, of a mailing that its campaign sends: it is given the addresses.
CARRIED = object()
