"""What consents are made of, and how much of each is taken."""

from datetime import timedelta

# The languages in which a text can be read: those whose words stand in ``words``.
LANGUAGES = [
    ("en", "English"),
    ("ur", "اردو"),
    ("fa", "فارسی"),
    ("ar", "العربية"),
]
RIGHT_TO_LEFT = {"ur", "fa", "ar"}
KINDS = [("treatment", "Treatment"), ("photo", "Photos"), ("data", "Personal data"), ("other", "Other")]
# For what photos may be used; each is asked for by itself.
SCOPES = ("care", "teaching", "marketing")
QUESTIONS = [("yes_no", "Yes or no"), ("text", "Text"), ("choice", "Choice")]
WITNESSES = [("none", "Nobody"), ("witness", "A witness"), ("interpreter", "An interpreter")]
RELATIONS = ("mother", "father", "guardian", "other")
# Says who signs where the clinic does not know how old the patient is.
OF_AGE = "self"
IDENTIFIED = [
    ("desk", "In person, at the clinic"),
    ("link", "By a link sent to the patient"),
    ("portal", "Portal login"),
]
# How a patient may withdraw what was signed.
MEANS = [("person", "In person"), ("phone", "By telephone"), ("letter", "By letter or message")]

# How long a link is good once it was shown, and how long a patient may take over it once it was opened.
LINK_LASTS = timedelta(minutes=60)
# How long a page waits for the tablet that is to show it.
PUSH_LASTS = timedelta(minutes=5)
MOST_NAME = 500
MOST_ANSWER = 2000
# A signature of a minute with a fast pen is about 100 kB.
MOST_BODY = 600_000
VARIANTS = ("evidence", "pdf")
