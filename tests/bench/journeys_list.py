"""The journeys themselves: what each person taps, from the role's home on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from journeys_data import Clinic

BOARD = ".o_clinic_board_grid"
MY_DAY = ".o_clinic_my_day_patient"
PORTAL = ".cp_moment"
BOOKS = '.o_clinic_home_tile :text("Trial balance")'


@dataclass
class Journey:
    """A journey with its budget: so many taps, so many seconds of waiting."""

    number: str
    login: str
    size: str
    home: str
    text: str
    # None where the native screens are the measure, or, of the wait, where nobody waits.
    taps: int | None
    wait: float | None
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


def uses_toxin(hand, facts):
    """J8: 20 units out of the vial that is open."""
    _begin(hand, facts)
    row = '.o_clinic_item_expected:has-text("otulinum")'
    hand.tap(f"{row} .o_clinic_item_quantity")
    hand.page.keyboard.press("Control+A")
    hand.write("20")
    hand.tap(f"{row} .o_clinic_item_use", '.o_clinic_item_used:has-text("20 U")')


def hands_over(hand, facts):
    """J4: from the board to the right page on the tablet, which reception has in the hand."""
    tablet = hand.elsewhere("tablet", "/clinic/kiosk", {"clinic_kiosk": facts.secret})
    tablet.locator(".cc_waiting").wait_for()
    row = f'.o_clinic_board_arrival:has-text("{facts.patient}")'
    hand.tap(f"{row} .o_clinic_board_sign", tablet.locator(".cc_ready button"))
    hand.tap(tablet.locator(".cc_ready button"), tablet.locator(".cc_submit:enabled"))


def signs(hand, facts):
    """J5: read to its end, two answers, a signature."""
    page = hand.elsewhere("tablet", facts.path)
    page.locator(".cc_submit:enabled").wait_for()
    for question in page.locator("[data-mandatory]").all():
        hand.tap(question.locator(".cc_choice", has=page.locator('[value="no"]')))
    pad = page.locator("[data-pad=signature] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 30):
        page.mouse.move(box["x"] + 60 + 8 * step, box["y"] + 60 + (30 if step % 4 < 2 else -20))
        page.wait_for_timeout(20)
    page.mouse.up()
    hand.taps += 1
    hand.tap(page.locator(".cc_submit"), page.locator(".cc_thanks, [data-scope]").first)


def confirms(hand, facts):
    """J25: nothing has changed since last time."""
    page = hand.elsewhere("phone", facts.path)
    page.locator(".ci_unchanged:enabled").wait_for()
    hand.tap(page.locator(".ci_unchanged"), page.locator("main[data-page=sign], .cc_thanks"))


def books_online(hand, facts):
    """J21: four steps on the clinic's own site, and the payment of the deposit where one is asked for."""
    page = hand.elsewhere("phone", facts.path)
    asked = page.locator(".bk_pick:has(.bk_tag) label")
    hand.tap((asked if asked.count() else page.locator(".bk_pick label")).first, page.locator(".bk_some button"))
    hand.tap(page.locator(".bk_bar button"), page.locator("a.bk_first"))
    hand.tap(page.locator("a.bk_first"), page.locator(".bk_hour").first)
    hand.tap(page.locator(".bk_hour").first, page.locator("#name"))
    # Typing is not counted.
    for name, text in (("name", "Bushra Journey"), ("phone", "0321 7654321"), ("email", "bushra@example.com")):
        page.fill(f"#{name}", text)
    hand.tap(page.locator(".bk_terms .bk_tick"))
    hand.tap(page.locator("form[data-once] [type=submit]"), page.locator(".bk_mark, [name=o_payment_submit_button]"))
    if page.locator("[name=o_payment_submit_button]").count():
        choices = page.locator(".o_payment_option_label")
        if choices.count() > 1:
            hand.tap(choices.first)
        hand.tap(page.locator("[name=o_payment_submit_button]:enabled"), page.locator("form, .alert").first)


