import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The questions of a score as a table, in the layout that the record's `layout` tells; the score is computed at once. */
export class ScoreItemsField extends Component {
    static template = "clinic_record.ScoreItemsField";
    static props = { ...standardFieldProps };

    get layout() {
        return this.props.record.data.layout || { rows: [] };
    }

    get items() {
        return this.props.record.data[this.props.name] || {};
    }

    /** Return whether `option` of `cell` is the answer. */
    isChosen(cell, option) {
        return this.items[cell.key] === option[0];
    }

    /** Return whether the answers of this row are not needed, because its region is not affected. */
    isUnaffected(row) {
        const area = row.cells.at(-1);
        return area.key.endsWith("_area") && this.items[area.key] === 0;
    }

    choose(cell, value) {
        if (this.props.readonly) {
            return;
        }
        const items = { ...this.items };
        if (items[cell.key] === value) {
            delete items[cell.key];
        } else {
            items[cell.key] = value;
        }
        return this.props.record.update({ [this.props.name]: items });
    }

    toggle(item, ev) {
        return this.choose({ key: item.key }, ev.target.checked ? 1 : 0);
    }
}

export const scoreItemsField = {
    component: ScoreItemsField,
    displayName: _t("Questions of a score"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "layout", type: "json" }],
};

registry.category("fields").add("clinic_score_items", scoreItemsField);
