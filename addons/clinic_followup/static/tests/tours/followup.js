import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The budgets of the clinic's journeys count these. */
const tap = (content, trigger) => ({ content: `tap: ${content}`, trigger, run: "click" });

/** J15: from the board to a call that is reached and booked, its outcome kept: four taps, and one on the number. */
tours.add("clinic_followup_call", {
    steps: () => [
        tap("who is to be called", '.o_clinic_board_due:contains("1")'),
        tap("the next call", ".o_clinic_due_next"),
        { content: "why is said", trigger: '.o_clinic_call_reason:contains("Because of effect")' },
        { content: "and what to say", trigger: '.o_clinic_call_script:contains("Shall we find a time?")' },
        { content: "the number is dialled by a tap", trigger: '.o_clinic_call_phone[href="tel:03001234567"]' },
        tap("a free time", ".o_clinic_call_time:nth-child(2)"),
        tap("book", ".o_clinic_call_book:enabled"),
        { content: "it is booked", trigger: '.o_notification:contains("Ayesha Test"):contains("Booked for")' },
        { content: "and nobody is left", trigger: '.o_clinic_due:contains("Nobody is to be called today")' },
    ],
});

tours.add("clinic_followup_no_answer", {
    steps: () => [
        tap("the patient", '.o_clinic_due_row:contains("Ayesha Test")'),
        tap("nobody answers", ".o_clinic_call_result[data-result=no_answer]"),
        { content: "the next try is another day", trigger: '.o_clinic_due:contains("Nobody is to be called today")' },
    ],
});
