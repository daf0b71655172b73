import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { makeMockEnv } from "@web/../tests/web_test_helpers";
import { proposalOf } from "@clinic_record_stock/kit_proposal";
import { ScannerKeys } from "@clinic_record_stock/scanner_keys";

describe.current.tags("desktop");
defineMailModels();

beforeEach(async () => {
    mockDate("2026-11-20 10:00:00", 0);
    // Times are written as the user's language does.
    await makeMockEnv();
});

const VIAL = {
    lot: "LATE",
    vial: "OV1",
    quantity: 15,
    until: "2026-11-20 16:00:00",
    is_over: false,
    is_today: true,
    concentration: 40,
    expires: null,
    expires_today: false,
};
const LOT = { lot: "SOON", vial: null, quantity: 30, expires: null, expires_today: false };

function words(item, quantity) {
    const values = { factor: 1, stock_uom: "U", is_drawn: false, ...item };
    return proposalOf(values, quantity).map((line) => line.map((phrase) => phrase.text).join(" · "));
}

test("a dose is drawn from the open vial, and from a new one when that is not enough", () => {
    const item = { is_drawn: true, sources: [VIAL, { ...LOT, dilution: 2.5, concentration: 12 }] };
    const open = "Open vial OV1, lot LATE · 15 U left · discard today by 16:00 · 4 U per 0.1 ml";
    const sealed = "New vial, lot SOON · dilute with 2.5 ml · 1.2 U per 0.1 ml";
    expect(words(item, 10)).toEqual([open]);
    expect(words(item, 15)).toEqual([open]);
    expect(words(item, 16)).toEqual([open, sealed]);
    expect(words(item, 46)).toEqual([open, sealed, "Not enough: 45 U here"]);
});

test("a vial past its time is told, and nothing is drawn from it", () => {
    const over = { ...VIAL, is_over: true };
    expect(words({ is_drawn: true, sources: [over] }, 10)).toEqual([
        "Open vial OV1, lot LATE · 15 U left · past its time since 16:00: discard it",
        "None here. Bring some from the store.",
    ]);
});

test("what must not wait is said with a sign, not by colour alone", () => {
    const [line] = proposalOf({ factor: 1, stock_uom: "U", is_drawn: true, sources: [VIAL] }, 1);
    expect(line[2].icon).toBe("fa-exclamation-triangle");
    expect(line[2].className).toMatch("text-danger");
});

test("another item comes from the first lot that holds enough, in the unit of the stock", () => {
    const later = { ...LOT, lot: "LATER", quantity: 300, expires: "2026-12-01 10:00:00" };
    expect(words({ sources: [LOT, later], factor: 10 }, 3)).toEqual(["Lot SOON"]);
    expect(words({ sources: [LOT, later], factor: 10 }, 4)).toEqual(["Lot LATER · expires 1 Dec 2026"]);
    expect(words({ sources: [LOT] }, 31)).toEqual(["Lot SOON", "Not enough: 30 U here"]);
    expect(words({ sources: [{ ...LOT, lot: null }] }, 1)).toEqual([]);
});

/** Type into `target`, so many milliseconds from key to key; return what the last key gave. */
function type(keys, target, text, pause, start = 1000) {
    let code = null;
    [...text, "Enter"].forEach((key, index) => {
        const ev = { key, target, timeStamp: start + index * pause, preventDefault: () => {} };
        code = keys.hear(ev);
        target.value += key === "Enter" || code ? "" : key;
    });
    return code;
}

test("a scanner that types into a field leaves what was entered there", () => {
    const keys = new ScannerKeys();
    const target = { value: "24" };
    expect(type(keys, target, "0104012345678901", 10)).toBe("0104012345678901");
    expect(target.value).toBe("24");
});

test("fingers are no scanner", () => {
    const keys = new ScannerKeys();
    const target = { value: "" };
    expect(type(keys, target, "12.5", 10)).toBe(null);
    expect(target.value).toBe("12.5");
    expect(type(keys, { value: "" }, "0104012345678901", 400, 9000)).toBe(null);
});