def _opens_link(hand, facts):
    """Tap on the link in the reminder, on the phone on which the message was read."""
    page = hand.elsewhere("phone", facts.path)
    hand.follow(page, page.locator("form[action$='/confirm'] button"))
    return page


def confirms_visit(hand, facts):
    """J22: the patient comes."""
    page = _opens_link(hand, facts)
    hand.tap(page.locator("form[action$='/confirm'] button"), page.locator(".alert-success"))


def moves_visit(hand, facts):
    """J22: the patient takes another time."""
    page = _opens_link(hand, facts)
    hand.tap(page.locator("form[action$='/move'] button"), page.locator("form:has([name=start]) button").first)
    hand.tap(page.locator("form:has([name=start]) button").first, page.locator(".alert-success"))


def cancels_visit(hand, facts):
    """J22: the patient does not come."""
    page = _opens_link(hand, facts)
    hand.tap(page.locator("summary"), page.locator("form[action$='/cancel'] button"))
    hand.tap(page.locator("form[action$='/cancel'] button"), page.locator(".alert-success"))


def sees_next_visit(hand, _facts):
    """J23: when and with whom stands on the first page; how to get there, and what to bring, behind one tap."""
    hand.see(PORTAL).wait_for()
    hand.tap(".cp_card a.cp_more", "dl.cp_facts")


def sees_sessions(hand, _facts):
    """J23: what is left stands on the first page; the next one is booked from there."""
    hand.see("#packages").wait_for()
    hand.tap(".cp_card:has(.cp_meter) a.bk_button", "a.bk_first")


def saves_invoice(hand, _facts):
    """J23: the last invoices stand on the first page."""
    hand.save("section:has(#money) a[href$='.pdf']")


def reviews(hand, facts):
    """J26: what the patient has told, into the record, one by one; the card is opened from My Day."""
    hand.tap(f'{MY_DAY}:has-text("{facts.patient}")', ".o_clinic_proposal .o_clinic_accept:enabled")
    left = hand.page.locator(".o_clinic_proposal").count()
    for number in range(left - 1, -1, -1):
        done = (
            f".o_clinic_proposal:nth-child({number})"
            if number
            else ".o_clinic_patient_card:not(:has(.o_clinic_proposal))"
        )
        hand.tap(".o_clinic_proposal .o_clinic_accept:enabled", done)


def takes_five_views(hand, facts):
    """J9: the five views before the treatment, which is under way as in J7."""
    hand.see(f'{MY_DAY}:has-text("{facts.patient}")').click()
    hand.see(".o_clinic_treatment_start").click()
    hand.see(".o_clinic_treatment_running").wait_for()
    hand.tap(".o_clinic_take_photos", ".o_clinic_shutter:not([disabled])")
    for number in range(1, 6):
        count = f'.o_clinic_camera_count:has-text("{number + 1} / 5")'
        hand.tap(".o_clinic_shutter:not([disabled])", count if number < 5 else None)
    hand.waits.append(hand.until_gone(".o_clinic_camera"))
    hand.see(".o_clinic_treatment_photos .o_clinic_plan_photo:nth-of-type(5) img").wait_for()
    hand.until_gone(".o_clinic_upload_tray")


def compares(hand, facts):
    """J11: before and after of any patient, side by side and zoomed together."""
    hand.tap(".o_clinic_my_day_find input")
    found = f'.o-autocomplete--dropdown-item:has-text("{facts.patient}")'
    hand.write(facts.patient, found)
    hand.tap(found, ".o_clinic_pair img")
    both = '.o_clinic_stages[data-count="2"] .o_clinic_stage:nth-child({}) .o_clinic_photo[data-level="1"]'
    hand.tap(".o_clinic_pair", both.format(2))
    hand.see(both.format(1)).wait_for()
    box = hand.see(".o_clinic_stage_area").bounding_box()
    hand.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    hand.page.mouse.wheel(0, -400)
    hand.page.wait_for_function(_ZOOMED_ALIKE)


