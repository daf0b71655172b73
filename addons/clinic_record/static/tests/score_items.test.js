import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const options = [
    [0, "0 %"],
    [1, "1–9 %"],
];
const layout = {
    columns: ["Erythema", "Area"],
    rows: [
        {
            label: "Trunk",
            cells: [
                { key: "trunk_erythema", options },
                { key: "trunk_area", options },
            ],
        },
    ],
    switches: [{ key: "under_8", label: "Younger than 8 years" }],
};

class Score extends models.Model {
    _name = "clinic.score";

    items = fields.Json();
    layout = fields.Json();

    _records = [{ id: 1, items: { trunk_area: 1 }, layout }];
}

defineModels([Score]);

test("answers are tapped, changed and taken back", async () => {
    await mountView({
        type: "form",
        resModel: "clinic.score",
        resId: 1,
        arch: `<form><field name="items" widget="clinic_score_items"/></form>`,
    });
    expect(queryAllTexts(".o_clinic_score th[scope=col]")).toEqual(["Erythema", "Area"]);
    expect("[data-item=trunk_area][data-value='1'][aria-checked=true]").toHaveCount(1);
    await contains("[data-item=trunk_erythema][data-value='1']").click();
    await contains("[data-item=trunk_area][data-value='0']").click();
    expect("[data-item=trunk_area][data-value='0'][aria-checked=true]").toHaveCount(1);
    await contains("[data-item=trunk_erythema][data-value='1']").click();
    await contains("input[name=under_8]").click();
    onRpc("clinic.score", "web_save", ({ args }) => {
        expect(args[1].items).toEqual({ trunk_area: 0, under_8: 1 });
        expect.step("saved");
    });
    await contains(".o_form_button_save").click();
    expect.verifySteps(["saved"]);
});
