import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();

const ALERT = {
    key: "licences",
    title: "Licences to renew",
    count: 2,
    button: "Renew",
    urgent: false,
    opens: { action: "clinic.clinic_licence_action", domain: [["needs_renewal", "=", true]], name: "To renew" },
};

/** Open the home, each reading of which finds the next number of `counts` in its one alert. */
async function openHome(counts) {
    onRpc("clinic.home", "load", () => {
        expect.step("load");
        return { branches: "Gulberg", tiles: [], alerts: counts.length ? [{ ...ALERT, count: counts.shift() }] : [] };
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction("clinic_home");
}

test("a tab that is looked at again shows what has changed", async () => {
    await openHome([2, 3]);
    expect(".o_clinic_home_count").toHaveText("2");
    document.dispatchEvent(new Event("visibilitychange"));
    await animationFrame();
    expect(".o_clinic_home_count").toHaveText("3");
    expect.verifySteps(["load", "load"]);
});

test("a home without alerts says so", async () => {
    await openHome([]);
    expect(".o_clinic_home_alerts").toHaveText("Nothing needs your attention at Gulberg.");
    expect.verifySteps(["load"]);
});

test("a button opens what was counted, without the action's own filters", async () => {
    await openHome([2]);
    const action = getService("action");
    patchWithCleanup(action, {
        loadAction: async (id) => ({
            id,
            type: "ir.actions.act_window",
            context: "{'search_default_valid': 1, 'show_patient': True}",
            domain: "[('number', '!=', False)]",
            name: "Licences",
        }),
        doAction({ context, domain, display_name }, { viewType }) {
            const kept = ["show_patient", "search_default_valid"].filter((key) => key in context);
            expect.step([kept, domain, display_name, viewType]);
        },
    });
    await contains(".o_clinic_home_alert").click();
    expect.verifySteps(["load", [["show_patient"], [["needs_renewal", "=", true]], "To renew", "list"]]);
});
