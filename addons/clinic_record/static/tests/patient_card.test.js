import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts, queryFirst, scroll, waitFor, waitForNone } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();

const PATIENT = { id: 7, name: "Ayesha", number: "P00007", age: 34, sex: "Female", skin_type: "IV" };
const RISKS = [
    { id: 1, name: "Lidocaine", kind: "Allergy", severity: "severe", grade: "Severe", description: "Swelling" },
    { id: 2, name: "Aspirin", kind: "Medication", severity: "mild", grade: "Mild", description: false },
];
const OUTCOMES = [
    { treatment_id: 3, treatment: "Facial", count: 2, last: "2026-03-01 10:00:00", responses: [], reactions: 0 },
    { treatment_id: 4, treatment: "Laser", count: 1, last: "2025-03-01 10:00:00", responses: [], reactions: 1 },
];

function entry(id, date, treatment) {
    return {
        id,
        date,
        treatment,
        state: "done",
        notes: [],
        reactions: [],
        responses: [],
        parameters: [],
        pins: [],
        items: [],
    };
}

const HISTORY = [entry(12, "2026-03-01 10:00:00", "Facial"), entry(11, "2025-03-01 10:00:00", "Laser")];

function treatment(values = {}) {
    return {
        id: 21,
        state: "planned",
        visit_state: "arrived",
        editable: true,
        gate: [],
        overrides: [],
        steps: [],
        parameters: [],
        note: { draft: false, version: null, signed: 0 },
        pins: [],
        asks_skin_type: [],
        proposals: { values: {}, note: null, map: null },
        missing: [],
        items: [],
        kit: [],
        ...values,
    };
}

/**
 * Open the card; `running` is the treatment of this moment, `expected` one before it for which nobody has come, and
 * `hasMore` whether the history goes on.
 */
async function openCard({ running = null, expected = null, hasMore = false, risks = RISKS } = {}) {
    const today = [expected, running].filter(Boolean).map(({ id, state }, index) => ({
        id,
        state,
        visit_id: 2 + index,
        arrived_at: id === running?.id && "2026-03-30 09:20:00",
        start: "2026-03-30 10:00:00",
        stop: "2026-03-30 10:30:00",
        mine: true,
        here: true,
    }));
    const head = { locked: false, zone: "UTC", patient: PATIENT, risks, today, ahead: [] };
    const followups = [{ id: 1, name: "Control", treatment: "Facial", due: "2026-06-01", overdue: false }];
    const sections = { problems: [], outcomes: OUTCOMES, choices: { area_id: [], problem_id: [] }, followups };
    onRpc("clinic.patient.card", "load", ({ args, kwargs }) => {
        expect.step(["load", args[0], kwargs.offset, kwargs.filters]);
        if (kwargs.offset) {
            return { entries: [entry(10, "2024-03-01 10:00:00", "Peel")], has_more: false };
        }
        if (kwargs.filters.treatment_id) {
            return { entries: [HISTORY[1]], has_more: false };
        }
        return { ...head, ...sections, entries: HISTORY, has_more: hasMore };
    });
    onRpc("clinic.patient.card", "load_treatment", ({ args }) => (args[0] === running?.id ? running : expected));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "clinic_patient_card",
        params: { patient_id: 7 },
    });
    await animationFrame();
}

beforeEach(() => {
    mockDate("2026-03-30 09:30:00", +0);
});

test("the risks stand first, the gravest on top, each with a word and an icon", async () => {
    await openCard();
    expect(queryAllTexts(".o_clinic_risk_words")).toEqual(["Lidocaine Allergy, Severe", "Aspirin Medication, Mild"]);
    expect(".o_clinic_risk_severe .fa-exclamation-triangle").toHaveCount(1);
    expect(".o_clinic_risk_mild .fa-info-circle").toHaveCount(1);
    const [risks, history] = [queryFirst(".o_clinic_risks"), queryFirst(".o_clinic_patient_card_history")];
    expect(risks.compareDocumentPosition(history) & Node.DOCUMENT_POSITION_FOLLOWING).not.toBe(0);
    expect(queryAll(".o_clinic_risk_button").every((el) => el.getBoundingClientRect().height >= 44)).toBe(true);
    expect.verifySteps([["load", 7, 0, {}]]);
});

test("of two visits today the card opens with the one for which the patient has come", async () => {
    await openCard({ running: treatment(), expected: treatment({ id: 20, visit_state: "booked" }) });
    expect(".o_clinic_treatment_start").toHaveCount(1);
    expect(".o_clinic_treatment_arrive").toHaveCount(0);
    expect.verifySteps([["load", 7, 0, {}]]);
});

