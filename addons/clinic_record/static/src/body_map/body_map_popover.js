import { Component } from "@odoo/owl";
import { Field } from "@web/views/fields/field";

/** What a pin says, to be corrected. */
export class BodyMapPopover extends Component {
    static template = "clinic_record.BodyMapPopover";
    static components = { Field };
    static props = {
        record: Object,
        columns: Array,
        readonly: Boolean,
        onRemove: Function,
        close: Function,
    };

    get columns() {
        const { record, columns, readonly } = this.props;
        const used = record.data.kind === "injection" || record.data.product_id;
        const ofProduct = ["product_id", "quantity", "uom_id", "depth"];
        return columns.filter(({ name }) => (used || !ofProduct.includes(name)) && !(readonly && !record.data[name]));
    }

    remove() {
        this.props.onRemove();
        this.props.close();
    }
}
