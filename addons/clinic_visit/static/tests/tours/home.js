import { click, waitFor, waitForNone } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const HOME = ".o_clinic_home";
const BACK = ".o_control_panel .breadcrumb-item a, .o_control_panel .o_back_button";
const WAIT = { timeout: 20000 };
// More than any home has; what is left over does nothing.
const MOST = 60;

/** Return the buttons of the home by what tells them apart. */
function buttons() {
    return new Map(
        [...document.querySelectorAll(`${HOME}_content button`)].map((button) => {
            const { key } = button.closest("section").dataset;
            return [`${key || "alerts"} ${button.dataset.key || button.className}`, button];
        }),
    );
}

/** Press the first button that is not in `pressed`, and come back from the page that it opens. */
async function pressNext(pressed) {
    const [key, button] = [...buttons()].find(([name]) => !pressed.has(name)) || [];
    if (!key) {
        return;
    }
    pressed.add(key);
    await click(button);
    await waitForNone(HOME, WAIT);
    await click(await waitFor(BACK, WAIT));
    await waitFor(`${HOME}_content button`, WAIT);
}

registry.category("web_tour.tours").add("clinic_home", {
    url: "/odoo",
    steps: () => {
        const pressed = new Set();
        const press = {
            content: "a button opens a page, from which the way back is one tap",
            trigger: `${HOME}_content button`,
            timeout: 60000,
            run: () => pressNext(pressed),
        };
        return [
            { content: "the overview is a manager's first page", trigger: HOME },
            ...Array.from({ length: MOST }, () => press),
            {
                content: "every button was pressed, and nothing went wrong",
                trigger: `${HOME}:not(:has(.modal))`,
                run() {
                    const left = [...buttons().keys()].filter((key) => !pressed.has(key));
                    if (left.length) {
                        throw new Error(`Not pressed: ${left.join(", ")}`);
                    }
                },
            },
        ];
    },
});
