import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, useRef } from "@odoo/owl";

const SHOWN = 3;

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
        form.querySelector(".o_notebook .nav-link[name='clinical_record']")?.click();
        // The page is drawn after the tap.
        requestAnimationFrame(() => {
            const [part] = entry.key.split("-");
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
