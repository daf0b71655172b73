import { Component, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";
import { useServiceProtectMethodHandling } from "@web/core/utils/hooks";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();

class Page extends Component {
    static template = xml`<p class="o_test_page">A page</p>`;
    static props = ["*"];
}

beforeEach(() => {
    registry.category("actions").add("test_page", Page);
    // As in the browser: what is asked for by a page that is gone fails, instead of waiting for ever.
    patchWithCleanup(useServiceProtectMethodHandling, {
        fn() {
            return this.original();
        },
    });
});

const GAP = {
    id: 7,
    model: "clinic.discrepancy",
    name: "Gloves",
    detail: "Charted, not deducted · V0001",
    quantity: 2,
    unit: "Units",
    urgent: false,
    button: { method: "action_mend", text: "Mend" },
};

/** Open the day, whose one gap is mended by `answer`, and mend it. */
async function mend(answer) {
    onRpc("clinic.stock.day", "load", () => {
        expect.step("load");
        return {
            sections: [{ key: "gaps", title: "Not explained", count: 1, rows: [GAP], action: "gaps", none: "None" }],
        };
    });
    onRpc("clinic.discrepancy", "action_mend", ({ args }) => {
        expect.step(args[0]);
        return answer;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction("clinic_stock_day");
    await contains(".o_clinic_stock_button").click();
    await animationFrame();
}

test("a page that opens takes the place of the day, which is not loaded again", async () => {
    await mend({ type: "ir.actions.client", tag: "test_page" });
    await waitFor(".o_test_page");
    await animationFrame();
    expect(".o_clinic_stock_day").toHaveCount(0);
    expect(".modal").toHaveCount(0);
    expect.verifySteps(["load", [7]]);
});

test("what is done at once is seen at once", async () => {
    await mend({ type: "ir.actions.client", tag: "soft_reload" });
    await expect.waitForSteps(["load", [7], "load"]);
});

test("an answer that is no action is seen at once", async () => {
    await mend(false);
    await expect.waitForSteps(["load", [7], "load"]);
});

test("what was ordered is told, and the day loaded once", async () => {
    const next = { type: "ir.actions.act_window_close" };
    await mend({ type: "ir.actions.client", tag: "display_notification", params: { message: "Ordered", next } });
    await waitFor(".o_notification");
    await animationFrame();
    expect.verifySteps(["load", [7], "load"]);
});

test("a dialog loads the day when it is closed", async () => {
    await mend({ type: "ir.actions.client", tag: "test_page", target: "new" });
    await waitFor(".modal .o_test_page");
    expect.verifySteps(["load", [7]]);
    await contains(".modal .btn-close").click();
    await expect.waitForSteps(["load"]);
    expect(".o_clinic_stock_day").toHaveCount(1);
});
