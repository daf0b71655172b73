import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";

/** A measured number: empty until it is entered, because 0 is a value, too. */
export class MeasureField extends FloatField {
    get formattedValue() {
        const { recorded_at } = this.props.record.data;
        return recorded_at || this.value ? super.formattedValue : "";
    }

    parse(value) {
        if (!value.trim()) {
            return false;
        }
        const number = super.parse(value);
        if (number === 0) {
            // Equal to what stands for “not entered”, so that the field would not see a change.
            this.props.record.update({ [this.props.name]: 0 });
        }
        return number;
    }
}

registry.category("fields").add("clinic_measure", {
    ...floatField,
    component: MeasureField,
    additionalClasses: ["o_clinic_measure"],
    fieldDependencies: [{ name: "recorded_at", type: "datetime" }],
});
