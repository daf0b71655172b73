import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Where the recorded dose, the items used and the body map do not agree, one line each. */
export class DoseDifferences extends Component {
    static template = "clinic_record_stock.DoseDifferences";
    static props = { ...standardFieldProps };

    get differences() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("clinic_dose_differences", { component: DoseDifferences, supportedTypes: ["json"] });
