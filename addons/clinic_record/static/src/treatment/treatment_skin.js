import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { MiniMap } from "../patient_card/mini_map";

/** What is marked on the body map, and the ways to mark, to judge and to score, each a dialog. */
export class TreatmentSkin extends Component {
    static template = "clinic_record.TreatmentSkin";
    static components = { MiniMap };
    static props = { treatment: Object, proposals: Object, onSave: Function, onLeaveOut: Function, "*": true };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get pins() {
        return this.props.treatment.pins;
    }

    /** The last body map, which is proposed. */
    get proposed() {
        return this.props.proposals.map;
    }

    copy() {
        const args = [[this.props.treatment.id]];
        this.props.onSave(() => this.orm.call("clinic.procedure", "action_copy_pins", args), true);
    }

    /** Open the dialog that the server's `method` describes; what it changed is read when it closes. */
    async open(method) {
        const action = await this.orm.call("clinic.procedure", method, [[this.props.treatment.id]]);
        await this.action.doAction(action, { onClose: () => this.props.onSave(() => {}, true) });
    }
}
