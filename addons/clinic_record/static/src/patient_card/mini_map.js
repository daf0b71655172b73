import { Component } from "@odoo/owl";
import { VIEWS, WIDTH } from "../body_map/body_map_views";
import { amountText } from "./patient_card_format";

/** The body map of a past procedure at a glance: where, and how much. */
export class MiniMap extends Component {
    static template = "clinic_record.MiniMap";
    static props = { pins: Array };

    setup() {
        this.width = WIDTH;
        this.doseText = (pin) => amountText(pin.quantity);
    }

    get maps() {
        return VIEWS.map((view) => ({
            ...view,
            drawing: `clinic_record.drawing_${view.key}`,
            pins: this.props.pins.filter((pin) => pin.view === view.key),
        })).filter((view) => view.pins.length);
    }
}
