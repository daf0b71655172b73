import { Component, markup, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { MiniMap } from "./mini_map";
import { RESPONSES, agoText, amountText, dayText } from "./patient_card_format";

/** What other addons show of a procedure in the history: {Component}, which gets {entry}. */
export const patientCardEntryParts = registry.category("clinic_patient_card_entry_parts");

/** One procedure of the history. */
export class PatientCardEntry extends Component {
    static template = "clinic_record.PatientCardEntry";
    static components = { MiniMap };
    static props = { entry: Object, onOpen: Function };

    setup() {
        this.state = useState({ isOpen: false });
        this.amountText = amountText;
        this.lookOf = (response) => RESPONSES[response.response];
    }

    get entry() {
        return this.props.entry;
    }

    get parts() {
        return patientCardEntryParts.getEntries().map(([name, part]) => ({ name, ...part }));
    }

    get day() {
        return dayText(this.entry.date);
    }

    get ago() {
        return agoText(this.entry.date);
    }

    get where() {
        const { practitioner, branch } = this.entry;
        return [practitioner, branch].filter(Boolean).join(" · ");
    }

    /** The notes as they stand now: what was amended is behind its amendment. */
    get notes() {
        const amended = new Set(this.entry.notes.map((note) => note.amends_id));
        return (
            this.entry.notes
                .filter((note) => !amended.has(note.id))
                // The server keeps no HTML that it did not clean.
                .map((note) => ({ ...note, html: markup(note.body || "") }))
        );
    }

    get parameters() {
        return this.entry.parameters.map((one) => `${one.name} ${amountText(one.value, one.unit)}`).join(" · ");
    }

    /** What was injected where, in words: "Forehead: Toxin 12 U". */
    get pins() {
        const places = new Map();
        for (const pin of this.entry.pins) {
            const key = [pin.area, pin.product, pin.uom].join("|");
            const place = places.get(key) || { ...pin, quantity: 0, count: 0 };
            place.quantity += pin.quantity || 0;
            place.count++;
            places.set(key, place);
        }
        return [...places.entries()].map(([key, { area, product, quantity, uom, count }]) => ({
            key,
            text: [area, product, quantity ? amountText(quantity, uom) : null, count > 1 ? `×${count}` : null]
                .filter(Boolean)
                .join(" "),
        }));
    }

    toggle() {
        this.state.isOpen = !this.state.isOpen;
    }
}
