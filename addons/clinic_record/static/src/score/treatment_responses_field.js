import { Component } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const LABELS = {
    cleared: _t("Cleared"),
    better: _t("Better"),
    same: _t("The same"),
    worse: _t("Worse"),
};
const SIGNS = {
    cleared: "fa-check-circle text-success",
    better: "fa-arrow-up text-success",
    same: "fa-minus text-warning",
    worse: "fa-arrow-down text-danger",
};

/** What worked and what did not: each treatment with its best and its last response. */
export class TreatmentResponsesField extends Component {
    static template = "clinic_record.TreatmentResponsesField";
    static props = { ...standardFieldProps };

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    label(response) {
        return LABELS[response];
    }

    sign(response) {
        return SIGNS[response];
    }

    day(date) {
        return formatDate(deserializeDate(date));
    }
}

registry.category("fields").add("clinic_treatment_responses", {
    component: TreatmentResponsesField,
    displayName: _t("What worked"),
    supportedTypes: ["json"],
});
