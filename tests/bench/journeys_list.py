"""The journeys themselves: what each person taps, from the role's home on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

BOARD = ".o_clinic_board_grid"
MY_DAY = ".o_clinic_my_day_patient"


@dataclass
class Journey:
    """A journey with its budget: so many taps, so many seconds of waiting."""

    number: str
    login: str
    size: str
    home: str
    text: str
    taps: int
    wait: float
    walk: Callable
    prepare: Callable | None = None


def known_patient_books(hand, facts):
    """J1: the phone rings, a patient of ours wants to come."""
    _tap_time(hand, facts)
    hand.write(facts.patient, f'.o-autocomplete--dropdown-item:has-text("{facts.patient}")')
    hand.press("Enter", ".modal [name=treatment_ids] input:focus")
    hand.write(facts.treatment, f'.o-autocomplete--dropdown-item:has-text("{facts.treatment}")')
    hand.press("Enter", ".modal [name=price] >> text=/[1-9]/")
    hand.tap(".modal button[name=action_book]", f'.o_clinic_board_card:has-text("{facts.patient}")')


def new_patient_books(hand, facts):
    """J2: the phone rings, somebody new wants to come."""
    _tap_time(hand, facts)
    name = "Zara Firsttime"
    hand.write(name, '.o-autocomplete--dropdown-item:has-text("Create")')
    hand.press("Enter", ".modal [name=patient_phone] input:focus")
    hand.write("03211234567")
    hand.press("Tab", ".modal [name=patient_birth_date] :focus")
    hand.write("02/03/1991")
    hand.press("Tab", ".modal [name=treatment_ids] input:focus")
    hand.write(facts.treatment, f'.o-autocomplete--dropdown-item:has-text("{facts.treatment}")')
    hand.press("Enter", ".modal [name=price] >> text=/[1-9]/")
    hand.tap(".modal button[name=action_book]", f'.o_clinic_board_card:has-text("{name}")')


def patient_arrives(hand, facts):
    """J3: the patient stands at the desk."""
    row = f'.o_clinic_board_arrival[data-visit="{facts.visit}"]'
    hand.tap(f"{row} .o_clinic_board_arrive", f"{row} .o_clinic_board_wait")


def next_patient(hand, facts):
    """J6: who is next, and what must be known?"""
    hand.tap(f'{MY_DAY}:has-text("{facts.patient}")', ".o_clinic_patient_card .o_clinic_risks")


def starts(hand, facts):
    """J7: on the card, all clear."""
    hand.see(f'{MY_DAY}:has-text("{facts.patient}")').click()
    hand.tap(".o_clinic_treatment_start", ".o_clinic_treatment_running")


def _tap_time(hand, facts):
    """Tap on the empty time of the board that is to be booked."""
    if not facts.is_today:
        hand.press("PageDown", f'.o_clinic_board_column[data-column^="{facts.day}"]')
    place = hand.page.evaluate(_PLACE, [f"{facts.day}_{facts.practitioner}", facts.minutes])
    hand.tap_at(place["x"], place["y"], ".modal [name=patient_id] input:focus")


# Scrolls a time of a column into the middle of the screen and returns where it is then.
_PLACE = """async ([key, minutes]) => {
    const body = document.querySelector(".o_clinic_board_body");
    const sheet = body.closest(".o_clinic_board_sheet");
    const scroll = body.closest(".o_clinic_board_scroll");
    const hour = document.querySelector(".o_clinic_board_ruler span").innerText.trim();
    const first = ((parseInt(hour) % 12) + (/PM/i.test(hour) ? 12 : 0)) * 60;
    const offset = (minutes - first) * body.offsetHeight / Number(sheet.style.getPropertyValue("--minutes"));
    scroll.scrollTop = offset - scroll.clientHeight / 2;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const column = document.querySelector(`.o_clinic_board_column[data-column="${key}"]`).getBoundingClientRect();
    return { x: column.left + column.width / 2, y: body.getBoundingClientRect().top + offset + 2 };
}"""


JOURNEYS = [
    Journey(
        "J1",
        "reception",
        "desk",
        BOARD,
        "known patient books by phone",
        6,
        2,
        known_patient_books,
        lambda c: c.free_time(),
    ),
    Journey(
        "J2",
        "reception",
        "desk",
        BOARD,
        "new patient registers and books by phone",
        10,
        3,
        new_patient_books,
        lambda c: c.free_time(),
    ),
    Journey("J3", "reception", "desk", BOARD, "patient arrives", 1, 0.5, patient_arrives, lambda c: c.expected()),
    Journey("J6", "practitioner", "tablet", MY_DAY, "next patient's card", 1, 1, next_patient, lambda c: c.waiting()),
    Journey("J7", "practitioner", "tablet", MY_DAY, "treatment started", 1, 0.5, starts, lambda c: c.waiting()),
]
