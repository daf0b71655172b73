import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { chooseLines, differenceText, putFirst, putLine, quantityText } from "./stock_scan_format";
import { useStockScan } from "./stock_scan_hook";
import { ScanField, ScanFilter, ScanLine, ScanMessage } from "./stock_scan_parts";

const MODEL = "clinic.stock.count";
// More than anybody scrolls through with a thumb; the filter finds the others.
const MOST_LINES = 80;
// Which lines were scanned and stand first, the last of all, and what is looked for.
const NOTHING_FOUND = { recent: [], last: null, filter: "" };

/** What applying a count changes, before it does. */
export class ApplyDialog extends Component {
    static template = "clinic_stock.ApplyDialog";
    static components = { Dialog };
    static props = { counted: Number, differences: Array, onApply: Function, close: Function };

    get title() {
        const { counted } = this.props;
        return counted === 1 ? _t("Apply 1 Count") : _t("Apply %s Counts", counted);
    }

    apply() {
        this.props.close();
        return this.props.onApply();
    }
}

/** Counting a location: each count is kept on the server at once, and becomes the stock when it is applied. */
export class StockCount extends Component {
    static template = "clinic_stock.StockCount";
    static components = { ScanField, ScanFilter, ScanLine, ScanMessage };
    static props = { choice: Object, onChoose: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.bodyRef = useRef("body");
        this.state = useState({ locations: [], locationId: null, lines: [], summary: null, ...NOTHING_FOUND });
        this.scanner = useStockScan((barcode) => this.scan(barcode));
        Object.assign(this, { differenceText, quantityText });
        onWillStart(() => this.start());
    }

    /** Begin where the last count was, if that place is still there. */
    async start() {
        await this.load();
        const { locationId } = this.props.choice;
        if (locationId !== this.state.locationId && this.state.locations.some(({ id }) => id === locationId)) {
            await this.load(locationId);
        }
    }

    async load(locationId = null) {
        const { locations, location_id, lines } = await this.orm.call(MODEL, "load", [locationId]);
        Object.assign(this.state, { locations, locationId: location_id, lines, summary: null, ...NOTHING_FOUND });
    }

    chooseLocation(ev) {
        const locationId = Number(ev.target.value);
        return this.scanner.act(async () => {
            await this.load(locationId);
            this.scanner.state.message = null;
            this.props.onChoose({ locationId });
        });
    }

    // -- what is shown ------------------------------------------------------------------------------------------------

    get chosen() {
        return chooseLines(this.state.lines, this.state);
    }

    get lines() {
        return this.chosen.slice(0, MOST_LINES);
    }

    get hidden() {
        return Math.max(0, this.chosen.length - MOST_LINES);
    }

    /** What the user has counted; what others are counting is theirs to apply. */
    get countedText() {
        const counted = this.state.lines.filter((line) => line.counted !== null && !line.user);
        return _t("%(counted)s of %(all)s counted", { counted: counted.length, all: this.state.lines.length });
    }

    get summaryText() {
        const { applied } = this.state.summary;
        return applied === 1 ? _t("1 count applied") : _t("%s counts applied", applied);
    }

    differenceOf(line) {
        return Math.round((line.counted - line.expected) * 1e6) / 1e6;
    }

    // -- counting -----------------------------------------------------------------------------------------------------

    call(method, ...args) {
        return this.orm.call(MODEL, method, [this.state.locationId, ...args]);
    }

    async scan(barcode, options = {}) {
        const result = await this.orm.call(MODEL, "scan", [this.state.locationId, barcode], options);
        if (result.line) {
            this.bringUp(result.line.id);
            this.show(result.line);
            this.sayCounted(result.line);
        } else if (result.choose) {
            this.bringUp(...result.choose);
            this.scanner.say("warning", _t("The code names no lot. Choose it: enter how much of each lies there."));
        } else {
            this.askForLot(barcode, result.unknown_lot);
        }
    }

    /** Show what was scanned on top; what is counted by hand keeps its place. */
    bringUp(...ids) {
        this.state.filter = "";
        this.state.recent = putFirst(this.state.recent, ...ids);
        this.bodyRef.el.scrollTop = 0;
    }

    askForLot(barcode, { lot, product }) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Unknown Lot"),
            body: _t("Lot %(lot)s of %(product)s was never received. Add it with this count?", { lot, product }),
            confirmLabel: _t("Add Lot"),
            confirm: () => this.scanner.act(() => this.scan(barcode, { new_lot: true })),
            cancel: () => {},
        });
    }

    add(line) {
        return this.scanner.act(async () => this.show(await this.call("add", line.id)));
    }

    setCount(line, quantity) {
        if (quantity === null && line.counted === null) {
            return;
        }
        return this.scanner.act(async () => {
            const counted = await this.call("set_count", line.id, quantity);
            if (counted) {
                this.show(counted);
            } else {
                this.state.lines = this.state.lines.filter(({ id }) => id !== line.id);
                this.scanner.state.message = null;
            }
        });
    }

    show(line) {
        this.scanner.state.message = null;
        Object.assign(this.state, { summary: null, last: line.id, lines: putLine(this.state.lines, line) });
    }

    sayCounted({ product, lot, counted, uom }) {
        const values = { product, lot, quantity: quantityText(counted), uom };
        const text = lot
            ? _t("%(product)s, lot %(lot)s: %(quantity)s %(uom)s", values)
            : _t("%(product)s: %(quantity)s %(uom)s", values);
        this.scanner.say("success", text);
    }

    /** Anyone who applies has seen what changes by it. */
    apply() {
        const counted = this.state.lines.filter((line) => line.counted !== null && !line.user && !line.outdated);
        if (!counted.length) {
            return this.doApply();
        }
        this.dialog.add(ApplyDialog, {
            counted: counted.length,
            differences: counted.filter((line) => this.differenceOf(line)).map((line) => this.prepareDifference(line)),
            onApply: () => this.doApply(),
        });
    }

    prepareDifference(line) {
        const { id, product, lot, uom } = line;
        const name = lot ? _t("%(product)s, lot %(lot)s", { product, lot }) : product;
        return { id, name, text: `${differenceText(this.differenceOf(line))} ${uom}` };
    }

    open({ move_id }) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stock.move",
            res_id: move_id,
            views: [[false, "form"]],
        });
    }

    doApply() {
        return this.scanner.act(async () => {
            const { lines, ...summary } = await this.call("apply");
            const recent = lines.filter((line) => line.outdated).map(({ id }) => id);
            Object.assign(this.state, { lines, summary, ...NOTHING_FOUND, recent });
            this.scanner.state.message = null;
            this.bodyRef.el.scrollTop = 0;
        });
    }
}
