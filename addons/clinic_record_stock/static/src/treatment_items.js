import { Component, onWillUnmount, useState } from "@odoo/owl";
import { KeptInput } from "@clinic/unsaved/kept_input";
import { UnsavedTrouble } from "@clinic/unsaved/unsaved_status";
import { amountText } from "@clinic_record/patient_card/patient_card_format";
import { treatmentSections } from "@clinic_record/treatment/treatment_sections";
import { quantityText } from "@clinic_stock/stock_scan/stock_scan_format";
import { InputDialog } from "@clinic_record/treatment/input_dialog";
import { WarningDialog } from "@web/core/errors/error_dialogs";
import { registry } from "@web/core/registry";
import { unsavedStore } from "@clinic/unsaved/unsaved_store";
import { useBus, useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { proposalOf } from "./kit_proposal";
import { ScannerKeys } from "./scanner_keys";
import { useQuantityCall } from "./unusual_quantity";
import { readUsed } from "./used_quantity";

const QUANTITY_NEEDED = "odoo.addons.clinic_record_stock.exceptions.QuantityNeeded";

// Whatever else scans gets the refusal in words.
registry.category("error_dialogs").add(QUANTITY_NEEDED, WarningDialog);

/** What is used: scanned, or taken from what the protocol expects with one tap. */
export class TreatmentItems extends Component {
    static template = "clinic_record_stock.TreatmentItems";
    static components = { KeptInput, UnsavedTrouble };
    static props = { treatment: Object, onSave: Function, "*": true };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.call = useQuantityCall(`clinic.procedure/${this.props.treatment.id}`);
        if (this.props.unsaved) {
            onWillUnmount(this.props.unsaved.handle("dose", (_key, text, seen) => this.saveDoseReason(text, seen)));
        }
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        // What was entered stays until it is logged, whatever goes wrong.
        this.keptName = `clinic.procedure/${this.props.treatment.id}/items`;
        this.state = useState({ entered: unsavedStore.read(this.keptName), isBusy: false });
        this.scanned = new Set();
        this.keys = new ScannerKeys();
        this.amountText = amountText;
        // A scanner types faster than anybody; whatever has the focus, its code arrives here.
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => this.scan(detail.barcode));
    }

    // -- what is shown ------------------------------------------------------------------------------------------------

    get isEditable() {
        return this.props.treatment.editable;
    }

    get expected() {
        return this.props.treatment.kit.filter((item) => item.state === "expected");
    }

    get kit() {
        const next = this.expected[0];
        return this.props.treatment.kit.map((item) => ({ ...item, isNext: item === next, used: this.usedOf(item) }));
    }

    /** Used, but expected by nobody. */
    get others() {
        const expected = new Set(this.props.treatment.kit.map((item) => item.product_id));
        return this.props.treatment.items.filter((item) => !expected.has(item.product_id));
    }

    usedOf(item) {
        return this.props.treatment.items.filter((used) => used.product_id === item.product_id);
    }

    /** Whether it was used in another quantity than was expected. */
    isChanged({ used, uom, quantity }) {
        const total = used.reduce((sum, one) => sum + one.quantity, 0);
        return used.every((one) => one.uom === uom) && amountText(total) !== amountText(quantity);
    }

    linesOf(item) {
        return proposalOf(item, this.quantityOf(item));
    }

    hasOtherLots(item) {
        const usable = item.sources.filter((source) => !source.is_over);
        return item.has_lots && new Set(usable.map((source) => source.lot)).size > 1;
    }

    // -- scanning -----------------------------------------------------------------------------------------------------

    /** A scanner that types into the field ends with Enter; the field is then ready for the next code. */
    onScanKeydown(ev) {
        const code = this.keys.hear(ev) || (ev.key === "Enter" && ev.target.value);
        if (code) {
            ev.target.value = "";
            this.scan(code);
        }
    }

    onQuantityKeydown(item, ev) {
        const code = this.keys.hear(ev);
        if (code) {
            this.setQuantity(item, ev);
            this.scan(code);
        }
    }

    /** Log what is scanned; one press of the trigger that is read twice counts once. */
    async scan(barcode, quantity = null) {
        if (!barcode.trim() || !this.isEditable || this.scanned.has(barcode)) {
            return;
        }
        this.scanned.add(barcode);
        try {
            await this.props.onSave(async () => {
                const args = [[this.props.treatment.id], barcode];
                const logged = await this.call("clinic.procedure", "scan", args, { quantity, entered: this.entered });
                if (logged) {
                    this.notification.add(logged.map((one) => this.loggedText(one)).join(", "), { type: "success" });
                }
            });
        } catch (error) {
            if (error.exceptionName !== QUANTITY_NEEDED) {
                throw error;
            }
            this.askQuantity(barcode, error.data.context);
        } finally {
            this.scanned.delete(barcode);
            this.forget();
        }
    }

    /** Ask how much was used of what the protocol does not expect, and log it then. */
    askQuantity(barcode, { product, uom }) {
        this.dialog.add(InputDialog, {
            title: product,
            label: _t("How much was used, in %s?", uom),
            value: "",
            inputMode: "decimal",
            onConfirm: (text) => {
                const { quantity, wrong } = readUsed(text);
                if (wrong) {
                    this.notification.add(wrong, { type: "danger" });
                    return this.askQuantity(barcode, { product, uom });
                }
                return this.scan(barcode, quantity);
            },
        });
    }

    loggedText({ product, quantity, uom, lot }) {
        const item = `${product} ${amountText(quantity, uom)}`;
        return lot ? _t("%(item)s, lot %(lot)s", { item, lot }) : item;
    }

    // -- the kit ------------------------------------------------------------------------------------------------------

    /** {item id: quantity} of what was entered, null where it is no quantity: none is logged then. */
    get entered() {
        const entries = Object.entries(this.state.entered);
        return Object.fromEntries(entries.map(([id, { quantity }]) => [id, quantity]));
    }

    quantityOf(item) {
        const entered = this.state.entered[item.id];
        return entered ? entered.quantity : item.quantity;
    }

    /** What stands in the field; what is no quantity stays there to be corrected. */
    textOf(item) {
        return this.state.entered[item.id]?.text ?? quantityText(item.quantity);
    }

    /** Why what was entered cannot be logged. */
    wrongOf(item) {
        return this.state.entered[item.id]?.wrong;
    }

    /** Whether one of the fields says what is wrong with it; until that is corrected, nothing is logged. */
    isWrong(...items) {
        return items.some((item) => this.wrongOf(item));
    }

    setQuantity(item, ev) {
        this.state.entered[item.id] = readUsed(ev.target.value);
        this.keep();
    }

    /** While it is typed nothing is said about it, and it stands there as it was typed. */
    typeQuantity(item, ev) {
        const text = ev.target.value;
        this.state.entered[item.id] = { text, quantity: readUsed(text).quantity, wrong: null };
        this.keep();
    }

    keep() {
        unsavedStore.write(this.keptName, this.state.entered);
    }

    /** Forget what was entered for items that nobody waits for any more. */
    forget() {
        const expected = new Set(this.expected.map((item) => item.id));
        for (const id of Object.keys(this.state.entered)) {
            if (!expected.has(Number(id))) {
                delete this.state.entered[id];
            }
        }
        this.keep();
    }

    /** One tap is one call, however often the finger hits; returns what the server answers. */
    async save(model, method, id, ...args) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        let answer = null;
        try {
            await this.props.onSave(async () => {
                answer = await this.call(model, method, [[id], ...args]);
            });
        } finally {
            this.state.isBusy = false;
            this.forget();
        }
        return answer;
    }

    async use(item) {
        if (!this.isWrong(item)) {
            await this.save("clinic.procedure.item", "action_use", item.id, this.quantityOf(item));
        }
    }

    notUsed(item) {
        return this.save("clinic.procedure.item", "action_not_used", item.id);
    }

    expect(item) {
        return this.save("clinic.procedure.item", "action_expect", item.id);
    }

    async useExpected() {
        if (!this.isWrong(...this.expected)) {
            await this.save("clinic.procedure", "action_use_expected", this.props.treatment.id, this.entered);
        }
    }

    /** Take back an item; where a vial was opened for it alone, the server asks whether it is open. */
    async undo(used) {
        const question = await this.save("clinic.consumption", "action_ask_undo", used.id);
        if (question?.type) {
            await this.action.doAction(question, { onClose: () => this.props.onSave(() => {}) });
        }
    }

    // -- the dose -----------------------------------------------------------------------------------------------------

    get dose() {
        return this.props.treatment.dose || { differences: [], reason: "" };
    }

    /** Send why doses differ, unless another reason was saved meanwhile; return what is kept now. */
    async saveDoseReason(text, seen) {
        let kept = null;
        await this.props.onSave(async () => {
            const args = [[this.props.treatment.id], text, seen];
            kept = await this.orm.call("clinic.procedure", "enter_dose_reason", args);
        });
        return kept;
    }

    /** Choose the lot of an expected item, or any other item, in a dialog. */
    choose(item = null) {
        if (item && this.isWrong(item)) {
            return;
        }
        const defaults = item && {
            default_product_id: item.product_id,
            default_quantity: this.quantityOf(item),
            default_uom_id: item.uom_id,
        };
        this.dialog.add(FormViewDialog, {
            title: item ? item.product : _t("Other Item"),
            resModel: "clinic.consumption",
            context: {
                form_view_ref: "clinic_record_stock.clinic_consumption_view_form_log",
                default_procedure_id: this.props.treatment.id,
                ...defaults,
            },
            canExpand: false,
            size: "md",
            onRecordSaved: async () => {
                await this.props.onSave(() => {});
                this.forget();
            },
        });
    }
}

treatmentSections.add("items", { Component: TreatmentItems }, { sequence: 30 });
