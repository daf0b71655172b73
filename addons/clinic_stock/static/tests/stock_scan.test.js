import { unsavedStore } from "@clinic/unsaved/unsaved_store";
import { chooseLines, differenceText, putFirst, readQuantity } from "@clinic_stock/stock_scan/stock_scan_format";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, waitFor, waitForNone } from "@odoo/hoot-dom";
import { Deferred } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeMockEnv,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();

function line(id, product, lot, values = {}) {
    return {
        id,
        product_id: 1,
        product,
        lot_id: 2,
        lot,
        expires: "01/31/2029",
        expired: false,
        blocked: null,
        uom_id: 1,
        uom: "U",
        step: 100,
        package: "Vial",
        ...values,
    };
}

const uncounted = { counted: null, expected: null, outdated: false, user: null };
const COUNT_LINES = [line(1, "Toxin", "A1", uncounted), line(2, "Toxin", "B2", uncounted)];
const UNITS = [
    { id: 1, name: "U", factor: 1 },
    { id: 2, name: "Vial", factor: 100 },
];
const free = { free: 300, units: UNITS, refusal: null };
const TRANSFER_LINES = [line("1-1", "Toxin", "A1", free), line("1-2", "Toxin", "B2", free)];

async function openScan() {
    onRpc("clinic.stock.transfer", "count_receipts", () => 0);
    onRpc("clinic.stock.count", "load", () => ({
        location_id: 5,
        locations: [{ id: 5, name: "Treatment Rooms" }],
        lines: COUNT_LINES,
    }));
    onRpc("clinic.stock.transfer", "load", () => ({
        route: "rooms",
        routes: [
            { key: "rooms", name: "Store → Treatment Rooms" },
            { key: "store", name: "Treatment Rooms → Store" },
        ],
        lines: TRANSFER_LINES,
    }));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "clinic_stock_scan" });
    await waitFor(".o_clinic_scan_apply");
}

function scanned(...barcodes) {
    const { bus } = getService("barcode");
    barcodes.forEach((barcode) => bus.trigger("barcode_scanned", { barcode }));
}

const lots = () => queryAllTexts(".o_clinic_scan_line .o_clinic_scan_item .text-body");

test("a quantity is read as any keypad writes it", async () => {
    await makeMockEnv();
    expect(readQuantity(" 12 ")).toEqual({ quantity: 12 });
    expect(readQuantity("2.5")).toEqual({ quantity: 2.5 });
    expect(readQuantity("2,5")).toEqual({ quantity: 2.5 });
    expect(readQuantity("0,125")).toEqual({ quantity: 0.125 });
    expect(readQuantity("1,000")).toEqual({ quantity: 1000 });
    expect(readQuantity("")).toEqual({ quantity: null });
    expect(readQuantity("0")).toEqual({ quantity: 0 });
});

test("what a scanner types into the field of a quantity is no quantity", async () => {
    await makeMockEnv();
    expect(readQuantity("4012345678901")).toEqual({ barcode: "4012345678901" });
    expect(readQuantity("10000000")).toEqual({ barcode: "10000000" });
    expect(readQuantity("010401234567890110LATE")).toEqual({ barcode: "010401234567890110LATE" });
    expect(readQuantity("-1")).toEqual({ wrong: "-1" });
    expect(readQuantity("abc")).toEqual({ wrong: "abc" });
});

test("what was scanned stands first, the rest keeps its order", async () => {
    await makeMockEnv();
    const lines = [line(1, "Cream", "C1"), line(2, "Toxin", "A1"), line(3, "Toxin", "B2")];
    const ids = (options) => chooseLines(lines, { filter: "", recent: [], ...options }).map(({ id }) => id);
    expect(ids({ recent: putFirst([2], 3) })).toEqual([3, 2, 1]);
    expect(ids({ filter: "tox b" })).toEqual([3]);
    expect(ids({})).toEqual([1, 2, 3]);
    expect(differenceText(-1.5)).toBe("−1.5");
    expect(differenceText(2)).toBe("+2");
});

