from datetime import timedelta

# Treatments in one visit that is booked online.
MOST_TREATMENTS = 5
# How many times one network (an address, or half of one of IPv6) keeps at once: phones of one provider share addresses.
MOST_OPEN = 12
# How often one network and one phone number book within a day.
MOST_OF_NETWORK, MOST_OF_PHONE, WHILE = 60, 4, timedelta(days=1)
# A visitor who chooses one time after another keeps times for so many times the branch's minutes, no longer.
TURNS = 3
# Anyone who leaves the pages may come back to the same time for so long.
GRACE = timedelta(seconds=90)
# Hours at which the afternoon and the evening begin.
NOON, EVENING = 12, 17
MOST_NAME, MOST_PHONE, MOST_EMAIL = 120, 40, 200
# How long a code is good that shows whose a phone or an email address is, how often it may be tried, and how soon after
# one there is another; how many a visitor has within a day, and an address from one network; an address from all of
# them, and a network for all addresses.
CODE_LASTS, CODE_EVERY, MOST_TRIES = timedelta(minutes=10), timedelta(minutes=1), 5
MOST_CODES, MOST_CODES_OF_ADDRESS, MOST_CODES_OF_NETWORK = 6, 20, 40
# Who has shown who they are is known for so long: as long as times are kept.
KNOWN_FOR = timedelta(minutes=30)
# Of one phone or address, more people are not chosen from.
MOST_OF_FAMILY = 8
# Who left at the payment and has permitted it is written to once within so many days.
AGAIN, AGAIN_DAYS = "online_again", 30
# By which the kind of message with a code is known.
CODE = "online_code"
