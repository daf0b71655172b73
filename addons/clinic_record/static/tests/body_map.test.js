import { describe, expect, test } from "@odoo/hoot";
import { click, press, queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { totalsOf } from "@clinic_record/body_map/body_map_pins";
import { Zoom } from "@clinic_record/body_map/body_map_zoom";

describe.current.tags("desktop");
defineMailModels();

class Procedure extends models.Model {
    _name = "clinic.procedure";

    pin_ids = fields.One2many({ relation: "clinic.body.pin", relation_field: "procedure_id" });
    readonly = fields.Boolean();

    _records = [{ id: 1, pin_ids: [1], readonly: false }];
}

class Pin extends models.Model {
    _name = "clinic.body.pin";

    procedure_id = fields.Many2one({ relation: "clinic.procedure" });
    view = fields.Selection({
        selection: [
            ["face_front", "Face"],
            ["body_back", "Back"],
        ],
        default: "face_front",
    });
    x = fields.Float({ digits: [6, 4] });
    y = fields.Float({ digits: [6, 4] });
    kind = fields.Selection({
        selection: [
            ["injection", "Injection"],
            ["lesion", "Lesion"],
        ],
        default: "injection",
    });
    product_id = fields.Many2one({ relation: "product" });
    quantity = fields.Float();
    active = fields.Boolean({ default: true });

    _records = [
        {
            id: 1,
            procedure_id: 1,
            view: "face_front",
            x: 0.5,
            y: 0.4,
            kind: "injection",
            product_id: 1,
            quantity: 4,
            active: true,
        },
    ];
}

class Product extends models.Model {
    _name = "product";

    name = fields.Char();

    _records = [
        { id: 1, name: "Toxin" },
        { id: 2, name: "Filler" },
    ];
}

defineModels([Procedure, Pin, Product]);

const arch = `<form>
    <field name="readonly" invisible="1"/>
    <field name="pin_ids" widget="clinic_body_map" readonly="readonly">
        <list>
            <field name="view"/><field name="x"/><field name="y"/><field name="kind"/>
            <field name="product_id"/><field name="quantity"/><field name="active"/>
        </list>
    </field>
</form>`;

const past = { date: "2026-03-02", pins: [{ id: 9, view: "face_front", x: 0.3, y: 0.4, kind: "injection" }] };

function mountMap() {
    onRpc("clinic.procedure", "load_body_map", () => ({
        previous: past,
        products: [{ id: 1, display_name: "Toxin" }],
    }));
    return mountView({ type: "form", resModel: "clinic.procedure", resId: 1, arch });
}

async function tap(x, y) {
    const { width, height } = queryOne(".o_clinic_map_drawing").getBoundingClientRect();
    await click(".o_clinic_map_drawing", { position: { x: width * x, y: height * y }, relative: true });
    await animationFrame();
    await animationFrame();
}

const total = () => queryAllTexts(".o_clinic_map_total");
const pins = () => queryAll(".o_clinic_map_drawing [data-pin]");

test("a tap sets a pin like the last one", async () => {
    await mountMap();
    expect(pins()).toHaveLength(1);
    await tap(0.3, 0.5);
    await tap(0.7, 0.5);
    expect(pins()).toHaveLength(3);
    expect(queryAllTexts(".o_clinic_map_drawing [data-pin] text")).toEqual(["4", "4", "4"]);
    expect(total()).toEqual(["Toxin\n12"]);
    onRpc("clinic.procedure", "web_save", ({ args }) => {
        const created = args[1].pin_ids.filter(([command]) => command === 0).map((command) => command[2]);
        expect(created.map(({ product_id, quantity, kind }) => [product_id, quantity, kind])).toEqual([
            [1, 4, "injection"],
            [1, 4, "injection"],
        ]);
        expect(Math.round(created[0].x * 100)).toBe(30);
        expect(Math.round(created[0].y * 100)).toBe(50);
        expect.step("saved");
    });
    await contains(".o_form_button_save").click();
    expect.verifySteps(["saved"]);
});

test("arrow keys move a pin, and the whole way is saved", async () => {
    await mountMap();
    queryOne(".o_clinic_map_item").focus();
    await press("ArrowRight");
    await press("ArrowRight");
    await press(["shift", "ArrowDown"]);
    await advanceTime(400);
    await animationFrame();
    onRpc("clinic.procedure", "web_save", ({ args }) => {
        expect(args[1].pin_ids).toEqual([[1, 1, { x: 0.51, y: 0.425 }]]);
        expect.step("saved");
    });
    await contains(".o_form_button_save").click();
    expect.verifySteps(["saved"]);
});

test("a pin is changed in a popover, and the total with it", async () => {
    await mountMap();
    await click(".o_clinic_map_item");
    await animationFrame();
    await animationFrame();
    await contains(".o_clinic_map_popover [name=quantity] input").edit("2.5");
    expect(total()).toEqual(["Toxin\n2.5"]);
    await contains(".o_clinic_map_popover .btn-primary").click();
    expect(".o_clinic_map_popover").toHaveCount(0);
});

test("a pin is taken off, not deleted", async () => {
    await mountMap();
    queryOne(".o_clinic_map_item").focus();
    await press("Delete");
    await animationFrame();
    expect(pins()).toHaveLength(0);
    expect(".o_clinic_map_empty").toHaveCount(1);
    onRpc("clinic.procedure", "web_save", ({ args }) => {
        expect(args[1].pin_ids).toEqual([[1, 1, { active: false }]]);
        expect.step("saved");
    });
    await contains(".o_form_button_save").click();
    expect.verifySteps(["saved"]);
});

test("lesions have another shape and no product; other drawings their own pins", async () => {
    await mountMap();
    await contains(".o_clinic_map_bar button[data-kind=lesion]").click();
    await tap(0.3, 0.6);
    expect(".o_clinic_map_drawing [data-kind=lesion] path.o_shape").toHaveCount(1);
    expect(".o_clinic_map_drawing [data-kind=injection] circle.o_shape").toHaveCount(1);
    expect(total()).toEqual(["Toxin\n4"]);
    await contains("button[data-view=body_back]").click();
    expect(pins()).toHaveLength(0);
    expect(".o_clinic_map_item").toHaveCount(2);
});

test("the last map is shown faintly, to compare", async () => {
    await mountMap();
    expect(".o_clinic_pin.o_past").toHaveCount(0);
    await contains("button[name=show_past]").click();
    expect(".o_clinic_pin.o_past").toHaveCount(1);
    expect(pins()).toHaveLength(1);
});

test("what is closed is only looked at", async () => {
    Procedure._records[0].readonly = true;
    await mountMap();
    await tap(0.3, 0.5);
    expect(pins()).toHaveLength(1);
    queryOne(".o_clinic_map_item").focus();
    await press("Delete");
    await press("ArrowLeft");
    await animationFrame();
    expect(pins()).toHaveLength(1);
    expect(".o_clinic_map_add").toHaveCount(0);
    expect(".o_form_status_indicator_buttons.invisible").toHaveCount(1);
});

test("zooming keeps the point under the finger where it is, and the drawing in its frame", () => {
    const zoom = new Zoom(500);
    const rect = { left: 0, top: 0, width: 400, height: 500 };
    const finger = { clientX: 100, clientY: 400 };
    const before = zoom.place(finger, rect);
    zoom.by(3, before);
    const after = zoom.place(finger, rect);
    expect(Math.round(after.x * 1000)).toBe(Math.round(before.x * 1000));
    expect(Math.round(after.y * 1000)).toBe(Math.round(before.y * 1000));
    zoom.pan(5000, 5000, rect);
    expect([zoom.box.left, zoom.box.top]).toEqual([0, 0]);
    zoom.by(0.01);
    expect(zoom.viewBox).toBe("0 0 400 500");
});

test("totals are by product and unit", () => {
    const pin = (product, quantity, unit = "U") => ({
        data: {
            product_id: product && { id: product, display_name: `P${product}` },
            uom_id: { id: unit, display_name: unit },
            quantity,
        },
    });
    const totals = totalsOf([pin(1, 2.5), pin(1, 4), pin(2, 0.1, "ml"), pin(2, 0.2, "ml"), pin(false, 9)]);
    expect(totals.map(({ product, quantity, unit }) => `${product} ${quantity} ${unit}`)).toEqual([
        "P1 6.5 U",
        "P2 0.3 ml",
    ]);
});
