import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    makeServerError,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();

const card = (id) => `.o_clinic_board_card[data-id="${id}"]`;

function procedure(id, values = {}) {
    return {
        id,
        visit_id: id * 10,
        visit: `V/${id}`,
        visit_state: "booked",
        visit_start: "2026-03-30 10:00:00",
        visit_arrived_at: null,
        visit_started_at: null,
        visit_expires_at: null,
        state: "planned",
        start: "2026-03-30 10:00:00",
        stop: "2026-03-30 11:00:00",
        patient_id: id,
        patient: `Patient ${id}`,
        phone: "0300 1234567",
        treatment: "Facial",
        practitioner_id: 1,
        practitioner: "Dr Sana",
        room_id: 5,
        room: "Room 1",
        device_id: null,
        device: null,
        editable: true,
        steps: ["arrive", "move", "cancel"],
        flags: [{ kind: "new_patient", icon: "fa-star", label: "New patient" }],
        occupied: [],
        ...values,
    };
}

function board(procedures) {
    const column = (id, name) => ({
        id,
        resource_id: id + 100,
        name,
        color: 1,
        work: [["2026-03-30 08:00:00", "2026-03-30 18:00:00"]],
    });
    return {
        company_id: 1,
        zone: "UTC",
        now: "2026-03-30 09:30:00",
        today: "2026-03-30",
        days: ["2026-03-30"],
        group: "practitioner",
        slot_step: 15,
        can_book: true,
        can_block: true,
        columns: [column(1, "Dr Sana"), column(2, "Hina")],
        procedures,
        blocks: [
            { resource_id: 101, block_id: 7, name: "Lunch", start: "2026-03-30 13:00:00", stop: "2026-03-30 14:00:00" },
        ],
        arrivals: procedures.map((one) => ({
            visit_id: one.visit_id,
            visit: one.visit,
            patient_id: one.patient_id,
            patient: one.patient,
            phone: one.phone,
            practitioner: one.practitioner,
            treatments: [one.treatment],
            flags: one.flags,
            editable: one.editable,
            steps: one.steps,
            state: one.visit_state,
            start: one.visit_start,
            arrived_at: one.visit_arrived_at,
            procedure_id: one.id,
        })),
        counters: { due: 1, waiting: 0, in_treatment: 0, done: 0, late: 0 },
    };
}

let shown;

async function openBoard(procedures = [procedure(1)]) {
    shown = board(procedures);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "clinic_visit.board" });
    await animationFrame();
}

beforeEach(() => {
    mockDate("2026-03-30 09:30:00", +0);
    onRpc("clinic.board", "load", ({ kwargs }) => {
        expect.step(`load ${kwargs.day}`);
        return shown;
    });
    onRpc("clinic.board", "count_to_move", () => toMove);
});

let toMove = 0;

test("visits that have to be moved are counted, and stand one tap away", async () => {
    toMove = 3;
    mockService("action", {
        doAction(action) {
            if (typeof action === "string") {
                expect.step(action);
                return;
            }
            return super.doAction(...arguments);
        },
    });
    await openBoard();
    expect(".o_clinic_board_to_move").toHaveText(/^3/);
    await contains(".o_clinic_board_to_move").click();
    toMove = 0;
    expect.verifySteps(["load null", "clinic_visit.clinic_visit_action_to_move"]);
});

test("the card offers what the server offers", async () => {
    await openBoard([procedure(1, { steps: ["move", "rebook"] })]);
    expect(`${card(1)} button`).toHaveCount(0);
    expect(".o_clinic_board_arrive").toHaveCount(0);
    await contains(card(1)).click();
    expect(queryAllTexts(".o_clinic_board_popover [data-step]")).toEqual(["Move…", "Rebook"]);
    expect.verifySteps(["load null"]);
});

