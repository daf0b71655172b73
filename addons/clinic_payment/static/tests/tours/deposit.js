import { click, queryFirst } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const { DateTime } = luxon;

const tours = registry.category("web_tour.tours");
const COLUMN = '.o_clinic_board_column[aria-label="Dr Sana"]';

/** Where `hour` o'clock of today stands in the doctor's column, on the screen. */
function place(hour) {
    const { left, width, top, height } = queryFirst(COLUMN).getBoundingClientRect();
    const labels = [...document.querySelectorAll(".o_clinic_board_ruler span")];
    const shown = labels[0].textContent;
    const first = DateTime.fromFormat(shown, shown.includes("M") ? "h a" : "HH:mm").hour;
    return { x: left + width / 2, y: top + (height / labels.length) * (hour - first) + 2 };
}

const pick = (field, name) => [
    {
        content: `write ${name}`,
        trigger: `.modal .o_field_widget[name=${field}] input`,
        run: `edit ${name}`,
    },
    {
        content: `choose ${name}`,
        trigger: `.o-autocomplete--dropdown-item:contains("${name}")`,
        run: "click",
    },
];

tours.add("clinic_payment_book", {
    steps: () => [
        {
            content: "click on an empty time",
            trigger: COLUMN,
            async run({ anchor }) {
                await click(anchor, { position: place(16) });
            },
        },
        ...pick("patient_id", "Ayesha Test"),
        ...pick("treatment_ids", "Laser"),
        { content: "the deposit is told", trigger: '.modal .alert:contains("1,150.00"):contains("to be paid by")' },
        {
            content: "at the desk it is paid sooner",
            trigger: ".modal .o_field_widget[name=deposit_channel] input[data-value=desk]",
            run: "click",
        },
        { content: "book", trigger: ".modal button[name=action_book]", run: "click" },
        { content: "it is held, and said for what", trigger: '.o_notification:contains("held"):contains("1,150.00")' },
        { content: "the card says it, too", trigger: `${COLUMN} .o_clinic_board_flag_deposit_due` },
    ],
});

tours.add("clinic_payment_take", {
    steps: () => [
        { content: "the link is shown", trigger: "button[name=action_payment_link]:visible", run: "click" },
        {
            content: "with its code and its amount",
            trigger: '.modal img[src^="data:image"], .modal .o_field_image img',
        },
        { content: "close it", trigger: ".modal button[special=cancel]", run: "click" },
        { content: "nobody waives without the right", trigger: "body:not(:has(button[name=action_waive_deposit]))" },
        { content: "take it at the desk", trigger: "button[name=action_take_deposit]", run: "click" },
        { content: "in cash", trigger: '.modal .o_radio_item:contains("Cash") input', run: "click" },
        { content: "take", trigger: ".modal button[name=action_take]", run: "click" },
        { content: "it is booked", trigger: '.o_statusbar_status .o_arrow_button_current:contains("Booked")' },
        { content: "and paid", trigger: '.o_field_badge[name=deposit_state]:contains("Deposit paid")' },
    ],
});
