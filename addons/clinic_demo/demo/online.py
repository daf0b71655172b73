"""Online booking: both branches, some treatments with what to expect, and those who perform them."""

from .catalogue import in_catalogue

TREATMENTS = {
    "treatment_consultation": "We look at your skin together, talk about what you wish for, and say what it takes. "
    "Nothing is done on that day.",
    "treatment_hydrafacial": "Cleansing, gentle exfoliation and moisture. No downtime: go back to work right after.",
    "treatment_chemical_peel": "A tingling for a few minutes, then a calming mask. Your skin may peel for some days; "
    "please use sunscreen.",
    "treatment_carbon_laser": "A thin layer of carbon, then warm pulses of light. You may be a little red for an hour.",
    "treatment_laser_hair_removal": "Please shave the day before, and come without cream or deodorant. It feels like "
    "the snap of a rubber band.",
    "treatment_microneedling": "A numbing cream first. You will be red as after a day in the sun until next morning.",
}
WORDS = {
    "Dr. Mehreen Anwar": "Listens first. Twelve years of skin and injections.",
    "Dr. Hina Tariq": "For natural results, one small step at a time.",
}
TERMS = (
    "Please come ten minutes early. You may move or cancel your visit until 24 hours before it begins, by the link that"
    " we send."
)


# The demo is open around the present, at whatever hour it is made; patients choose among the usual hours.
OFFERED = {"clinic_online_from": 10, "clinic_online_to": 20, "clinic_offered_times": "prefer"}
# Who waits is written to.
WAITLIST = {"clinic_waitlist_offers": "one", "clinic_waitlist_minutes": 30}


def load_online(env, branches):
    """Let patients book ``branches`` online."""
    branches.write({"clinic_is_online": True, "clinic_online_policy": TERMS})
    offer_times(branches)
    for name, text in TREATMENTS.items():
        in_catalogue(env, name).write({"is_online": True, "online_text": text})
    practitioners = env["clinic.practitioner"].search([])
    practitioners.is_online = True
    for practitioner in practitioners:
        practitioner.online_text = WORDS.get(practitioner.name)


def offer_times(branches):
    """Let ``branches`` offer the times that leave no gaps first, of the usual hours, and write to those who wait."""
    branches.write({**OFFERED, **WAITLIST})
