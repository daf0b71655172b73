import { Component } from "@odoo/owl";
import { timeText } from "./board_format";
import { minutesOf } from "./board_layout";
import { useNow } from "./board_now";

/** The line at the present time across the columns of today. */
export class BoardNowLine extends Component {
    static template = "clinic_visit.BoardNowLine";
    static props = { board: Object, columns: Object };

    setup() {
        this.now = useNow();
    }

    get minutes() {
        const today = this.props.board.days.find((day) => day.isToday);
        return minutesOf(this.now.time, today.date);
    }

    get isShown() {
        const { start, stop } = this.props.board.axis;
        return this.minutes >= start && this.minutes <= stop;
    }

    get style() {
        const { first, last } = this.props.columns;
        return `grid-column: ${first} / ${last}; --start: ${this.minutes - this.props.board.axis.start}`;
    }

    get label() {
        return timeText(this.now.time);
    }
}
