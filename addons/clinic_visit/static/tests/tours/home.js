import { click, waitFor, waitForNone } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const HOME = ".o_clinic_home";

/** Return the buttons of the home by what tells them apart. */
function buttons() {
    return new Map(
        [...document.querySelectorAll(`${HOME}_content button`)].map((button) => {
            const { key } = button.closest("section").dataset;
            return [`${key || "alerts"} ${button.dataset.key || button.className}`, button];
        }),
    );
}

registry.category("web_tour.tours").add("clinic_home", {
    url: "/odoo",
    steps: () => [
        { content: "the overview is a manager's first page", trigger: HOME },
        {
            content: "each button opens a page, from which the way back is one tap",
            trigger: `${HOME}_content button`,
            timeout: 170000,
            async run() {
                const pressed = new Set();
                for (;;) {
                    const [key, button] = [...buttons()].find(([name]) => !pressed.has(name)) || [];
                    if (!key) {
                        break;
                    }
                    pressed.add(key);
                    await click(button);
                    await waitForNone(HOME, { timeout: 10000 });
                    const back = await waitFor(".o_control_panel .breadcrumb-item a, .o_control_panel .o_back_button", {
                        timeout: 10000,
                    });
                    await click(back);
                    await waitFor(`${HOME}_content button`, { timeout: 10000 });
                }
            },
        },
        { content: "and nothing went wrong", trigger: `${HOME}:not(:has(.modal))` },
    ],
});
