import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";

const SCALES = [
    { days: 1, label: _t("Day") },
    { days: 3, label: _t("3 Days") },
    { days: 7, label: _t("Week") },
];
const GROUPS = [
    { name: "practitioner", label: _t("Practitioners"), icon: "fa-user-md" },
    { name: "room", label: _t("Rooms"), icon: "fa-map-marker" },
    { name: "device", label: _t("Devices"), icon: "fa-bolt" },
];

/** What the columns are, how many days there are, and what stands beside them. */
export class BoardOptions extends Component {
    static template = "clinic_visit.BoardOptions";
    static components = { Dropdown, DropdownItem };
    static props = {
        board: Object,
        choice: Object,
        hasArrivals: Boolean,
        onShow: Function,
        onPrint: Function,
        onArrivals: Function,
    };

    setup() {
        this.scales = SCALES;
        this.groups = GROUPS;
    }

    get scale() {
        return SCALES.find((scale) => scale.days === this.props.choice.days);
    }

    get group() {
        return GROUPS.find((group) => group.name === this.props.choice.group);
    }

    groupClass(group) {
        return `o_clinic_board_group_${group.name} ${group === this.group ? "active" : ""}`;
    }

    scaleClass(scale) {
        return `o_clinic_board_scale_${scale.days} ${scale === this.scale ? "active" : ""}`;
    }
}
