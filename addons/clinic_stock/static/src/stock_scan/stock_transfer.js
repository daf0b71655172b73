import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { chooseLines, putFirst, putLine, quantityText } from "./stock_scan_format";
import { useStockScan } from "./stock_scan_hook";
import { ScanField, ScanFilter, ScanLine, ScanMessage } from "./stock_scan_parts";

const MODEL = "clinic.stock.transfer";
const MOST_LINES = 80;
// Less than any unit counts, more than the halves and thirds of a package are off.
const TINY = 1e-6;
// What is transferred, which lines stand first, the last of all, and what is looked for.
const NOTHING_CHOSEN = { wanted: {}, recent: [], last: null, filter: "" };

/** Bringing items from one place to another: what is chosen is kept on the device until it is done in one tap. */
export class StockTransfer extends Component {
    static template = "clinic_stock.StockTransfer";
    static components = { ScanField, ScanFilter, ScanLine, ScanMessage };
    static props = { choice: Object, onChoose: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bodyRef = useRef("body");
        this.state = useState({ routes: [], route: null, lines: [], ...NOTHING_CHOSEN });
        this.scanner = useStockScan((barcode) => this.scan(barcode));
        this.quantityText = quantityText;
        onWillStart(() => this.start());
    }

    /** Begin with what was chosen before, as far as it is still there. */
    async start() {
        const { route, wanted = {} } = this.props.choice;
        await this.load();
        if (route !== this.state.route && this.state.routes.some(({ key }) => key === route)) {
            await this.load(route);
        }
        if (route === this.state.route) {
            this.restore(wanted);
        }
    }

    restore(wanted) {
        const ids = this.state.lines.filter(({ id, refusal }) => wanted[id] && !refusal).map(({ id }) => id);
        this.state.wanted = Object.fromEntries(ids.map((id) => [id, wanted[id]]));
        this.state.recent = ids;
        if (Object.entries(wanted).some(([id, { quantity }]) => quantity && !ids.includes(id))) {
            this.scanner.say("warning", _t("Some of what you had chosen is not there any more."));
        }
    }

    async load(key = null) {
        const { route, routes, lines } = await this.orm.call(MODEL, "load", [key]);
        Object.assign(this.state, { route, routes, lines, ...NOTHING_CHOSEN });
    }

    chooseRoute(ev) {
        const route = ev.target.value;
        return this.scanner.act(async () => {
            await this.load(route);
            this.scanner.state.message = null;
            this.props.onChoose({ route, wanted: {} });
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

    get wantedLines() {
        return this.state.lines.filter((line) => this.quantityOf(line));
    }

    get wantedText() {
        const count = this.wantedLines.length;
        return count === 1 ? _t("1 item") : _t("%s items", count);
    }

    unitOf(line) {
        const uomId = this.state.wanted[line.id]?.uomId || line.uom_id;
        return line.units.find(({ id }) => id === uomId) || line.units[0];
    }

    quantityOf(line) {
        return this.state.wanted[line.id]?.quantity ?? null;
    }

    /** The same in the item's own unit. */
    baseQuantityOf(line) {
        return (this.quantityOf(line) || 0) * this.unitOf(line).factor;
    }

    // -- choosing -----------------------------------------------------------------------------------------------------

    async scan(barcode) {
        const taken = Object.fromEntries(this.state.lines.map((line) => [line.id, this.baseQuantityOf(line)]));
        const { line, quantity } = await this.orm.call(MODEL, "scan", [this.state.route, barcode, taken]);
        this.state.lines = putLine(this.state.lines, line);
        // What is entered by hand keeps its place.
        this.state.filter = "";
        this.state.recent = putFirst(this.state.recent, line.id);
        this.bodyRef.el.scrollTop = 0;
        this.addTo(line, quantity);
        if (!this.scanner.state.message) {
            this.sayTaken(line);
        }
    }

    add(line) {
        this.addTo(line, line.step);
    }

    /** Add so much in the item's own unit, whatever unit is shown. */
    addTo(line, quantity) {
        const sum = (this.baseQuantityOf(line) + quantity) / this.unitOf(line).factor;
        this.setQuantity(line, Math.round(sum * 1e6) / 1e6);
    }

    setQuantity(line, quantity) {
        this.want(line, { quantity });
    }

    setUnit(line, ev) {
        this.want(line, { uomId: Number(ev.target.value) });
    }

    want(line, values) {
        const { wanted } = this.state;
        Object.assign(this.state, {
            last: line.id,
            wanted: { ...wanted, [line.id]: { ...wanted[line.id], ...values } },
        });
        this.scanner.state.message = null;
        if (this.baseQuantityOf(line) > line.free + TINY) {
            const there = `${quantityText(line.free)} ${line.uom}`;
            this.scanner.say("danger", _t("Only %(there)s of %(product)s are free there.", { ...line, there }));
        }
        this.props.onChoose({ route: this.state.route, wanted: this.state.wanted });
    }

    sayTaken(line) {
        const { product, lot } = line;
        const values = { product, lot, quantity: quantityText(this.quantityOf(line)), uom: this.unitOf(line).name };
        const text = lot
            ? _t("%(product)s, lot %(lot)s: %(quantity)s %(uom)s", values)
            : _t("%(product)s: %(quantity)s %(uom)s", values);
        this.scanner.say("success", text);
    }

    // -- moving -------------------------------------------------------------------------------------------------------

    transfer() {
        return this.scanner.act(async () => {
            const { route } = this.state;
            const lines = this.wantedLines.map((line) => this.prepareLine(line));
            const done = await this.orm.call(MODEL, "transfer", [route, lines]);
            this.props.onChoose({ route, wanted: {} });
            await this.load(route);
            this.bodyRef.el.scrollTop = 0;
            const text =
                done.count === 1
                    ? _t("%(name)s is done: 1 item.", done)
                    : _t("%(name)s is done: %(count)s items.", done);
            this.scanner.say("success", text, { open: () => this.open(done.id) });
        });
    }

    prepareLine(line) {
        return {
            product_id: line.product_id,
            lot_id: line.lot_id,
            quantity: this.quantityOf(line),
            uom_id: this.unitOf(line).id,
        };
    }

    open(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stock.picking",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}
