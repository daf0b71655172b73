import { Component } from "@odoo/owl";
import { useDateTimePicker } from "@web/core/datetime/datetime_picker_hook";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";

export const SCALES = [
    { days: 1, label: _t("Day") },
    { days: 3, label: _t("3 Days") },
    { days: 7, label: _t("Week") },
];
export const GROUPS = [
    { name: "practitioner", label: _t("Practitioners") },
    { name: "room", label: _t("Rooms") },
    { name: "device", label: _t("Devices") },
];

/** Which days and which columns. */
export class BoardToolbar extends Component {
    static template = "clinic_visit.BoardToolbar";
    static components = { Dropdown, DropdownItem };
    static props = { board: Object, choice: Object, onShow: Function, onPrint: Function, onArrivals: Function, hasArrivals: Boolean };

    setup() {
        this.scales = SCALES;
        this.groups = GROUPS;
        const { first } = this;
        this.picker = useDateTimePicker({
            target: "date",
            pickerProps: { value: first, type: "date" },
            onApply: (date) => date && this.props.onShow({ day: date.toISODate() }),
        });
    }

    get first() {
        return this.props.board.days[0].date;
    }

    get title() {
        const last = this.props.board.days.at(-1).date;
        if (this.props.choice.days === 1) {
            return this.first.toFormat(this.env.isSmall ? "ccc d LLL" : "cccc, d LLLL yyyy");
        }
        return `${this.first.toFormat("d LLL")} – ${last.toFormat("d LLL yyyy")}`;
    }

    get scale() {
        return SCALES.find((scale) => scale.days === this.props.choice.days);
    }

    get isToday() {
        return this.props.board.days.some((day) => day.isToday);
    }

    step(direction) {
        this.props.onShow({ day: this.first.plus({ days: direction * this.props.choice.days }).toISODate() });
    }

    pickDate() {
        this.picker.state.value = this.first;
        this.picker.open();
    }
}
