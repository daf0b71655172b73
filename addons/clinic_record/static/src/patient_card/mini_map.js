import { Component } from "@odoo/owl";
import { VIEWS, WIDTH } from "../body_map/body_map_views";

/** The body map of a past procedure, too small to read the units: where, at a glance. */
export class MiniMap extends Component {
    static template = "clinic_record.MiniMap";
    static props = { pins: Array };

    setup() {
        this.width = WIDTH;
    }

    get maps() {
        return VIEWS.map((view) => ({
            ...view,
            drawing: `clinic_record.drawing_${view.key}`,
            pins: this.props.pins.filter((pin) => pin.view === view.key),
        })).filter((view) => view.pins.length);
    }
}
