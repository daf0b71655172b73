import { unsavedStore } from "@clinic/unsaved/unsaved_store";
import { router } from "@web/core/browser/router";
import { user } from "@web/core/user";
import { componentsOf, fill } from "./press_fill";
import { fail, forget, idle, recall, watch } from "./press_watch";

const OURS = '[data-press^="clinic"], [data-step], [data-block], .o_action article[tabindex]:not(.o_kanban_record)';

const isVisible = (element) => element.getClientRects().length && getComputedStyle(element).visibility !== "hidden";

function topmost(selector) {
    return [...document.querySelectorAll(selector)].filter(isVisible).at(-1);
}

// What lies over the whole page without being a dialog of Odoo's: photos that are shown, the camera.
const OVER_ALL = ".o-overlay-container [role=dialog][aria-modal=true]:not(.modal)";

/** Where the user's next press goes: a popover, else a dialog, else what lies over all, else the page. */
function scope() {
    return (
        topmost(".o-overlay-container .o_popover, .o-overlay-container .o-dropdown--menu") ||
        topmost(".o_dialog .modal") ||
        topmost(OVER_ALL) ||
        document.querySelector(".o_action_manager")
    );
}

/** What an element says, without what differs between records. */
function label(element) {
    const { step } = element.dataset;
    const text = step || element.getAttribute("aria-label") || element.title || element.innerText || "";
    if (element.matches("article")) {
        return [...element.classList].sort().join(" ");
    }
    return text.replace(/\s+/g, " ").replace(/\d+/g, "#").trim().slice(0, 60);
}

function marks() {
    return [...scope().querySelectorAll(OURS)].filter(isVisible).map((element) => ({
        mark: element.dataset.press || element.tagName.toLowerCase(),
        label: label(element),
        choice: Boolean(element.closest("[role=group], [role=radiogroup]")),
        disabled: Boolean(element.disabled || element.classList.contains("disabled")),
    }));
}

function candidates(step) {
    const inScope = (selector) => [...scope().querySelectorAll(selector)].filter(isVisible);
    if (step.mark.includes("#open:")) {
        return inScope(".o_kanban_record:not(.o_kanban_ghost), .o_data_row .o_data_cell:not(.o_list_button)");
    }
    let found = inScope(step.mark.includes("#") ? `[data-press="${step.mark}"]` : `${step.mark}:not([data-press])`);
    if (!found.length && step.name) {
        // A list doesn't hand the marks of its rows' buttons on.
        found = inScope(`.o_data_row button[name="${step.name}"]`);
    }
    if (step.label !== undefined) {
        found = found.filter((element) => label(element) === step.label);
    }
    return found;
}

function click(element) {
    element.scrollIntoView({ block: "center", inline: "center" });
    const { left, top, width, height } = element.getBoundingClientRect();
    const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true, button: 0 };
    const pointer = { ...at, pointerId: 1, isPrimary: true, pointerType: "mouse" };
    element.dispatchEvent(new PointerEvent("pointerdown", pointer));
    element.dispatchEvent(new MouseEvent("mousedown", at));
    element.focus?.();
    element.dispatchEvent(new PointerEvent("pointerup", pointer));
    element.dispatchEvent(new MouseEvent("mouseup", at));
    element.dispatchEvent(new MouseEvent("click", at));
}

/** The ways to what may hide a button: as it is, a row that is selected, "More", the pages of the notebook. */
function ways(step) {
    const select = step.select ? [topmost(".o_data_row .o_list_record_selector input")] : [];
    const more = [...scope().querySelectorAll(".o_button_more")];
    const pages = [...scope().querySelectorAll(".o_notebook .nav-link")];
    return [null, ...select, ...more, ...pages];
}

/** Answer "Are you sure?". */
async function confirm() {
    const dialog = topmost(".o_dialog .modal");
    if (
        !dialog ||
        dialog.querySelector(".o_form_view, .o_list_view, .o_kanban_view, [data-press^=clinic], .o_error_dialog")
    ) {
        return;
    }
    const button = dialog.querySelector(".modal-footer .btn-primary, .modal-footer .btn-danger");
    if (button) {
        click(button);
        await idle();
    }
}

/** The element to press; what was seen before may take a moment to be there again. */
async function first(step) {
    const end = Date.now() + (step.label === undefined ? 0 : 1000);
    const find = () => candidates(step)[step.nth || 0];
    let element = find();
    while (!element && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        element = find();
    }
    return element;
}

/** Type into a field, as far as a page that is no form needs it. */
async function type({ selector, text }) {
    const field = topmost(selector);
    if (!field) {
        return false;
    }
    field.focus();
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await idle();
    return true;
}

async function press(step) {
    for (const way of ways(step)) {
        if (way) {
            click(way);
            await idle();
        }
        const element = await first(step);
        if (element) {
            click(element);
            await idle();
            await confirm();
            return true;
        }
    }
    return false;
}

