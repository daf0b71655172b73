import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** The first of these fields that is shown and still empty has the cursor once the patient is chosen. */
const ASKED = ["patient_phone", "patient_birth_date", "treatment_ids"];

/** Book by phone without reaching for the mouse: who was chosen is followed by what is asked next. */
export class BookingFormController extends FormController {
    setup() {
        super.setup();
        let shown = false;
        useEffect(
            (patientId) => {
                // Whom the dialog was opened for was not chosen in it.
                if (patientId && shown) {
                    this.askNext();
                }
                shown = true;
            },
            () => [this.patientId],
        );
    }

    get patientId() {
        return this.model.root.data.patient_id?.id;
    }

    /** The list of proposals closes after this patch, and a Tab would otherwise leave the cursor on nothing. */
    async askNext() {
        await new Promise(requestAnimationFrame);
        for (const name of ASKED) {
            const input = this.rootRef.el?.querySelector(`[name="${name}"] :is(input, button.o_input)`);
            if (input && !input.value) {
                input.focus();
                return;
            }
        }
    }
}

registry.category("views").add("clinic_visit_book", { ...formView, Controller: BookingFormController });
