from datetime import timedelta

# How somebody books, which decides how long a visit waits for its deposit.
CHANNELS = [("desk", "At the desk"), ("phone", "By phone"), ("online", "Online")]
USUAL_CHANNEL = "phone"
# Who stands at the desk, or is on the way, pays at the desk: a visit that begins so soon is not held for a deposit.
SOON = timedelta(minutes=20)
# In these states a visit still waits for what was paid in advance for it.
AHEAD = ("held", "booked", "arrived", "in_progress")
# In these states a payment was made.
MADE = ("in_process", "paid")
# What became of a payment in advance.
OUTCOMES = [
    ("waits", "Part of the deposit"),
    ("confirmed", "The visit was confirmed"),
    ("rebooked", "The same time was booked again"),
    ("counted", "For its visit"),
    ("credit", "Credit of the patient"),
    ("refund", "To pay back"),
]
# Triggers of messages about money; all of them are neutral.
ASKED, REMINDER, OVER, LATE, LINK = "deposit_asked", "deposit_reminder", "deposit_over", "money_late", "payment_link"
REFUND = "refund"
TIMED = (ASKED, REMINDER, OVER, LATE)
