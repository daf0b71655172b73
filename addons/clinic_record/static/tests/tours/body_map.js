import { click, queryFirst } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

/** The step that taps the drawing at (x, y), from 0 to 1, and waits for the pin. */
function tap(x, y, count) {
    return [
        {
            content: `tap at ${x}, ${y}`,
            trigger: ".o_clinic_map_drawing",
            async run({ anchor }) {
                anchor.scrollIntoView({ block: "center" });
                const { width, height } = anchor.getBoundingClientRect();
                await click(anchor, { position: { x: width * x, y: height * y }, relative: true });
            },
        },
        { content: `${count} pins are there`, trigger: `.o_clinic_map_item:eq(${count - 1})` },
    ];
}

registry.category("web_tour.tours").add("clinic_body_map", {
    steps: () => [
        { content: "open the body map", trigger: "a[name=body_map]", run: "click" },
        ...tap(0.5, 0.38, 1),
        {
            content: "the first pin asks for its product",
            trigger: ".o_clinic_map_popover [name=product_id] input",
            run: "edit Tour Toxin",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains(Tour Toxin)", run: "click" },
        { content: "how many units", trigger: ".o_clinic_map_popover [name=quantity] input", run: "edit 4" },
        { trigger: ".o_clinic_map_popover .btn-primary", run: "click" },
        { content: "the total follows", trigger: ".o_clinic_map_total:contains(4)" },
        ...tap(0.29, 0.44, 2),
        ...tap(0.71, 0.44, 3),
        { content: "all three are alike", trigger: ".o_clinic_map_total:contains(12)" },
        { trigger: ".o_clinic_map_bar button[data-kind=lesion]", run: "click" },
        ...tap(0.35, 0.6, 4),
        {
            content: "finish",
            trigger: "button[name=action_done]",
            run: "click",
        },
        { content: "closed: no more taps", trigger: ".o_clinic_map:not(:has(.o_clinic_map_add))" },
    ],
});

registry.category("web_tour.tours").add("clinic_body_map_copy", {
    steps: () => [
        { content: "open the body map", trigger: "a[name=body_map]", run: "click" },
        { content: "copy the last one", trigger: "button[name=action_copy_pins]", run: "click" },
        { content: "its pins are there", trigger: ".o_clinic_map_item:eq(3)" },
        {
            content: "correct one by keys",
            trigger: ".o_clinic_map_item:first",
            async run({ anchor }) {
                anchor.focus();
                const right = () => new KeyboardEvent("keydown", { key: "ArrowRight", shiftKey: true, bubbles: true });
                queryFirst(".o_clinic_map_item").dispatchEvent(right());
            },
        },
        { content: "it is unsaved for a moment", trigger: ".o_form_button_save:visible", run: "click" },
        { content: "saved", trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
    ],
});