test("however fast the scanner is, one scan follows the other", async () => {
    const answers = [new Deferred(), new Deferred()];
    let counted = 0;
    onRpc("clinic.stock.count", "scan", async ({ args }) => {
        expect.step(args);
        await answers[counted];
        counted++;
        return { line: line(2, "Toxin", "B2", { ...uncounted, counted: counted * 100, expected: 300 }) };
    });
    await openScan();
    scanned("B2", "B2");
    await waitFor(".o_clinic_scan_apply:disabled");
    await expect.waitForSteps([[5, "B2"]]);
    answers[0].resolve();
    await expect.waitForSteps([[5, "B2"]]);
    answers[1].resolve();
    await waitFor(".o_clinic_scan_apply:enabled");
    expect(lots()).toEqual(["B2", "A1"]);
    expect(".o_clinic_scan_line:first input").toHaveValue("200");
    expect(".o_clinic_scan_message").toHaveText("Toxin, lot B2: 200 U");
    expect(".o_clinic_scan_facts").toHaveText("Expected 300 U, difference −100 U\nClear");
});

test("what the server refuses stands on the page and holds up nothing", async () => {
    onRpc("clinic.stock.count", "scan", () => {
        throw makeServerError({ type: "UserError", message: "No item has it." });
    });
    await openScan();
    scanned("99999");
    await waitFor(".o_clinic_scan_message");
    expect(".o_clinic_scan_message.alert-danger").toHaveText("No item has it.");
    expect(".modal").toHaveCount(0);
    expect(".o_clinic_scan_apply").toBeEnabled();
});

test("a code in the field of a quantity is scanned, and the quantity stays", async () => {
    onRpc("clinic.stock.count", "scan", ({ args }) => {
        expect.step(args[1]);
        return { choose: [2, 1] };
    });
    onRpc("clinic.stock.count", "set_count", () => expect.step("counted"));
    await openScan();
    await contains(".o_clinic_scan_line:first input").edit("4012345678901");
    await waitFor(".o_clinic_scan_message");
    expect.verifySteps(["4012345678901"]);
    expect(".o_clinic_scan_line:first input").toHaveValue("");
    expect(lots()).toEqual(["B2", "A1"]);
    expect(".o_clinic_scan_message.alert-warning").toHaveCount(1);
});

test("a count by hand keeps the line in its place", async () => {
    onRpc("clinic.stock.count", "set_count", ({ args }) => {
        expect.step(args);
        return line(2, "Toxin", "B2", { ...uncounted, counted: args[2], expected: 40 });
    });
    await openScan();
    await contains(".o_clinic_scan_line:last input").edit("37,5");
    await waitFor(".o_clinic_scan_facts");
    expect.verifySteps([[5, 2, 37.5]]);
    expect(lots()).toEqual(["A1", "B2"]);
    expect(".o_clinic_scan_foot span").toHaveText("1 of 2 counted");
});

test("a count that is typed but not entered survives a reload, and counts once it is entered", async () => {
    onRpc("clinic.stock.count", "set_count", ({ args }) => {
        expect.step(args);
        return line(2, "Toxin", "B2", { ...uncounted, counted: args[2], expected: 40 });
    });
    unsavedStore.write("scan/count/5/2", { text: "1" });
    await openScan();
    expect(".o_clinic_scan_line:last input").toHaveValue("1");
    expect(".o_clinic_scan_typed").toHaveText("Not entered yet: press Enter");
    await contains(".o_clinic_scan_line:last input").edit("12", { confirm: false });
    expect(unsavedStore.read("scan/count/5/2")).toEqual({ text: "12" });
    expect.verifySteps([]);
    await press("Enter");
    await waitForNone(".o_clinic_scan_typed");
    expect.verifySteps([[5, 2, 12]]);
    expect(".o_clinic_scan_line:last input").toHaveValue("12");
    expect(unsavedStore.read("scan/count/5/2")).toEqual({});
});

test("what the stock has overtaken comes to the top to be counted again", async () => {
    onRpc("clinic.stock.count", "apply", () => ({
        applied: 0,
        differences: [],
        conflicts: ["Toxin, lot B2: count it again."],
        lines: [COUNT_LINES[0], { ...COUNT_LINES[1], counted: 40, expected: 20, outdated: true }],
    }));
    await openScan();
    await contains(".o_clinic_scan_apply").click();
    await waitFor(".o_clinic_scan_summary");
    expect(".o_clinic_scan_summary").toHaveText("Toxin, lot B2: count it again.");
    expect(lots()).toEqual(["B2", "A1"]);
    expect(".o_clinic_scan_facts").toHaveText("Changed after it was counted: count again\nClear");
});

