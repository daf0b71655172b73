import { Component, useState } from "@odoo/owl";
import { amountText } from "@clinic_record/patient_card/patient_card_format";
import { treatmentSections } from "@clinic_record/treatment/treatment_sections";
import { useBus, useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";

/** What is used: scanned, or taken from what the protocol expects with one tap. */
export class TreatmentItems extends Component {
    static template = "clinic_record_stock.TreatmentItems";
    static props = { treatment: Object, onSave: Function, "*": true };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ barcode: "", quantities: {} });
        this.amountText = amountText;
        // A scanner types faster than anybody; whatever has the focus, its code arrives here.
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => this.scan(detail.barcode));
    }

    scan(barcode) {
        this.state.barcode = "";
        if (!barcode.trim() || !this.props.treatment.editable) {
            return;
        }
        return this.props.onSave(async () => {
            const logged = await this.orm.call("clinic.procedure", "scan", [[this.props.treatment.id], barcode]);
            const { product, quantity, uom, lot } = logged;
            const text = `${product} ${amountText(quantity, uom)}`;
            this.notification.add(lot ? _t("%(item)s, lot %(lot)s", { item: text, lot }) : text, { type: "success" });
        });
    }

    quantityOf(item) {
        return this.state.quantities[item.id] ?? item.quantity;
    }

    setQuantity(item, ev) {
        this.state.quantities[item.id] = ev.target.valueAsNumber;
    }

    use(item) {
        const args = [[this.props.treatment.id], item.product_id, this.quantityOf(item), item.uom_id];
        return this.props.onSave(() => this.orm.call("clinic.procedure", "consume", args));
    }

    undo(item) {
        return this.props.onSave(() => this.orm.call("clinic.consumption", "action_undo", [[item.id]]));
    }
}

treatmentSections.add("items", { Component: TreatmentItems }, { sequence: 30 });