# Both photos are larger than they were, and as large as each other.
_ZOOMED_ALIKE = """() => {
    const scales = [...document.querySelectorAll(".o_clinic_stage_area .o_clinic_photo")].map((photo) => {
        const { width } = photo.getBoundingClientRect();
        return width / photo.closest(".o_clinic_stage_area").clientWidth;
    });
    return scales.length === 2 && scales[0] > 1 && Math.abs(scales[0] - scales[1]) < 0.01;
}"""


def closes(hand, facts):
    """J10: the items are used; what remains is confirmed, signed and closed."""
    _begin(hand, facts)
    uses = hand.page.locator(".o_clinic_item_expected .o_clinic_item_use")
    for _item in range(uses.count()):
        left = uses.count()
        uses.first.click()
        hand.page.wait_for_function(
            "left => document.querySelectorAll('.o_clinic_item_expected .o_clinic_item_use').length < left", arg=left
        )
    phases = hand.page.locator(".o_clinic_step_all")
    while phases.count():
        phase = phases.first.get_attribute("data-phase")
        hand.tap(phases.first, None)
        hand.waits.append(hand.until_gone(f'.o_clinic_step_all[data-phase="{phase}"]'))
    hand.tap(".o_clinic_treatment_confirm", ".o_clinic_treatment_finish.btn-primary")
    hand.tap(".o_clinic_treatment_finish", None)
    hand.waits.append(hand.until_gone(".o_clinic_treatment_running"))


def pays_by_card(hand, facts):
    """J12: the treated patient pays by card, and gets a receipt."""
    card = f'.o_clinic_board_card[data-id="{facts.procedure}"]'
    hand.see(card).scroll_into_view_if_needed()
    hand.tap(card, '.o_clinic_board_popover [data-step="pay_card"]')
    hand.tap('.o_clinic_board_popover [data-step="pay_card"]', 'button:has-text("Print Receipt")')
    hand.tap('button:has-text("Print Receipt")', None)


def moves_by_drag(hand, facts):
    """J13: another day, by dragging the card there."""
    hand.page.evaluate("""() => {
        const stored = JSON.parse(localStorage.getItem("clinic_visit.board") || "{}");
        localStorage.setItem("clinic_visit.board", JSON.stringify({ ...stored, days: 3 }));
    }""")
    hand.page.goto(hand.page.url.split("/odoo")[0] + "/odoo")
    hand.see(f'.o_clinic_board_column[data-column^="{facts.to_day}"]').wait_for()
    card = hand.see(f'.o_clinic_board_card[data-id="{facts.procedure}"]')
    card.scroll_into_view_if_needed()
    place = hand.page.evaluate(_PLACE, [f"{facts.to_day}_{facts.practitioner}", facts.minutes])
    box = card.bounding_box()  # where it is now that the board has scrolled
    column = f'.o_clinic_board_column[data-column="{facts.to_day}_{facts.practitioner}"]'
    moved = f'{column} .o_clinic_board_card[data-id="{facts.procedure}"]:not(.o_clinic_board_moving)'
    hand.drag((box["x"] + box["width"] / 2, box["y"] + 3), (place["x"], place["y"] + 1), moved)


def moves_weeks_ahead(hand, facts):
    """J28: a day in some weeks, from the card, which is open as in J7."""
    card = f'.o_clinic_board_card[data-id="{facts.procedure}"]'
    hand.see(card).scroll_into_view_if_needed()
    hand.see(card).click()
    hand.tap('.o_clinic_board_popover [data-step="move"]', ".o_clinic_move .o_date_item_cell")
    hand.tap(hand.page.locator(".o_clinic_move .o_date_item_cell:not([disabled])").last, ".o_clinic_move_time")
    hand.tap(".o_clinic_move_time", None)
    hand.waits.append(hand.until_gone(".o_clinic_move"))


def calls_and_books(hand, facts):
    """J15: from the board to a patient who is due, called, reached and booked; the outcome is kept."""
    row = f'.o_clinic_due_row:has-text("{facts.patient}")'
    hand.tap(".o_clinic_board_due", row)
    hand.tap(row, ".o_clinic_call_time")
    hand.tap(".o_clinic_call_time", ".o_clinic_call_book:enabled")
    hand.tap(".o_clinic_call_book:enabled", f'.o_notification:has-text("{facts.patient}")')


