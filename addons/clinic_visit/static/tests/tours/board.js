import { click, queryFirst } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const { DateTime } = luxon;

const column = (name) => `.o_clinic_board_column[aria-label="${name}"]`;
const card = (name, patient) => `${column(name)} .o_clinic_board_card:contains("${patient}")`;
const popover = (step) => `.o_clinic_board_popover button[data-step=${step}]`;

/** Where `hour` o'clock of today stands in the column of `name`, on the screen. */
function place(name, hour) {
    const { left, width, top, height } = queryFirst(column(name)).getBoundingClientRect();
    const labels = [...document.querySelectorAll(".o_clinic_board_ruler span")];
    const first = DateTime.fromFormat(
        labels[0].textContent,
        labels[0].textContent.includes("M") ? "h a" : "HH:mm",
    ).hour;
    return { x: left + width / 2, y: top + (height / labels.length) * (hour - first) + 2 };
}

/** The step that picks `name` in the field of the booking dialog. */
function pick(field, name) {
    return [
        {
            content: `write ${name} into ${field}`,
            trigger: `.modal .o_field_widget[name=${field}] input`,
            run: `edit ${name}`,
        },
        {
            content: `choose ${name}`,
            trigger: `.o-autocomplete--dropdown-item:contains("${name}")`,
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("clinic_board", {
    url: "/odoo/board",
    steps: () => [
        {
            content: "click on an empty time of Dr Sana's",
            trigger: column("Dr Sana"),
            async run({ anchor }) {
                await click(anchor, { position: place("Dr Sana", 14) });
            },
        },
        {
            content: "the patient is asked for first; the practitioner is known",
            trigger: ".modal .o_field_widget[name=patient_id] input:focus",
        },
        {
            content: "write the name",
            trigger: ".modal .o_field_widget[name=patient_id] input",
            run: "edit Ayesha Test",
        },
        { trigger: '.o-autocomplete--dropdown-item:contains("Ayesha Test")' },
        { content: "choose by key", trigger: ".modal .o_field_widget[name=patient_id] input", run: "press Enter" },
        {
            content: "her birth date is not known yet, so the cursor is there",
            trigger: ".modal .o_field_widget[name=patient_birth_date] input:focus",
        },
        ...pick("treatment_ids", "Facial"),
        {
            content: "book",
            trigger: ".modal button[name=action_book]",
            run: "click",
        },
        {
            content: "the card is there; drag it to Hina",
            trigger: card("Dr Sana", "Ayesha Test"),
            async run({ anchor, drag_and_drop }) {
                const { top, height } = anchor.getBoundingClientRect();
                const { x } = place("Hina", 14);
                await drag_and_drop(column("Hina"), { position: { x, y: top + height / 2 } });
            },
        },
        {
            content: "Hina has it",
            trigger: `${card("Hina", "Ayesha Test")}:not(.o_clinic_board_moving)`,
        },
        {
            content: "drag the laser treatment to Hina, who may not perform it",
            trigger: card("Dr Sana", "Bilal Test"),
            async run({ anchor, drag_and_drop }) {
                const { top, height } = anchor.getBoundingClientRect();
                const { x } = place("Hina", 16);
                await drag_and_drop(column("Hina"), { position: { x, y: top + height / 2 } });
            },
        },
        {
            content: "it is said why not",
            trigger: ".o_notification:contains(Hina is not authorized for Laser)",
        },
        {
            content: "and the card is back",
            trigger: `${card("Dr Sana", "Bilal Test")}:not(.o_clinic_board_moving)`,
        },
        {
            content: "the patient arrives: one tap",
            trigger: '.o_clinic_board_arrival:contains("Ayesha Test") .o_clinic_board_arrive',
            run: "click",
        },
        {
            content: "the patient waits",
            trigger: '.o_clinic_board_arrival:contains("Ayesha Test") .o_clinic_board_wait',
        },
        {
            content: "open the card",
            trigger: `${card("Hina", "Ayesha Test")}.o_clinic_board_arrived .o_clinic_board_card_patient`,
            run: "click",
        },
        {
            content: "start",
            trigger: popover("start"),
            run: "click",
        },
        {
            content: "open the card again",
            trigger: `${card("Hina", "Ayesha Test")}.o_clinic_board_in_progress .o_clinic_board_card_patient`,
            run: "click",
        },
        {
            content: "done",
            trigger: popover("done"),
            run: "click",
        },
        {
            content: "the card says so",
            trigger: `${card("Hina", "Ayesha Test")}.o_clinic_board_done`,
        },
        {
            content: "another day, weeks ahead: the card",
            trigger: `${card("Dr Sana", "Bilal Test")} .o_clinic_board_card_patient`,
            run: "click",
        },
        {
            content: "move",
            trigger: popover("move"),
            run: "click",
        },
        {
            content: "the same hour four weeks later: three taps",
            trigger: ".o_clinic_move section:last-child .o_clinic_move_time",
            run: "click",
        },
        {
            content: "it is said who was moved",
            trigger: '.o_notification:contains("Bilal Test moved")',
        },
        {
            content: "the card has left this day",
            trigger: '.o_clinic_board:not(:has(.o_clinic_board_card:contains("Bilal Test")))',
        },
        {
            content: "a leave was entered after a booking: the board counts it",
            trigger: '.o_clinic_board_to_move:contains("1")',
            run: "click",
        },
        {
            content: "one tap moves it",
            trigger: '.o_data_row:contains("Zara Test"):contains("Dr Sana is away") .o_clinic_move_time',
            run: "click",
        },
        {
            content: "nothing is left to be moved",
            trigger: ".o_list_view .o_nocontent_help",
        },
    ],
});
