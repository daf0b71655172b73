import { Component, onMounted, useState } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { useService } from "@web/core/utils/hooks";
import { ClinicBoard } from "@clinic_visit/board/board";

/** On the board: how many patients are to be called today, and the way to them. */
export class BoardDue extends Component {
    static template = "clinic_followup.BoardDue";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ count: 0 });
        onMounted(() => this.load());
    }

    /** After the board is there, so that it does not wait; without the count the board is as good. */
    async load() {
        this.state.count = await this.orm.silent.call("clinic.due.list", "count_due", []).catch(() => 0);
    }

    open() {
        return this.action.doAction("clinic_followup.clinic_due_list_action");
    }
}

patch(ClinicBoard, { components: { ...ClinicBoard.components, BoardDue } });
