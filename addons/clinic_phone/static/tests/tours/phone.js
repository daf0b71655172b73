import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const tap = (content, trigger) => ({ content: `tap: ${content}`, trigger, run: "click" });

/** A number of a family: who it is, what is due, and a booking. */
tours.add("clinic_phone_call", {
    steps: () => [
        { content: "who calls", trigger: '.o_clinic_incoming_found:contains("+923001234567")' },
        { content: "the sister is there, too", trigger: '.o_clinic_due_row:contains("Bushra Test")' },
        tap("the patient", '.o_clinic_due_row:contains("Ayesha Test")'),
        { content: "what is due", trigger: '.o_clinic_call_reason:contains("Because of effect")' },
        tap("a free time", ".o_clinic_call_time:nth-child(2)"),
        tap("book", ".o_clinic_call_book:enabled"),
        { content: "it is booked", trigger: '.o_notification:contains("Ayesha Test"):contains("Booked for")' },
        { content: "and the next one may call", trigger: ".o_clinic_incoming_ask" },
    ],
});

/** A number that nobody has: a new patient, with the number filled in. */
tours.add("clinic_phone_new", {
    steps: () => [
        { content: "a number", trigger: "#o_clinic_incoming_number", run: "edit 0333 1234567" },
        tap("find", ".o_clinic_incoming_find"),
        { content: "nobody", trigger: '.o_clinic_incoming_nobody:contains("Nobody with this number")' },
        tap("a new patient", ".o_clinic_incoming_new"),
        { content: "the number is there", trigger: ".modal div[name=phone] input:value(0333 1234567)" },
        { content: "the name", trigger: ".modal div[name=name] input", run: "edit Dilshad New" },
        tap("save", ".modal .o_form_button_save"),
        { content: "the screen of the call", trigger: '.o_clinic_call:contains("Dilshad New")' },
        tap("had a question", ".o_clinic_call_result[data-result=asked]"),
        { content: "it is noted", trigger: ".o_clinic_incoming_ask" },
    ],
});