test("a card stands in its column, says its state in words and lists what to see", async () => {
    await openBoard();
    expect(queryAllTexts(".o_clinic_board_head .text-truncate")).toEqual(["Dr Sana", "Hina"]);
    expect(`.o_clinic_board_column[aria-label="Dr Sana"] ${card(1)}`).toHaveText(/Patient 1/);
    expect(queryOne(card(1)).getAttribute("aria-label")).toMatch(/Patient 1.*Facial.*Booked.*New patient.*Dr Sana/);
    expect(".o_clinic_board_block").toHaveText("Lunch");
    expect(`${card(1)} .fa-star`).toHaveCount(1);
    expect.verifySteps(["load null"]);
});

test("one tap on the card does the next step", async () => {
    onRpc("clinic.visit", "action_arrive", ({ args }) => {
        expect.step(`arrive ${args[0]}`);
        shown = board([
            procedure(1, { visit_state: "arrived", visit_arrived_at: "2026-03-30 09:20:00", steps: ["start"] }),
        ]);
        return true;
    });
    await openBoard();
    await contains(".o_clinic_board_arrive").click();
    expect(".o_clinic_board_arrival .o_clinic_board_wait").toHaveText("10 min");
    expect(card(1)).toHaveClass("o_clinic_board_arrived");
    expect.verifySteps(["load null", "arrive 10", "load null"]);
});

test("who may not change a card has no button and cannot drag it", async () => {
    await openBoard([procedure(1, { editable: false, steps: [] })]);
    expect(`${card(1)} button`).toHaveCount(0);
    expect(card(1)).not.toHaveClass("o_draggable");
    expect(".o_clinic_board_arrive").toHaveCount(0);
    expect.verifySteps(["load null"]);
});

test("the keyboard moves a card by a step", async () => {
    onRpc("clinic.procedure", "move", ({ args, kwargs }) => {
        expect.step([args, kwargs.start, kwargs.stop, kwargs.practitioner]);
        shown = board([procedure(1, { start: kwargs.start, stop: kwargs.stop })]);
        return true;
    });
    await openBoard();
    expect.verifySteps(["load null"]);
    queryOne(card(1)).focus();
    await press(["alt", "arrowdown"]);
    await animationFrame();
    expect.verifySteps([[[1], "2026-03-30 10:15:00", "2026-03-30 11:15:00", undefined], "load null"]);
    expect(card(1)).toBeFocused();
});

test("a refused move goes back, says why and offers other times", async () => {
    onRpc("clinic.procedure", "move", ({ kwargs }) => {
        expect.step(`move ${kwargs.start} to ${kwargs.practitioner}`);
        throw makeServerError({
            errorName: "odoo.addons.clinic_visit.exceptions.SlotTaken",
            message: "Hina is already booked.\nThe nearest free times: 11:30.",
            context: {
                alternatives: [{ start: "2026-03-30 11:30:00", practitioner_id: 2, text: "2026-03-30 11:30 Hina" }],
            },
        });
    });
    await openBoard();
    queryOne(card(1)).focus();
    await press(["alt", "arrowright"]);
    await animationFrame();
    expect(`.o_clinic_board_column[aria-label="Dr Sana"] ${card(1)}`).toHaveCount(1);
    expect(".o_notification_content").toHaveText("Patient 1 not moved. Hina is already booked.");
    expect.verifySteps(["load null", "move 2026-03-30 10:00:00 to 2"]);
    await contains(".o_notification_buttons button").click();
    expect.verifySteps(["move 2026-03-30 11:30:00 to 2"]);
});

test("a click on empty time books there", async () => {
    mockService("action", {
        doAction(action, options) {
            if (action === "clinic_visit.action_visit_book") {
                expect.step(options.additionalContext);
                return;
            }
            return super.doAction(...arguments);
        },
    });
    await openBoard();
    const { left, top, width, height } = queryOne('.o_clinic_board_column[aria-label="Hina"]').getBoundingClientRect();
    const y = top + (height / 10) * 7.3;
    await contains('.o_clinic_board_column[aria-label="Hina"]').click({ position: { x: left + width / 2, y } });
    expect.verifySteps(["load null", { default_start: "2026-03-30 15:15:00", default_practitioner_id: 2 }]);
});

test("another day is a key away", async () => {
    await openBoard();
    await press("pagedown");
    await press("t");
    await animationFrame();
    expect.verifySteps(["load null", "load 2026-03-31", "load null"]);
});
