"""Online booking: both branches, some treatments with what to expect, who performs them, and what is asked first."""

import random
from datetime import timedelta

from odoo import Command

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

# Before the laser: who answers so is asked to call, or comes for a consultation first.
QUESTIONS = (
    {
        "code": "online_pregnancy",
        "section": "pregnancy",
        "label": "Are you pregnant, or might you be?",
        "online_if": "yes",
        "online_then": "call",
        "texts": {
            "ur": "کیا آپ حاملہ ہیں، یا ہو سکتی ہیں؟",
            "fa": "آیا باردار هستید یا ممکن است باشید؟",
            "ar": "هل أنتِ حامل، أو يُحتمل ذلك؟",
        },
    },
    {
        "code": "online_isotretinoin",
        "section": "medication",
        "label": "Have you taken isotretinoin (Roaccutane) within the last six months?",
        "online_if": "yes",
        "online_then": "call",
        "texts": {
            "ur": "کیا آپ نے پچھلے چھ ماہ میں آئسوٹریٹینائن (Roaccutane) لی ہے؟",
            "fa": "آیا در شش ماه گذشته ایزوترتینوئین (Roaccutane) مصرف کرده‌اید؟",
            "ar": "هل تناولت الإيزوتريتينوين (Roaccutane) خلال الأشهر الستة الماضية؟",
        },
    },
    {
        "code": "online_tested",
        "section": "earlier",
        "label": "Have we tested this laser on your skin before?",
        "online_if": "no",
        "online_then": "patch",
        "texts": {
            "ur": "کیا ہم پہلے آپ کی جلد پر یہ لیزر آزما چکے ہیں؟",
            "fa": "آیا پیش‌تر این لیزر را روی پوست شما آزمایش کرده‌ایم؟",
            "ar": "هل سبق أن اختبرنا هذا الليزر على بشرتك؟",
        },
    },
)


# The demo is open around the present, at whatever hour it is made; patients choose among the usual hours.
OFFERED = {"clinic_online_from": 10, "clinic_online_to": 20, "clinic_offered_times": "prefer"}
# Who waits is written to.
WAITLIST = {"clinic_waitlist_offers": "one", "clinic_waitlist_minutes": 30}


def load_online(env, branches):
    """Let patients book ``branches`` online."""
    branches.write({"clinic_is_online": True, "clinic_online_policy": TERMS})
    offer_times(branches)
    count_visitors(env, branches)
    for name, text in TREATMENTS.items():
        in_catalogue(env, name).write({"is_online": True, "online_text": text})
    practitioners = env["clinic.practitioner"].search([])
    practitioners.is_online = True
    for practitioner in practitioners:
        practitioner.online_text = WORDS.get(practitioner.name)


def load_questions(env):
    """Ask before the laser is booked online."""
    form = env["clinic.intake.form"].create(
        {
            "name": "Before laser hair removal",
            "is_online": True,
            "mandatory": False,
            "online_patch_id": in_catalogue(env, "treatment_consultation").id,
            "treatment_ids": [Command.set(in_catalogue(env, "treatment_laser_hair_removal").ids)],
        }
    )
    questions = [
        {
            **{name: value for name, value in question.items() if name != "texts"},
            "sequence": at,
            "mandatory": True,
            "text_ids": [Command.create({"lang": lang, "label": label}) for lang, label in question["texts"].items()],
        }
        for at, question in enumerate(QUESTIONS)
    ]
    version = env["clinic.intake.version"].create(
        {"form_id": form.id, "question_ids": [Command.create(question) for question in questions]}
    )
    version.action_publish()


def offer_times(branches):
    """Let ``branches`` offer the times that leave no gaps first, of the usual hours, and write to those who wait."""
    branches.write({**OFFERED, **WAITLIST})


# How many of a hundred who reach a step go on, and where they come from, on which devices.
GO_ON = {"1_treatments": 100, "2_practitioner": 62, "3_time": 85, "4_details": 48, "5_booked": 71}
SOURCES = (("instagram", "story", "glow"), ("google", None, None), (None, None, None), ("noor-news", "email", "autumn"))
DEVICES = {"phone": 78, "desk": 18, "tablet": 4}
DAYS, SEED = 14, 5


def count_visitors(env, branches):
    """Let the booking pages of ``branches`` have had some visitors lately, of whom nothing is known."""
    chance, rows = random.Random(SEED), []  # noqa: S311 (made up)
    for branch in branches:
        for back in range(1, DAYS + 1):
            day = branch._clinic_today() - timedelta(days=back)
            for _visitor in range(chance.randrange(12, 30)):
                source, medium, campaign = chance.choice(SOURCES)
                facts = {
                    "company_id": branch.id,
                    "day": day,
                    "hour": chance.randrange(9, 24),
                    "device": chance.choices(list(DEVICES), DEVICES.values())[0],
                    "is_embedded": chance.random() < 0.1,
                    "source": source,
                    "medium": medium,
                    "campaign": campaign,
                }
                for step, percent in GO_ON.items():
                    if chance.randrange(100) >= percent:
                        break
                    rows.append({**facts, "step": step})
    env["clinic.online.step"].create(rows)
