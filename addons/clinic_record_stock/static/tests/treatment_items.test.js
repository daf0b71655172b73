import { TreatmentItems } from "@clinic_record_stock/treatment_items";
import { readUsed } from "@clinic_record_stock/used_quantity";
import { UnsavedValues } from "@clinic/unsaved/unsaved_values";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineParams,
    getService,
    makeMockEnv,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const ITEM = { state: "expected", uom_id: 1, stock_uom: "U", factor: 1, is_drawn: false, has_lots: false, sources: [] };
const TOXIN = { ...ITEM, id: 1, product_id: 1, product: "Toxin", quantity: 20, uom: "U" };
const CREAM = { ...ITEM, id: 2, product_id: 2, product: "Cream", quantity: 0.5, uom: "ml" };

const FIELD = ".o_clinic_kit_item[data-id='1'] .o_clinic_item_quantity";
const USED = ".o_clinic_kit_item[data-id='1'] .o_clinic_item_use";
const WRONG = ".o_clinic_item_wrong";

beforeEach(() => {
    onRpc("clinic.procedure.item", "action_use", ({ args }) => {
        expect.step(["use", ...args]);
        return true;
    });
    onRpc("clinic.procedure", "action_use_expected", ({ args }) => {
        expect.step(["use all", ...args]);
        return true;
    });
});

async function openItems(kit = [TOXIN, CREAM]) {
    const treatment = { id: 21, editable: true, items: [], kit };
    await mountWithCleanup(TreatmentItems, { props: { treatment, onSave: (call) => call() } });
}

test("the quantity used is above zero, as any keypad writes it", async () => {
    await makeMockEnv();
    const read = (text) => readUsed(text).quantity;
    expect(["24", "2.5", "2,5", " 0,125 "].map(read)).toEqual([24, 2.5, 2.5, 0.125]);
    expect(["", " ", "0", "0,0", "-1", "2,5x", "20 U", "4012345678901"].map(read)).toEqual(Array(8).fill(null));
    expect(readUsed("20").wrong).toBe(null);
});

test("what is expected stands in the field as the user's language writes it", async () => {
    defineParams({ lang_parameters: { decimal_point: ",", thousands_sep: "." } });
    await openItems([{ ...TOXIN, quantity: 2.5 }]);
    expect(FIELD).toHaveValue("2,5");
    await contains(USED).click();
    await contains(FIELD).edit("1,25", { confirm: "blur" });
    await contains(USED).click();
    expect.verifySteps([
        ["use", [1], 2.5],
        ["use", [1], 1.25],
    ]);
});

test("a comma is read like a point, and the field shows how it was understood", async () => {
    await openItems();
    for (const text of ["2,5", "2.50"]) {
        await contains(FIELD).edit(text, { confirm: "blur" });
        await animationFrame();
        expect(FIELD).toHaveValue("2.5");
        await contains(USED).click();
        expect.verifySteps([["use", [1], 2.5]]);
    }
});

test("what is no quantity is said at the field and logs nothing until it is corrected", async () => {
    await openItems();
    for (const [text, words] of [
        ["", "Enter how much was used"],
        ["0", "“0” is no quantity"],
        ["2,5x", "“2,5x” is no quantity"],
    ]) {
        await contains(FIELD).edit(text, { confirm: "blur" });
        await contains(USED).click();
        await contains(".o_clinic_use_expected").click();
        await animationFrame();
        expect(WRONG).toHaveCount(1);
        expect(`.o_clinic_kit_item[data-id='1'] ${WRONG}`).toHaveText(new RegExp(words));
        expect(FIELD).toHaveClass("is-invalid");
        expect(FIELD).toHaveValue(text);
    }
    expect.verifySteps([]);
    await contains(FIELD).edit("24", { confirm: "blur" });
    await animationFrame();
    expect(WRONG).toHaveCount(0);
    expect(FIELD).not.toHaveClass("is-invalid");
    await contains(USED).click();
    expect.verifySteps([["use", [1], 24]]);
});

test("all are used in the quantities that stand there", async () => {
    await openItems();
    await contains(FIELD).edit("24", { confirm: "blur" });
    await contains(".o_clinic_use_expected").click();
    await expect.waitForSteps([["use all", [21], { 1: 24 }]]);
});

