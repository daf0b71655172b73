import { Component } from "@odoo/owl";
import { patientCardEntryParts } from "@clinic_record/patient_card/patient_card_entry";
import { amountText } from "@clinic_record/patient_card/patient_card_format";

/** The items that a procedure used, with their lots, in the history. */
export class EntryItems extends Component {
    static template = "clinic_record_stock.EntryItems";
    static props = { entry: Object };

    get items() {
        return this.props.entry.items.map((item) => ({
            ...item,
            text: `${item.product} ${amountText(item.quantity, item.uom)}`,
        }));
    }
}

patientCardEntryParts.add("items", { Component: EntryItems });
