import { Component } from "@odoo/owl";
import { useDateTimePicker } from "@web/core/datetime/datetime_picker_hook";

/** Which days are shown. */
export class BoardDates extends Component {
    static template = "clinic_visit.BoardDates";
    static props = { board: Object, onShow: Function, onStep: Function };

    setup() {
        this.picker = useDateTimePicker({
            target: "date",
            pickerProps: { value: this.first, type: "date" },
            onApply: (date) => date && this.props.onShow({ day: date.toISODate() }),
        });
    }

    get first() {
        return this.props.board.days[0].date;
    }

    get title() {
        const { days } = this.props.board;
        if (days.length === 1) {
            return this.first.toFormat(this.env.isSmall ? "ccc d LLL" : "cccc, d LLLL yyyy");
        }
        return `${this.first.toFormat("d LLL")} – ${days.at(-1).date.toFormat("d LLL yyyy")}`;
    }

    get isToday() {
        return this.props.board.days.some((day) => day.isToday);
    }

    pickDate() {
        this.picker.state.value = this.first;
        this.picker.open();
    }
}
