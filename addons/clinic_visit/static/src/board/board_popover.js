import { Component, onMounted, useRef } from "@odoo/owl";
import { durationText, minutesSince, rangeText } from "./board_format";
import { useNow } from "./board_now";
import { STATUSES, stepsOf } from "./board_steps";

/** All that reception needs of a procedure, and the next step as its one primary button. */
export class BoardPopover extends Component {
    static template = "clinic_visit.BoardPopover";
    static props = {
        card: Object,
        board: Object,
        onStep: Function,
        onOpen: Function,
        onClose: Function,
        // A popover gives one, a bottom sheet on a phone does not.
        close: { type: Function, optional: true },
    };

    setup() {
        this.now = useNow();
        const primary = useRef("primary");
        // Enter opens the card, and Enter again does the next step. After the popover has noted what had the focus,
        // so that it goes back there.
        onMounted(() => Promise.resolve().then(() => primary.el?.focus()));
    }

    get card() {
        return this.props.card;
    }

    get status() {
        return STATUSES[this.card.status];
    }

    get steps() {
        return stepsOf(this.card, this.props.board);
    }

    get time() {
        return rangeText(this.card.start, this.card.stop);
    }

    get day() {
        return this.card.start.toFormat("cccc d LLLL");
    }

    get places() {
        const { practitioner, room, device } = this.card;
        return [
            { icon: "fa-user-md", name: practitioner },
            { icon: "fa-map-marker", name: room },
            { icon: "fa-bolt", name: device },
        ].filter((place) => place.name);
    }

    get waiting() {
        return this.card.status === "arrived" && durationText(minutesSince(this.card.visit_arrived_at, this.now.time));
    }

    do(step) {
        this.props.onClose();
        this.props.onStep(step.name, this.card);
    }

    open() {
        this.props.onClose();
        this.props.onOpen(this.card.visit_id);
    }
}
