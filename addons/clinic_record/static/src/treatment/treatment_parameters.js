import { Component, onWillUnmount } from "@odoo/owl";
import { KeptInput } from "@clinic/unsaved/kept_input";
import { UnsavedTrouble } from "@clinic/unsaved/unsaved_status";
import { useService } from "@web/core/utils/hooks";
import { numberText, readNumber } from "./treatment_numbers";

/** What the device was set to, with the allowed range; outside of it a reason is asked for. */
export class TreatmentParameters extends Component {
    static template = "clinic_record.TreatmentParameters";
    static components = { KeptInput, UnsavedTrouble };
    static props = { treatment: Object, unsaved: Object, proposals: Object, onSave: Function, "*": true };

    setup() {
        this.orm = useService("orm");
        onWillUnmount(this.props.unsaved.handle("parameter", (key, text, seen) => this.save(key, text, seen)));
    }

    rangeOf({ minimum, maximum }) {
        return minimum || maximum ? `${numberText(minimum)} – ${numberText(maximum)}` : "";
    }

    keyOf(parameter, name) {
        return `parameter/${parameter.id}/${name}`;
    }

    /** What is proposed, as long as nothing was typed. */
    proposalOf(parameter) {
        return this.props.proposals.values[parameter.id];
    }

    proposedText(parameter) {
        const proposal = this.proposalOf(parameter);
        return proposal ? numberText(proposal.value) : "";
    }

    /** e.g. "12.5 J/cm²" */
    amountOf(parameter) {
        return [this.proposedText(parameter), parameter.unit].filter(Boolean).join(" ");
    }

    valueText(parameter) {
        return parameter.recorded_at ? numberText(parameter.value) : "";
    }

    /** Send what was typed, unless the value has changed since it was `seen`; return what is kept now. */
    async save(key, text, seen) {
        const [, id, name] = key.split("/");
        const value = name === "value" ? readNumber(text) : text.trim() || false;
        const args = [[Number(id)], name, value, seen];
        let kept = null;
        await this.props.onSave(async () => {
            kept = await this.orm.call("clinic.procedure.parameter", "enter", args);
        });
        return kept;
    }
}
