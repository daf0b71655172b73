import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { clickSave, contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

class ProcedureStep extends models.Model {
    _name = "clinic.procedure.step";

    name = fields.Char();
    phase = fields.Selection({
        selection: [
            ["access", "Access Check"],
            ["procedure", "Procedure"],
            ["advice", "Advice"],
        ],
    });
    mandatory = fields.Boolean();
    done = fields.Boolean();
    done_at = fields.Datetime();
    done_by_id = fields.Many2one({ relation: "res.users" });
    skipped_reason = fields.Char();
    skipped_at = fields.Datetime();
    skipped_by_id = fields.Many2one({ relation: "res.users" });

    _records = [
        { id: 1, name: "Asked", phase: "access", mandatory: true },
        { id: 2, name: "Injected", phase: "procedure", mandatory: true, done: true },
        { id: 3, name: "Massaged", phase: "procedure" },
    ];
}

class Measure extends models.Model {
    _name = "clinic.procedure.parameter";

    value = fields.Float();
    recorded_at = fields.Datetime();

    _records = [
        { id: 1, value: 0, recorded_at: false },
        { id: 2, value: 0, recorded_at: "2026-03-30 10:00:00" },
    ];
}

class Procedure extends models.Model {
    _name = "clinic.procedure";

    missing = fields.Json();
    step_ids = fields.One2many({ relation: "clinic.procedure.step" });

    _records = [
        {
            id: 1,
            missing: [{ key: "step-1", text: "Do it: Asked", action: false }],
            step_ids: [1, 2, 3],
        },
    ];
}

defineModels([ProcedureStep, Measure, Procedure]);

beforeEach(() => {
    onRpc("clinic.procedure.step", "action_toggle", ({ args }) => {
        expect.step(`toggle ${args[0]}`);
        return true;
    });
});

const recordForm = () =>
    mountView({
        type: "form",
        resModel: "clinic.procedure",
        resId: 1,
        arch: `
            <form>
                <field name="missing" widget="clinic_record_missing"/>
                <field name="step_ids" widget="clinic_record_steps">
                    <list>
                        <field name="name"/><field name="phase"/><field name="mandatory"/><field name="done"/>
                        <field name="done_at"/><field name="done_by_id"/><field name="skipped_reason"/>
                        <field name="skipped_at"/><field name="skipped_by_id"/>
                    </list>
                </field>
            </form>`,
    });

const measureForm = (resId) =>
    mountView({
        type: "form",
        resModel: "clinic.procedure.parameter",
        resId,
        arch: `<form><field name="value" widget="clinic_measure"/></form>`,
    });

test("steps stand under the headings of their phases", async () => {
    await recordForm();
    expect(queryAllTexts(".o_clinic_steps .text-uppercase")).toEqual(["ACCESS CHECK", "PROCEDURE"]);
    expect(".o_clinic_step").toHaveCount(3);
    expect(".o_clinic_step[aria-checked='true']").toHaveText("Injected");
    expect(".o_clinic_step_skip").toHaveCount(2);
    expect(queryFirst(".o_clinic_step").getBoundingClientRect().height).toBeGreaterThan(43);
});

test("one tap ticks a step on the server", async () => {
    await recordForm();
    await contains(".o_clinic_step:first").click();
    expect.verifySteps(["toggle 1"]);
});

test("what is missing is named and can be tapped", async () => {
    await recordForm();
    expect(".o_clinic_missing button").toHaveText("Do it: Asked");
    await contains(".o_clinic_missing button").click();
    await animationFrame();
    expect("[data-key='step-1']").toBeVisible();
});

test("a measure is empty until it is entered", async () => {
    await measureForm(1);
    expect(".o_field_widget[name=value] input").toHaveValue("");
});

test("zero that was measured is shown", async () => {
    await measureForm(2);
    expect(".o_field_widget[name=value] input").toHaveValue("0.00");
});

test("zero can be entered, and a value taken back", async () => {
    onRpc("clinic.procedure.parameter", "web_save", ({ args }) => {
        expect.step(args[1]);
    });
    await measureForm(1);
    await contains(".o_field_widget[name=value] input").edit("0");
    await clickSave();
    expect.verifySteps([{ value: 0 }]);
    await contains(".o_field_widget[name=value] input").edit("12");
    await contains(".o_field_widget[name=value] input").edit("");
    await clickSave();
    expect.verifySteps([{ value: false }]);
});