test("what nobody expects asks for its quantity, and is logged with it", async () => {
    onRpc("clinic.procedure", "scan", ({ args, kwargs }) => {
        expect.step([...args, kwargs.quantity]);
        if (!kwargs.quantity) {
            throw makeServerError({
                errorName: "odoo.addons.clinic_record_stock.exceptions.QuantityNeeded",
                context: { product: "Filler", uom: "ml" },
            });
        }
        return [{ product: "Filler", quantity: 1.5, uom: "ml", lot: null }];
    });
    await openItems();
    getService("barcode").bus.trigger("barcode_scanned", { barcode: "FILLER-1" });
    await waitFor(".modal input");
    expect(".modal label").toHaveText("How much was used, in ml?");
    await contains(".modal input").edit("0", { confirm: false });
    await contains(".modal .btn-primary").click();
    await animationFrame();
    await contains(".modal input").edit("1,5", { confirm: false });
    await contains(".modal .btn-primary").click();
    await expect.waitForSteps([
        [[21], "FILLER-1", null],
        [[21], "FILLER-1", 1.5],
    ]);
});

test("with a code goes what was entered, and what is no quantity", async () => {
    onRpc("clinic.procedure", "scan", ({ args, kwargs }) => {
        expect.step([...args, kwargs.entered]);
        return [{ product: "Cream", quantity: 2, uom: "ml", lot: null }];
    });
    await openItems();
    await contains(FIELD).edit("", { confirm: "blur" });
    await contains(".o_clinic_kit_item[data-id='2'] .o_clinic_item_quantity").edit("2", { confirm: "blur" });
    getService("barcode").bus.trigger("barcode_scanned", { barcode: "CREAM-50" });
    await expect.waitForSteps([[[21], "CREAM-50", { 1: null, 2: 2 }]]);
});

test("a quantity far off the kit is asked about once, and the answer is about that quantity", async () => {
    onRpc("clinic.procedure.item", "action_use", ({ args, kwargs }) => {
        const answer = kwargs.context.clinic_confirmed[1];
        if (answer?.quantity !== args[1]) {
            throw makeServerError({
                errorName: "odoo.addons.clinic_record_stock.exceptions.UnusualQuantity",
                args: ["Toxin: 98 U in this treatment, where the protocol expects 20 U. Is that right?"],
                context: { product_id: 1, quantity: args[1], needs_reason: false },
            });
        }
        expect.step(["use", ...args]);
        return true;
    });
    await openItems();
    await contains(FIELD).edit("98", { confirm: "blur" });
    await contains(USED).click();
    await contains(".modal:contains(expects 20 U) .btn-secondary").click();
    expect.verifySteps([]);
    await contains(USED).click();
    await contains(".modal:contains(expects 20 U) .btn-primary").click();
    expect(".modal").toHaveCount(0);
    expect.verifySteps([["use", [1], 98]]);
});

test("more than the protocol allows needs a reason", async () => {
    onRpc("clinic.procedure.item", "action_use", ({ kwargs }) => {
        const answer = kwargs.context.clinic_confirmed[1];
        if (!answer?.reason) {
            throw makeServerError({
                errorName: "odoo.addons.clinic_record_stock.exceptions.UnusualQuantity",
                args: ["Toxin: 200 U in this treatment, where the protocol allows up to 100 U. Say why."],
                context: { product_id: 1, quantity: 200, needs_reason: true },
            });
        }
        expect.step(answer);
        return true;
    });
    await openItems();
    await contains(FIELD).edit("200", { confirm: "blur" });
    await contains(USED).click();
    await contains(".modal:contains(up to 100 U) input").edit("Both masseters", { confirm: false });
    await contains(".modal .btn-primary").click();
    expect.verifySteps([{ quantity: 200, reason: "Both masseters" }]);
});

test("doses that differ are shown with the reason", async () => {
    onRpc("clinic.procedure", "enter_dose_reason", ({ args }) => {
        expect.step(args);
        return args[1];
    });
    const dose = { differences: [{ key: "a", text: "Total dose: 60 U; items used: 4.5 U" }], reason: "" };
    const treatment = { id: 21, editable: true, items: [], kit: [], dose };
    const unsaved = new UnsavedValues("test");
    await mountWithCleanup(TreatmentItems, { props: { treatment, unsaved, onSave: (call) => call() } });
    expect(".o_clinic_dose:contains(Total dose: 60 U; items used: 4.5 U)").toHaveCount(1);
    await contains(".o_clinic_dose_reason").edit("Spilled", { confirm: "blur" });
    await expect.waitForSteps([[[21], "Spilled", false]]);
});