def home_tells(hand, _facts):
    """J16: yesterday's takings, debts, today's load and alerts, without a tap."""
    hand.arrive(hand.page.url.split("/odoo")[0] + "/odoo", ".o_clinic_home_tile")


def approves_commissions(hand, _facts):
    """J17: last month's statements, which were made over night, are looked at, approved and sent to payroll."""
    hand.tap('.o_clinic_home_alert[data-key="commissions"]', ".o_data_row [name=amount]")
    hand.tap("thead .o_list_record_selector input", "button[name=action_approve]")
    hand.tap("button[name=action_approve]", ".o_view_nocontent, .o_data_row")
    with hand.page.expect_download() as download:
        hand.tap("button[name=action_payroll]", None)
    assert download.value.suggested_filename.endswith(".xlsx")


def profit_by_branch(hand, _facts):
    """J20: what the branches earned, month by month."""
    hand.tap('.o_clinic_home_tile :text("Profit and loss by branch")', '.oe_mis_builder_content :text("Gross Profit")')


def vat_of_the_quarter(hand, _facts):
    """J20: the taxes of the quarter, which the dialog proposes."""
    _open_report(hand, "VAT report")


def trial_balance(hand, _facts):
    """J20: every account, from the first day of the year on."""
    _open_report(hand, "Trial balance")


def _open_report(hand, name):
    hand.tap(f'.o_clinic_home_tile :text("{name}")', '.modal button[name="button_export_html"]')
    table = hand.page.frame_locator("iframe").locator(".act_as_table, table")
    hand.tap('.modal button[name="button_export_html"]', table.first)


def closes_the_till(hand, facts):
    """J29: the cash of the day is counted, and the till closed; what is typed is counting, and no tap."""
    hand.tap('.o_menu_sections button:has-text("Visits")', '.o-dropdown--menu :text-is("Till")')
    hand.tap('.o-dropdown--menu :text-is("Till")', ".o_form_view [name=other] input")
    hand.see(".o_form_view [name=other] input").fill(facts.cash)
    hand.tap("button[name=action_close]:visible", '.o_form_view .o_arrow_button_current:text-is("Closed")')


def every_unit(hand, _facts):
    """J19: is every unit explained, or named as missing?"""
    hand.tap('.o_clinic_stock_section[data-key="gaps"] .o_clinic_stock_heading', ".o_list_view, .o_view_nocontent")


def receives_lots(hand, facts):
    """J18: five lots have come, each with its own day of expiry on its package."""
    hand.tap(f'.o_clinic_stock_section[data-key="receipts"] :text("{facts.supplier}")', ".o_clinic_scan_delivered")
    for code, lot in facts.codes.items():
        hand.scan(code, f'.o_clinic_scan_entry:has-text("{lot}")')
    hand.tap(".o_clinic_scan_receive.btn-primary", ".o_clinic_scan_message.alert-success")


def _begin(hand, facts):
    """Open the patient's card and start the treatment: what lies before the journey."""
    hand.see(f'{MY_DAY}:has-text("{facts.patient}")').click()
    hand.see(".o_clinic_treatment_start").click()
    hand.see(".o_clinic_treatment_running").wait_for()
    hand.see(".o_clinic_item_expected").wait_for()


