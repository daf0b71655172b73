"""How long a link is good, and how much of a report is taken."""

from datetime import timedelta

# By a message: some problems show weeks later. By hand: somebody may have seen it.
MESSAGE_LASTS = timedelta(days=30)
HAND_LASTS = timedelta(days=14)
# What was done in so many days can be chosen.
RECENT = timedelta(days=90)
MOST_PROCEDURES = 12
MOST_WORDS = 2000
MOST_BODY = 20_000
MOST_NUMBER = 32
# When the patient can be called; no free words, since reception reads it.
WHEN = [
    ("any", "At any time"),
    ("morning", "In the morning"),
    ("afternoon", "In the afternoon"),
    ("evening", "In the evening"),
]
# What stands in a message for the link to report a problem.
PLACEHOLDER = "report"
# The number for emergencies where a branch has entered none: that of its country, else the one of GSM networks.
EMERGENCY = {"PK": "1122", "AE": "998", "SA": "997", "GB": "999", "US": "911", "CA": "911", "IR": "115", "AF": "112"}
ANY_EMERGENCY = "112"
# The sentence that leads to the link, by the language of a text of aftercare.
INVITES = {
    "en": "Is something not right after your visit? Tell us here: {report}",
    "ur": "ملاقات کے بعد کوئی پریشانی ہے؟ ہمیں یہاں بتائیں: {report}",
    "fa": "پس از مراجعه مشکلی دارید؟ اینجا به ما بگویید: {report}",
    "ar": "هل هناك ما يقلقك بعد زيارتك؟ أخبرنا هنا: {report}",
}
