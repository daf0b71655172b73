# Why a fee is charged.
CAUSES = [("no_show", "The patient did not come"), ("late", "Cancelled too late")]
# What a rule can charge.
NOTHING, DEPOSIT, FIXED, PERCENT = "none", "deposit", "fixed", "percent"
KINDS = [
    (NOTHING, "Nothing"),
    (DEPOSIT, "The deposit is kept"),
    (FIXED, "Amount"),
    (PERCENT, "Percent of the price"),
]
# What of it is kept with a booking: a percentage is an amount by then.
AGREED = [(NOTHING, "Nothing"), (DEPOSIT, "The deposit is kept"), (FIXED, "Amount")]
# Trigger of the message that says what was charged.
FEE = "fee"