test("a lot that was never received is taken up after a question", async () => {
    onRpc("clinic.stock.count", "scan", ({ kwargs }) => {
        expect.step(Boolean(kwargs.new_lot));
        return kwargs.new_lot
            ? { line: line(3, "Toxin", "NEW", { ...uncounted, counted: 100, expected: 0 }) }
            : { unknown_lot: { lot: "NEW", product: "Toxin" } };
    });
    await openScan();
    scanned("NEW-CODE");
    await contains(".modal .btn-primary").click();
    await waitFor(".o_clinic_scan_facts");
    expect.verifySteps([false, true]);
    expect(lots()).toEqual(["NEW", "A1", "B2"]);
});

test("a transfer adds in the unit that is shown, and what was chosen survives", async () => {
    onRpc("clinic.stock.transfer", "scan", ({ args }) => {
        expect.step(args);
        return { line: TRANSFER_LINES[1], quantity: 100 };
    });
    onRpc("clinic.stock.transfer", "transfer", ({ args }) => {
        expect.step(args);
        return { id: 9, name: "WH/INT/00001", count: 1 };
    });
    await openScan();
    await contains(".o_clinic_scan_mode_transfer").click();
    await waitFor(".o_clinic_scan_transfer");
    scanned("B2");
    await waitFor(".o_clinic_scan_message:contains(100 U)");
    await contains(".o_clinic_scan_line:first select").select("2");
    await contains(".o_clinic_scan_line:first input").edit("1.5");
    scanned("B2");
    await waitFor(".o_clinic_scan_message:contains(2.5 Vial)");
    expect(lots()).toEqual(["B2", "A1"]);
    expect(".o_clinic_scan_line:first input").toHaveValue("2.5");
    expect.verifySteps([
        ["rooms", "B2", { "1-1": 0, "1-2": 0 }],
        ["rooms", "B2", { "1-1": 0, "1-2": 150 }],
    ]);
    // Another screen, and back.
    await contains(".o_clinic_scan_mode_count").click();
    await waitFor(".o_clinic_scan_apply");
    await contains(".o_clinic_scan_mode_transfer").click();
    await waitFor(".o_clinic_scan_transfer");
    expect(".o_clinic_scan_line:first input").toHaveValue("2.5");
    await contains(".o_clinic_scan_line:first input").edit("4");
    await waitFor(".o_clinic_scan_message.alert-danger");
    expect(".o_clinic_scan_message").toHaveText("Only 300 U of Toxin are free there.");
    await contains(".o_clinic_scan_line:first input").edit("3");
    await contains(".o_clinic_scan_transfer").click();
    await waitFor(".o_clinic_scan_message.alert-success");
    expect.verifySteps([["rooms", [{ product_id: 1, lot_id: 2, quantity: 3, uom_id: 2 }]]]);
    expect(".o_clinic_scan_message").toHaveText("WH/INT/00001 is done: 1 item. Open");
    expect(".o_clinic_scan_foot span").toHaveText("0 items");
});

const DELIVERED = {
    ...line(31, "Toxin", null),
    expected: 300,
    received: 0,
    missing: 300,
    has_lots: true,
    has_expiry: true,
    entries: [],
};
const RECEIPT = { id: 7, name: "WH/IN/00007", origin: "P00007", branch: "Supplier", sent: "1/31/2029", is_sent: false };
const ENTRY = { id: 41, lot: "A1", expiry: "2033-03-10", expires: "03/10/2033", quantity: 100 };

async function openReceive(values = {}) {
    onRpc("clinic.stock.transfer", "load_receipts", () => [{ ...RECEIPT, lines: [{ ...DELIVERED, ...values }] }]);
    await openScan();
    await contains(".o_clinic_scan_mode_receive").click();
    await waitFor(".o_clinic_scan_delivered");
}

test("what a supplier sends is scanned with its lot and expiry", async () => {
    onRpc("clinic.stock.transfer", "scan_delivery", ({ args }) => {
        expect.step(args);
        const lines = [{ ...DELIVERED, received: 100, missing: 200, entries: [ENTRY] }];
        return { receipt: { ...RECEIPT, lines }, move_id: 31, entry: ENTRY };
    });
    await openReceive();
    expect(".o_clinic_scan_receive").toHaveAttribute("disabled");
    scanned("CODE");
    await waitFor(".o_clinic_scan_message.alert-success");
    expect.verifySteps([["CODE", null]]);
    expect(".o_clinic_scan_message").toHaveText("Toxin, lot A1, expires 03/10/2033: 100 U");
    expect(".o_clinic_scan_entry").toHaveText("Lot A1 expires 03/10/2033\n100 U");
    expect(".o_clinic_scan_receive").toHaveText("Receive What Has Come");
});

