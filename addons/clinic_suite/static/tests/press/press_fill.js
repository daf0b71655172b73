import { evaluateExpr } from "@web/core/py_js/py";

import { idle } from "./press_watch";

const { DateTime } = luxon;

/** All components below `node`, outermost first. */
export const componentsOf = function* (node) {
    yield node.component;
    for (const child of Object.values(node.children)) {
        yield* componentsOf(child);
    }
};

/** The record of the form in the topmost dialog, if there is one. */
function formInDialog() {
    let record = null;
    for (const component of componentsOf(odoo.__WOWL_DEBUG__.root.__owl__)) {
        if (component.env?.inDialog && component.model?.root?.data && component.props.archInfo) {
            record = component.model.root;
        }
    }
    return record;
}

async function firstOf(record, name) {
    const { relation } = record.fields[name];
    const asked = record.activeFields[name].domain || record.fields[name].domain || [];
    // An expression that puts lists together is a domain only once it is evaluated.
    const domain = typeof asked === "string" ? evaluateExpr(asked, record.evalContext) : asked;
    const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
    const [found] = await orm.call(relation, "name_search", ["", domain], { limit: 1 });
    return found && { id: found[0], display_name: found[1] };
}

const VALUES = {
    char: () => "As the patient asked",
    text: () => "As the patient asked",
    html: () => "<p>As the patient asked</p>",
    integer: () => 1,
    float: () => 1,
    monetary: () => 1,
    date: () => DateTime.local().startOf("day"),
    datetime: () => DateTime.local().plus({ hours: 2 }).startOf("minute"),
    boolean: () => true,
    selection: (field) => field.selection.find((option) => option[0])?.[0],
};

/** Give each field that the dialog's form asks for a value which somebody might enter. */
export async function fill() {
    const record = formInDialog();
    if (!record) {
        return;
    }
    for (const name of record.fieldNames) {
        const { type, readonly } = record.fields[name];
        const value = record.data[name];
        const isEmpty = type.endsWith("2many") ? !value.count : !value || value.toString() === "";
        if (!isEmpty || readonly || !record._isRequired(name) || record._isInvisible(name)) {
            continue;
        }
        if (type === "many2one") {
            await record.update({ [name]: await firstOf(record, name) });
        } else if (type === "many2many") {
            const first = await firstOf(record, name);
            if (first) {
                await record.data[name].addAndRemove({ add: [first.id] });
            }
        } else if (VALUES[type]) {
            await record.update({ [name]: VALUES[type](record.fields[name]) });
        }
        await idle();
    }
}
