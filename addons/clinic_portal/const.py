# The link that an invitation shows at the desk is good for so many hours; one that is sent, for as long as Odoo says.
HOURS_AT_DESK = 2
# On one page of the visits.
PER_PAGE = 20
# What is listed at most of who has looked, and for how many days back.
MOST_LOOKS, LOOK_DAYS = 200, 365
MOST_TEXT, MOST_PHONE, MOST_EMAIL = 2000, 40, 200
# Of one patient, so many messages within an hour; more are no conversation.
MOST_MESSAGES = 20
# Of one patient, so many words of what the clinic may write, within a day; more is no wish.
MOST_WISHES = 40
# In messages, the link to the portal.
PLACEHOLDER = "portal"
# What who answers is given to do.
ACTIVITY = "clinic_portal.activity_answer"
