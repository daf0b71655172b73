import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A PDF of one page. */
function makePdf() {
    const objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Resources<<>>>>",
    ];
    let text = "%PDF-1.4\n";
    const places = objects.map((object, number) => {
        const place = text.length;
        text += `${number + 1} 0 obj${object}endobj\n`;
        return place;
    });
    const rows = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
    const table = `xref\n0 4\n0000000000 65535 f \n${rows}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
    return text + table;
}

async function makePicture() {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 200 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, 320, 200);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** Choose files as the browser's own dialog would. */
function choose(input, files) {
    const chosen = new DataTransfer();
    files.forEach((file) => chosen.items.add(file));
    input.files = chosen.files;
    input.dispatchEvent(new Event("change"));
}

async function chooseFiles() {
    const pdf = { type: "application/pdf" };
    choose(document.querySelector(".o_clinic_documents_file"), [
        new File([makePdf()], "blood_count.pdf", pdf),
        new File([await makePicture()], "Passport Ayesha.png", { type: "image/png" }),
        new File(["<html></html>"], "contract.pdf", pdf),
        new File([makePdf()], "of somebody else.pdf", pdf),
    ]);
}

const row = (title) => `.o_clinic_document:contains(${title})`;

tours.add("clinic_document_desk", {
    steps: () => [
        { content: "the documents open from the patient", trigger: "button[name=action_open_documents]", run: "click" },
        { content: "files are chosen", trigger: ".o_clinic_documents_groups", run: chooseFiles },
        {
            content: "and not uploaded",
            trigger: ".modal-footer:has(.o_clinic_document_send) .btn-secondary",
            run: "click",
        },
        { content: "they are chosen again", trigger: "body:not(:has(.modal))", run: chooseFiles },
        {
            content: "one is left out",
            trigger: ".o_clinic_document_entry[data-number='3'] [aria-label='Leave this file out']",
            run: "click",
        },
        { trigger: ".modal:not(:has(.o_clinic_document_entry[data-number='3']))" },
        {
            content: "the types are proposed by the names, and what reception will not see says so",
            trigger: ".o_clinic_document_entry[data-number='0']:contains(Only those who treat the patient)",
            run: () => {
                const proposed = [...document.querySelectorAll(".o_clinic_document_entry select")].map(
                    (select) => select.selectedOptions[0].text,
                );
                if (proposed.join() !== "Laboratory Result,Identity Document,Contract") {
                    throw new Error(`Proposed: ${proposed}`);
                }
            },
        },
        { trigger: ".o_clinic_document_send", run: "click" },
        { content: "the passport is there", trigger: row("Passport Ayesha") },
        { content: "the result is filed", trigger: ".o_notification:contains(Filed: Laboratory Result)" },
        { content: "and not shown", trigger: `.o_clinic_documents:not(:has(${row("blood count")}))` },
        {
            content: "what is no PDF is refused in words",
            trigger: ".o_clinic_upload_trouble:contains(neither a PDF nor a picture) button",
            run: "click",
        },
        { trigger: `${row("Passport Ayesha")} .o_clinic_document_more`, run: "click" },
        { trigger: ".o-dropdown-item:contains(Delete)", run: "click" },
        { trigger: "#o_clinic_photo_reason", run: "edit Passport of another patient" },
        { trigger: ".o_clinic_photo_confirm", run: "click" },
        { content: "it is gone", trigger: ".o_clinic_documents_empty" },
        { trigger: ".o_clinic_documents_deleted", run: "click" },
        { trigger: `${row("Passport of another patient")} .btn:contains(Restore)`, run: "click" },
        { trigger: ".o_clinic_documents:contains(No document was deleted)" },
        { trigger: ".o_clinic_documents_deleted", run: "click" },
        { content: "it is back", trigger: row("Passport Ayesha") },
    ],
});

tours.add("clinic_document_care", {
    steps: () => [
        { content: "the newest is on the card", trigger: ".o_clinic_card_documents a:contains(Blood count)" },
        { trigger: ".o_clinic_all_documents", run: "click" },
        { trigger: `${row("Blood count")} .o_clinic_document_more`, run: "click" },
        { trigger: ".o-dropdown-item:contains(Edit)", run: "click" },
        { trigger: ".modal .o_field_widget[name=name] input", run: "edit Blood count, City Laboratory" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: `${row("Blood count, City Laboratory")} .o_clinic_document_more`, run: "click" },
        { trigger: ".o-dropdown-item:contains(Show on the Portal)", run: "click" },
        { content: "it is on the portal", trigger: `${row("Blood count, City Laboratory")} .fa-user-circle-o` },
    ],
});
