import { registry } from "@web/core/registry";

const VALUE = '.o_clinic_parameter:contains("Dilution") input';
const NOTE = ".o_clinic_note_editor.odoo-editor-editable";
const SAVED = '.o_clinic_unsaved_status[data-status="saved"]';

/** Type `text` into the field that is there, and do not leave it. */
function type(text) {
    return ({ anchor }) => {
        anchor.focus();
        anchor.value = text;
        anchor.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
}

/** Call the server as another tab would. */
async function elsewhere(model, method, args) {
    const body = { jsonrpc: "2.0", method: "call", params: { model, method, args, kwargs: {} } };
    const response = await fetch(`/web/dataset/call_kw/${model}/${method}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
    });
    const { result, error } = await response.json();
    if (error) {
        throw new Error(error.data.message);
    }
    return result;
}

function parameterId() {
    return Number(document.querySelector(".o_clinic_parameter").dataset.id);
}

registry.category("web_tour.tours").add("clinic_treatment_unsaved", {
    steps: () => [
        { content: "a value is half typed, and saved meanwhile", trigger: VALUE, run: type("2.") },
        {
            trigger: `body:has(${SAVED}) ${VALUE}`,
            run: ({ anchor }) => {
                if (anchor.value !== "2.") {
                    throw new Error(`The field was changed while it was typed in: ${anchor.value}`);
                }
                type("2.2")({ anchor });
            },
        },
        { content: "the note is begun, and half written", trigger: ".o_clinic_note_begin", run: "click" },
        { trigger: NOTE, run: "editor Even res" },
        {
            content: "the page is loaded again before anything was left",
            trigger: VALUE,
            run: () => location.reload(),
            expectUnloadPage: true,
        },
        { content: "the note is there", trigger: `${NOTE}:contains("Even res")` },
        { content: "both are saved", trigger: SAVED },
        {
            trigger: VALUE,
            run: ({ anchor }) => {
                if (anchor.value !== "2.2") {
                    throw new Error(`Not what was typed: ${anchor.value}`);
                }
            },
        },
        {
            content: "another tab saves another value",
            trigger: VALUE,
            run: () => elsewhere("clinic.procedure.parameter", "write", [[parameterId()], { value: 3 }]),
        },
        { content: "what is typed here does not replace it", trigger: VALUE, run: type("1.5") },
        { trigger: '.o_clinic_unsaved_conflict:contains("3 ml was saved meanwhile by")' },
        { trigger: '.o_clinic_unsaved_status[data-status="conflict"]' },
        { content: "nor is it finished like that", trigger: ".o_clinic_treatment_finish", run: "click" },
        { trigger: '.o_notification:contains("not saved yet")' },
        { content: "one of them is chosen", trigger: ".o_clinic_keep_mine", run: "click" },
        { trigger: `body:not(:has(.o_clinic_unsaved_conflict)):has(${SAVED})` },
        {
            content: "another tab writes another note",
            trigger: `${NOTE}:contains("Even res")`,
            run: () => {
                const id = Number(document.querySelector(".o_clinic_treatment").dataset.id);
                return elsewhere("clinic.procedure", "write", [[id], { note_draft: "<p>Written elsewhere</p>" }]);
            },
        },
        { trigger: NOTE, run: "editor Even result" },
        { content: "both texts are shown", trigger: '.o_clinic_note_theirs:contains("Written elsewhere")' },
        { trigger: `${NOTE}:contains("Even result")` },
        { content: "the other one is chosen", trigger: ".o_clinic_take_theirs", run: "click" },
        { trigger: `${NOTE}:contains("Written elsewhere")` },
    ],
});