test("a lot is entered by hand, and what is refused stays in the fields", async () => {
    let isKnown = false;
    onRpc("clinic.stock.transfer", "enter_delivery", ({ args, kwargs }) => {
        const { lot, expiry, quantity, entry_id } = kwargs;
        expect.step([...args, lot, expiry, quantity, entry_id]);
        if (!isKnown) {
            isKnown = true;
            throw makeServerError({ type: "UserError", message: "It has expired." });
        }
        return { ...RECEIPT, lines: [{ ...DELIVERED, received: 300, missing: 0, entries: [ENTRY] }] };
    });
    await openReceive({ has_expiry: false });
    await contains(".o_clinic_scan_add_lot").click();
    await contains(".o_clinic_entry_lot").edit("A1", { confirm: false });
    expect(".o_clinic_entry_quantity").toHaveValue("300");
    await contains(".o_clinic_entry_save").click();
    await waitFor(".o_clinic_scan_message.alert-danger");
    expect(".o_clinic_entry_lot").toHaveValue("A1");
    await contains(".o_clinic_entry_save").click();
    await waitFor(".o_clinic_scan_entry");
    expect.verifySteps([
        [31, "A1", null, 300, null],
        [31, "A1", null, 300, null],
    ]);
    expect(".o_clinic_scan_receive").toHaveText("Receive All");
});

test("a lot that is half entered by hand survives a reload", async () => {
    onRpc("clinic.stock.transfer", "enter_delivery", () => ({
        ...RECEIPT,
        lines: [{ ...DELIVERED, received: 300, missing: 0, entries: [ENTRY] }],
    }));
    const typed = { lot: "A", expiry: "2033-03-10", quantity: "30" };
    unsavedStore.write("scan/receive", { moveId: 31, entry: null, typed });
    await openReceive();
    expect(".o_clinic_entry_lot").toHaveValue("A");
    expect(".o_clinic_entry_expiry").toHaveValue(/^2033-03-10/);
    expect(".o_clinic_entry_quantity").toHaveValue("30");
    await contains(".o_clinic_entry_lot").edit("A1", { confirm: false });
    expect(unsavedStore.read("scan/receive").typed.lot).toBe("A1");
    await contains(".o_clinic_entry_save").click();
    await waitFor(".o_clinic_scan_entry");
    expect(unsavedStore.read("scan/receive")).toEqual({});
});

test("a code that does not say all asks for the rest", async () => {
    onRpc("clinic.stock.transfer", "scan_delivery", () => ({ ask: { move_id: 31, picking_id: 7, lot: "B2" } }));
    await openReceive();
    scanned("PLAIN");
    await waitFor(".o_clinic_entry_expiry");
    expect(".o_clinic_entry_lot").toHaveValue("B2");
    expect(".o_clinic_scan_message.alert-warning").toHaveCount(1);
});

test("what applying a count changes is seen before", async () => {
    onRpc("clinic.stock.count", "set_count", ({ args }) =>
        line(2, "Toxin", "B2", { ...uncounted, counted: args[2], expected: 40 }),
    );
    onRpc("clinic.stock.count", "apply", () => {
        expect.step("apply");
        const differences = [{ id: 2, name: "Toxin, lot B2", difference: -3, uom: "U", move_id: 55 }];
        return { applied: 1, differences, conflicts: [], lines: COUNT_LINES };
    });
    await openScan();
    await contains(".o_clinic_scan_line:last input").edit("37");
    await waitFor(".o_clinic_scan_facts");
    await contains(".o_clinic_scan_apply").click();
    await waitFor(".modal li");
    expect(".modal li").toHaveText("Toxin, lot B2\n−3 U");
    expect.verifySteps([]);
    await contains(".modal .o_clinic_scan_confirm").click();
    await waitFor(".o_clinic_scan_summary");
    expect.verifySteps(["apply"]);
    expect(".o_clinic_scan_document").toHaveText("Toxin, lot B2");
});
