import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/** What the device was set to, with the allowed range; outside of it a reason is asked for. */
export class TreatmentParameters extends Component {
    static template = "clinic_record.TreatmentParameters";
    static props = { treatment: Object, onSave: Function, "*": true };

    setup() {
        this.orm = useService("orm");
    }

    rangeOf({ minimum, maximum }) {
        return minimum || maximum ? `${minimum} – ${maximum}` : "";
    }

    save(parameter, values) {
        this.props.onSave(() => this.orm.write("clinic.procedure.parameter", [parameter.id], values));
    }

    saveValue(parameter, ev) {
        const { value, valueAsNumber } = ev.target;
        this.save(parameter, { value: value === "" ? false : valueAsNumber });
    }

    saveReason(parameter, ev) {
        this.save(parameter, { reason: ev.target.value });
    }
}