test("the risks stay in sight further down", async () => {
    await openCard();
    expect(".o_clinic_patient_card_bar_content").toHaveCount(0);
    const content = queryFirst(".o_clinic_patient_card_content");
    Object.assign(content.style, { height: "100px", flex: "none" });
    await scroll(content, { y: 2000 });
    await waitFor(".o_clinic_patient_card_bar_content");
    expect(queryAllTexts(".o_clinic_patient_card_bar button")).toEqual(["Lidocaine", "Aspirin"]);
    await scroll(content, { y: 0 });
    await waitForNone(".o_clinic_patient_card_bar_content");
    expect.verifySteps([["load", 7, 0, {}]]);
});

test("without risks the card says so", async () => {
    await openCard({ risks: [] });
    expect(".o_clinic_risk_none").toHaveText("No risks on record. Ask before you treat.");
    expect.verifySteps([["load", 7, 0, {}]]);
});

test("the next step names the follow-up and its day", async () => {
    await openCard();
    expect(".o_clinic_followup").toHaveText("Control after Facial, due 1 Jun 2026");
    expect.verifySteps([["load", 7, 0, {}]]);
});

test("the history is filtered by a treatment, and shown whole again", async () => {
    await openCard();
    expect(queryAllTexts(".o_clinic_entry_treatment")).toEqual(["Facial", "Laser"]);
    expect(queryAllTexts(".o_clinic_patient_card_year")).toEqual(["2026", "2025"]);
    await contains(".o_clinic_outcome button:contains(Laser)").click();
    expect(queryAllTexts(".o_clinic_entry_treatment")).toEqual(["Laser"]);
    await contains(".o_clinic_patient_card_clear").click();
    expect(".o_clinic_entry").toHaveCount(2);
    expect(".o_clinic_patient_card_clear").toHaveCount(0);
    expect.verifySteps([
        ["load", 7, 0, {}],
        ["load", 7, 0, { treatment_id: 4 }],
        ["load", 7, 0, {}],
    ]);
});

test("the end of the history in sight reads the next page", async () => {
    await openCard({ hasMore: true });
    await expect.waitForSteps([
        ["load", 7, 0, {}],
        ["load", 7, 2, {}],
    ]);
    await animationFrame();
    expect(queryAllTexts(".o_clinic_entry_treatment")).toEqual(["Facial", "Laser", "Peel"]);
});

test("what the gate holds against the start stands above it, with the way out", async () => {
    const reason = { procedure_id: 21, kind: "risk", key: "risk-ask-1", level: "ask", text: "Lidocaine" };
    onRpc("clinic.procedure", "action_override_gate", ({ args }) => {
        expect.step(["override", ...args]);
        return { type: "ir.actions.act_window_close" };
    });
    await openCard({ running: treatment({ gate: [{ ...reason, way_out: "Give a reason", can_override: true }] }) });
    expect(".o_clinic_gate_reason").toHaveText(/Needs a reason.*Lidocaine/s);
    expect(".o_clinic_treatment_finish").toHaveCount(0);
    await contains(".o_clinic_gate_reason button").click();
    expect.verifySteps([
        ["load", 7, 0, {}],
        ["override", [21], "risk-ask-1"],
    ]);
});

test("what is still missing is listed; with nothing missing, finishing is the next step", async () => {
    const missing = [{ key: "step-1", text: "Step: Skin cleaned", action: false }];
    const running = treatment({ state: "in_progress", visit_state: "in_progress", missing });
    onRpc("clinic.procedure", "action_add_score", () => {
        running.missing = [];
        return { type: "ir.actions.act_window_close" };
    });
    await openCard({ running });
    expect(".o_clinic_treatment_missing [data-key='step-1']").toHaveText("Step: Skin cleaned");
    expect(".o_clinic_treatment_finish").toHaveClass("btn-secondary");
    await contains(".o_clinic_skin_score").click();
    await animationFrame();
    expect(".o_clinic_treatment_missing").toHaveCount(0);
    expect(".o_clinic_treatment_finish").toHaveClass("btn-primary");
    expect.verifySteps([
        ["load", 7, 0, {}],
        ["load", 7, 0, {}],
    ]);
});

