import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, useRef } from "@odoo/owl";

const SHOWN = 3;

/** Pages of the form where something may be missing, by the first word of its key; else it is the record itself. */
export const recordPages = registry.category("clinic_record_pages");

/** What a procedure's record still lacks; a tap on an entry leads to its place on the form. */
export class RecordMissing extends Component {
    static template = "clinic_record.RecordMissing";
    static props = { ...standardFieldProps };

    setup() {
        this.root = useRef("root");
    }

    get missing() {
        return this.props.record.data[this.props.name] || [];
    }

    /** The next few; the rest comes up when they are done. */
    get next() {
        return this.missing.slice(0, SHOWN);
    }

    goTo(entry) {
        const form = this.root.el.closest(".o_form_view");
        const [part] = entry.key.split("-");
        const page = recordPages.get(part, "clinical_record");
        form.querySelector(`.o_notebook .nav-link[name='${page}']`)?.click();
        // The page is drawn after the tap.
        requestAnimationFrame(() => {
            const place =
                form.querySelector(`[data-key="${entry.key}"]`) ?? form.querySelector(`.o_clinic_place_${part}`);
            place?.scrollIntoView({ behavior: "smooth", block: "center" });
        });
    }
}

registry.category("fields").add("clinic_record_missing", {
    component: RecordMissing,
    supportedTypes: ["json"],
});