JOURNEYS = [
    Journey(
        "J1", "reception", "desk", BOARD, "known patient books by phone", 6, 2, known_patient_books, Clinic.free_time
    ),
    Journey(
        "J2",
        "reception",
        "desk",
        BOARD,
        "new patient is registered and books",
        10,
        3,
        new_patient_books,
        Clinic.free_time,
    ),
    Journey("J3", "reception", "desk", BOARD, "patient arrives", 1, 0.5, patient_arrives, Clinic.expected),
    Journey("J4", "reception", "tablet", BOARD, "consent into the patient's hands", 2, 1, hands_over, Clinic.to_sign),
    Journey("J5", "reception", "tablet", BOARD, "reads, answers, signs (the patient)", 4, 1, signs, Clinic.linked),
    Journey("J6", "practitioner", "tablet", MY_DAY, "next patient's card", 1, 1, next_patient, Clinic.waiting),
    Journey("J7", "practitioner", "tablet", MY_DAY, "treatment started", 1, 0.5, starts, Clinic.waiting),
    Journey("J8", "practitioner", "tablet", MY_DAY, "20 U out of an open vial", 3, 0.5, uses_toxin, Clinic.returning),
    Journey(
        "J9",
        "practitioner",
        "tablet",
        MY_DAY,
        "five before photos, stored behind the work",
        6,
        None,
        takes_five_views,
        Clinic.returning,
    ),
    Journey("J10", "practitioner", "tablet", MY_DAY, "items used to closed", 8, 1, closes, Clinic.returning),
    Journey("J11", "practitioner", "desk", MY_DAY, "before and after, side by side", 4, 1, compares, Clinic.compared),
    Journey(
        "J12", "reception", "desk", BOARD, "checked out, paid by card, printed", 4, 2, pays_by_card, Clinic.treated
    ),
    Journey("J13", "reception", "desk", BOARD, "moved to another day by drag", 2, 0.5, moves_by_drag, Clinic.movable),
    Journey("J15", "reception", "desk", BOARD, "due, called, booked, kept", 6, 2, calls_and_books, Clinic.due),
    Journey("J16", "manager", "laptop", ".o_clinic_home_tile", "yesterday, debts, load, alerts", 0, 1, home_tells),
    Journey(
        "J17",
        "manager",
        "laptop",
        ".o_clinic_home_tile",
        "commissions approved, to payroll",
        4,
        3,
        approves_commissions,
    ),
    Journey(
        "J18",
        "warehouse",
        "phone",
        ".o_clinic_stock_section",
        "delivery of 5 lots, scanned",
        None,
        None,
        receives_lots,
        Clinic.delivery,
    ),
    Journey("J19", "warehouse", "desk", ".o_clinic_stock_section", "every unit explained", 2, 2, every_unit),
    Journey("J20", "accountant", "desk", BOOKS, "profit and loss by branch", 2, 3, profit_by_branch),
    Journey("J20", "accountant", "desk", BOOKS, "VAT of the quarter", 2, 3, vat_of_the_quarter),
    Journey("J20", "accountant", "desk", BOOKS, "trial balance", 2, 3, trial_balance),
    Journey(
        "J21", "reception", "desk", BOARD, "booked in four steps, to the payment", 8, 4, books_online, Clinic.online
    ),
    Journey("J22", "reception", "desk", BOARD, "reminder: the patient comes", 2, 1, confirms_visit, Clinic.reminded),
    Journey("J22", "reception", "desk", BOARD, "reminder: another time", 4, 1, moves_visit, Clinic.reminded),
    Journey("J22", "reception", "desk", BOARD, "reminder: cancelled", 4, 1, cancels_visit, Clinic.reminded),
    Journey("J23", "patient", "phone", PORTAL, "next visit", 2, 1, sees_next_visit, Clinic.own_pages),
    Journey("J23", "patient", "phone", PORTAL, "sessions left, on to the next", 2, 1, sees_sessions, Clinic.own_pages),
    Journey("J23", "patient", "phone", PORTAL, "invoice saved", 2, 1, saves_invoice, Clinic.own_pages),
    Journey("J25", "reception", "desk", BOARD, "nothing has changed (the patient)", 3, 1, confirms, Clinic.asked_again),
    Journey("J26", "practitioner", "tablet", MY_DAY, "what was told, into the record", 4, 1, reviews, Clinic.told),
    Journey(
        "J28", "reception", "desk", BOARD, "moved weeks ahead, from the card", 3, 1, moves_weeks_ahead, Clinic.expected
    ),
    Journey("J29", "reception", "desk", BOARD, "till counted and closed", 4, 2, closes_the_till, Clinic.cash_to_count),
]