test("the pins of this treatment are drawn, the last map is copied with one tap", async () => {
    const pin = { view: "face_front", x: 0.5, y: 0.4, kind: "injection" };
    const proposals = { values: {}, note: null, map: { pins: [pin, pin], from: "as on 1 Mar", fits: true } };
    const running = treatment({ state: "in_progress", visit_state: "in_progress", proposals });
    onRpc("clinic.procedure", "action_copy_pins", ({ args }) => {
        expect.step(["copy", ...args]);
        running.pins = [pin];
        running.proposals = { values: {}, note: null, map: null };
        return true;
    });
    await openCard({ running });
    expect(".o_clinic_proposed_map .o_clinic_mini_pin").toHaveCount(2);
    await contains(".o_clinic_skin_copy").click();
    await animationFrame();
    expect(".o_clinic_skin .o_clinic_mini_pin").toHaveCount(1);
    expect(".o_clinic_skin_copy").toHaveCount(0);
    expect(".o_clinic_skin_map").toHaveText("Body Map (1)");
    expect.verifySteps([
        ["load", 7, 0, {}],
        ["copy", [21]],
        ["load", 7, 0, {}],
    ]);
});

test("what is proposed is told from what is recorded, and confirmed with one tap as it is shown", async () => {
    const phase = "Preparation";
    const step = { mandatory: true, done_at: false, skipped_reason: false, phase };
    const parameter = { unit: "J/cm²", minimum: 1, maximum: 40, recorded_at: false, value: 0, outside: false };
    const from = "as on 1 Mar";
    const running = treatment({
        state: "in_progress",
        visit_state: "in_progress",
        steps: [
            { ...step, id: 1, name: "Cleaned" },
            { ...step, id: 2, name: "Photo", mandatory: false },
            { ...step, id: 3, name: "Marked", skipped_reason: "Not needed" },
            { ...step, id: 4, name: "Shaved" },
        ],
        parameters: [
            { ...parameter, id: 5, name: "Fluence" },
            { ...parameter, id: 6, name: "Pulse" },
        ],
        proposals: {
            values: { 5: { value: 12.5, from }, 6: { value: 30, from } },
            note: { text: "<p>No tan</p>", from },
            map: null,
        },
    });
    onRpc("clinic.procedure.step", "write", ({ args }) => {
        expect.step(["steps", ...args]);
        return true;
    });
    onRpc("clinic.procedure.parameter", "enter", ({ args }) => {
        expect.step(["enter", ...args]);
        Object.assign(running.parameters[1], { recorded_at: "2026-03-30 09:30:00", value: 20 });
        delete running.proposals.values[6];
        return 20;
    });
    onRpc("clinic.procedure", "action_confirm_proposals", ({ args }) => {
        expect.step(["confirm", ...args]);
        return true;
    });
    await openCard({ running });
    await contains(".o_clinic_step_all").click();
    expect(".o_clinic_parameter[data-id='5'] input").toHaveValue("");
    expect(".o_clinic_parameter[data-id='5'] input.o_clinic_proposed").toHaveAttribute("placeholder", "12.5");
    expect(".o_clinic_parameter[data-id='5'] .o_clinic_proposed_from").toHaveText("Proposed: 12.5 J/cm², as on 1 Mar");
    expect(".o_clinic_proposed_note").toHaveText(/No tan/);
    await contains(".o_clinic_parameter[data-id='6'] input").edit("20", { confirm: "enter" });
    expect(".o_clinic_parameter[data-id='6'] .o_clinic_proposed_from").toHaveCount(0);
    await expect.waitForSteps([
        ["load", 7, 0, {}],
        ["steps", [1, 4], { done: true }],
        ["enter", [6], "value", 20, false],
    ]);
    await contains(".o_clinic_treatment_confirm").click();
    await animationFrame();
    expect.verifySteps([
        ["confirm", [21], { values: { 5: 12.5 }, note: "<p>No tan</p>", map: false }],
        ["load", 7, 0, {}],
    ]);
});

test("the skin type is asked before the start, and noted with one tap", async () => {
    const running = treatment({ asks_skin_type: [{ key: "4", label: "IV – burns little" }] });
    onRpc("clinic.procedure", "write", ({ args }) => {
        expect.step(["write", ...args]);
        running.asks_skin_type = [];
        return true;
    });
    await openCard({ running });
    await contains(".o_clinic_skin_type[data-key='4']").click();
    await animationFrame();
    expect(".o_clinic_skin_types").toHaveCount(0);
    expect.verifySteps([
        ["load", 7, 0, {}],
        ["write", [21], { skin_type: "4" }],
        ["load", 7, 0, {}],
    ]);
});
