import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { durationText, minutesSince, timeText } from "./board_format";
import { useNow } from "./board_now";

/** Who is expected today and who is waiting; an arrival is one tap. */
export class BoardArrivals extends Component {
    static template = "clinic_visit.BoardArrivals";
    static props = { board: Object, onStep: Function, onSelect: Function, onClose: Function };

    setup() {
        this.now = useNow();
        this.timeText = timeText;
    }

    /** Those who have waited longest stand first. */
    get waiting() {
        const waiting = this.props.board.arrivals.filter((visit) => visit.state === "arrived");
        return waiting.sort((a, b) => a.arrived_at - b.arrived_at);
    }

    get due() {
        return this.props.board.arrivals.filter((visit) => ["held", "booked"].includes(visit.state));
    }

    get lateCount() {
        return this.due.filter((visit) => this.lateMinutes(visit)).length;
    }

    waitingText(visit) {
        return durationText(minutesSince(visit.arrived_at, this.now.time));
    }

    lateMinutes(visit) {
        return visit.state === "booked" ? minutesSince(visit.start, this.now.time) : 0;
    }

    lateText(visit) {
        const minutes = this.lateMinutes(visit);
        return minutes ? _t("%s late", durationText(minutes)) : "";
    }

    arrive(visit) {
        this.props.onStep("arrive", { id: visit.procedure_id, visit_id: visit.visit_id });
    }
}