/** Choose an item behind the gear, or behind the printer. */
async function pressGear(step) {
    if (step.select) {
        click(topmost(".o_data_row .o_list_record_selector input"));
        await idle();
    }
    const item = () =>
        [...document.querySelectorAll(".o-dropdown--menu .o-dropdown-item")].find(
            (element) => isVisible(element) && element.innerText.trim() === step.gear,
        );
    // The printer stands beside the gear, or in its menu when there is more than one thing to print.
    for (const icon of [".fa-cog", ".fa-print"]) {
        const button = topmost(`.o_cp_action_menus button:has(${icon}), .o-dropdown--menu button:has(${icon})`);
        if (button) {
            click(button);
            await idle();
        }
        if (item()) {
            click(item());
            await idle();
            await confirm();
            return true;
        }
    }
    return false;
}

/** Forget what was changed in forms, of which leaving them would save what is not there any more. */
async function discardAll() {
    for (const component of componentsOf(odoo.__WOWL_DEBUG__.root.__owl__)) {
        if (component.model?.root?.dirty) {
            await component.model.root.discard();
        }
    }
}

async function closeAll() {
    const { services } = odoo.__WOWL_DEBUG__.root.env;
    document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    if (topmost(".o_dialog .modal")) {
        // As its own button closes it.
        await services.action.doAction({ type: "ir.actions.act_window_close" });
        services.dialog.closeAll();
        await idle();
    }
    const close = topmost(OVER_ALL)?.querySelector("[aria-label=Close]");
    if (close) {
        click(close);
        await idle();
    }
    await discardAll();
}

/** Open `action`; one that another has overtaken never answers. */
async function open(action, options) {
    const { services } = odoo.__WOWL_DEBUG__.root.env;
    const opened = services.action.doAction(action, { clearBreadcrumbs: true, ...options });
    const late = new Promise((resolve) => setTimeout(resolve, 20000, "late"));
    if ((await Promise.race([opened, late])) === "late") {
        fail("The screen did not open");
    }
    await idle();
}

/** Return what is seen after a press. */
function look() {
    const told = document.querySelector(".o_error_dialog .o_error_detail, .o_error_dialog .btn-link");
    if (told) {
        fail(`Error dialog: ${told.closest(".o_error_dialog").innerText}`);
    }
    const dialog = topmost(".o_dialog .modal");
    const view = dialog?.querySelector(".o_form_view, .o_list_view, .o_kanban_view");
    return {
        ...recall(),
        marks: marks(),
        dialog: dialog ? dialog.innerText.slice(0, 300) : null,
        hasView: Boolean(view),
        isScreen: !dialog && !document.querySelector(".o_action_manager .o_view_controller"),
        notifications: [...document.querySelectorAll(".o_notification")].map((element) => element.innerText),
    };
}

/** What a dialog shows from the start, and what once the fields are filled in that it asks for. */
async function lookAndFill({ fill: mayFill } = {}) {
    const seen = look();
    if (!mayFill || !seen.hasView) {
        return seen;
    }
    await fill();
    const known = new Set(seen.marks.map(({ mark }) => mark));
    const more = look();
    return { ...more, marks: [...seen.marks, ...more.marks.filter(({ mark }) => !known.has(mark))] };
}

/** Work in the branches again in which the page was opened. */
async function stay(companyIds) {
    if (user.activeCompanies.map(({ id }) => id).join() !== companyIds.join()) {
        await user.activateCompanies(companyIds, { includeChildCompanies: false, reload: false });
    }
}

/** Open `action`, press the steps, and tell what came of it. */
async function go({ action, options, stored, steps }) {
    watch();
    const companyIds = user.activeCompanies.map(({ id }) => id);
    for (const close of document.querySelectorAll(".o_notification_close")) {
        close.click();
    }
    let missing = null;
    let before = [];
    try {
        forget();
        // What was chosen on a screen last time is remembered here, and in the address.
        router.replaceState({}, { replace: true, sync: true });
        localStorage.clear();
        sessionStorage.clear();
        for (const [name, values] of Object.entries(stored)) {
            unsavedStore.write(name, values);
        }
        await open(action, options);
        for (const [index, step] of steps.entries()) {
            if (index === steps.length - 1) {
                // Only what the last step does is judged; the others have been judged before.
                forget();
                before = marks();
            }
            if (step.fill) {
                await fill();
            }
            const done = await (step.gear ? pressGear(step) : step.selector ? type(step) : press(step));
            if (!done) {
                missing = index;
                break;
            }
        }
    } catch (error) {
        // Of what the server answered, the log has the words.
        if (error?.cause?.name !== "RPC_ERROR" && error?.name !== "RPC_ERROR") {
            fail(`${error.cause?.stack || error.stack || error}`);
        }
        await idle();
    }
    const seen = await lookAndFill(steps.at(-1));
    await closeAll();
    await stay(companyIds);
    return JSON.stringify({ ...seen, errors: recall().errors, before, missing });
}

odoo.__clinicPress = { go };
