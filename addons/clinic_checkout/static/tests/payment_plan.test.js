import { planPayments, takeCredits } from "@clinic_checkout/screen/payment_plan";
import { describe, expect, test } from "@odoo/hoot";

describe.current.tags("headless");

const card = (typed) => ({ isCash: false, typed });
const cash = (typed) => ({ isCash: true, typed });

test("cash pays what the others leave, and gives change", () => {
    const plan = planPayments(1380, [cash(500), card(1000)], 2);
    expect(plan.parts).toEqual([
        { amount: 380, received: 500 },
        { amount: 1000, received: 0 },
    ]);
    expect([plan.left, plan.change, plan.isWrong]).toEqual([0, 120, false]);
});

test("no change is given for a card", () => {
    const plan = planPayments(100, [card(150)], 2);
    expect([plan.left, plan.change]).toEqual([-50, 0]);
});

test("what is left is exact to the cent, without what floating point adds", () => {
    expect(planPayments(0.3, [card(0.1), card(0.1)], 2).left).toBe(0.1);
    expect(planPayments(10.005, [card(10)], 3).left).toBe(0.005);
});

test("a number that nobody has finished pays nothing", () => {
    const plan = planPayments(100, [card(NaN), cash(-1)], 2);
    expect([plan.left, plan.isWrong]).toEqual([100, true]);
});

test("no more credit is taken than is due", () => {
    expect(takeCredits(575, [1150], 2)).toEqual({ taken: 575, due: 0 });
    expect(takeCredits(1150, [400, 0.1], 2)).toEqual({ taken: 400.1, due: 749.9 });
});
