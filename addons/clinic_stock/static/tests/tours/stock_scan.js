import { registry } from "@web/core/registry";

/** The scanner types somewhere, faster than anybody. */
function scan(barcode) {
    return () => {
        for (const key of [...barcode, "Enter"]) {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        }
    };
}

registry.category("web_tour.tours").add("clinic_stock_scan", {
    url: "/odoo/stock-scan",
    steps: () => [
        {
            content: "scan a vial",
            trigger: '.o_clinic_scan_line:contains("LATE")',
            run: scan("010401234567890110LATE"),
        },
        {
            content: "its lot comes to the top, counted, with what was expected",
            trigger: '.o_clinic_scan_line:first:contains("LATE") .o_clinic_scan_facts:contains("Expected 100 U")',
            run: scan("GLOVES-M"),
        },
        {
            content: "one glove of ten",
            trigger: '.o_clinic_scan_line:first:contains("Gloves"):contains("difference −9")',
        },
        {
            content: "scan another one",
            trigger: '.o_clinic_scan_message:contains("Gloves: 1")',
            run: scan("GLOVES-M"),
        },
        { trigger: '.o_clinic_scan_line:first:contains("Gloves"):contains("difference −8")' },
        {
            content: "count the rest by hand",
            trigger: ".o_clinic_scan_line:first input",
            run: "edit 9.5 && press Enter",
        },
        { trigger: '.o_clinic_scan_line:first:contains("Gloves"):contains("difference −0.5")' },
        { content: "two are counted", trigger: '.o_clinic_scan_foot:contains("2 of")' },
        { content: "apply", trigger: ".o_clinic_scan_apply", run: "click" },
        {
            content: "what changes is seen before",
            trigger: '.modal:contains("Apply 2 Counts"):contains("Gloves"):contains("−0.5 Units")',
        },
        { trigger: ".modal .o_clinic_scan_confirm", run: "click" },
        {
            content: "the differences stand there",
            trigger: '.o_clinic_scan_summary:contains("2 counts applied"):contains("Gloves"):contains("−0.5")',
        },
        { content: "bring something to the treatment rooms", trigger: ".o_clinic_scan_mode_transfer", run: "click" },
        {
            content: "an expired lot is refused",
            trigger: 'body:has(.o_clinic_scan_transfer) .o_clinic_scan_line:contains("SOON")',
            run: scan("010401234567890110OLD"),
        },
        {
            content: "a code without a lot takes the first to expire",
            trigger: '.o_clinic_scan_message:contains("has expired")',
            run: scan("4012345678901"),
        },
        {
            content: "a part of a vial",
            trigger: '.o_clinic_scan_line:first:contains("SOON") input',
            run: "edit 50.5 && press Enter",
        },
        { content: "one tap", trigger: '.o_clinic_scan_foot:contains("1 item") .o_clinic_scan_transfer', run: "click" },
        { content: "it is done", trigger: '.o_clinic_scan_message:contains("is done: 1 item")' },
    ],
});
